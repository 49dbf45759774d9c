// Package proto holds the schemas of everything that is said: one folder per
// owner and version. The Go code in gen is generated from them by `make generate`.
package proto

import _ "embed"

//go:embed gen/review/v1/service.openapi.json
var reviewService []byte

// ReviewService is the OpenAPI 3.1 document of review.v1.ReviewService, as it was
// generated: of the paths of Connect alone, fields in the names of protobuf's own JSON.
func ReviewService() []byte { return reviewService }
