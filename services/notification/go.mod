module tocsin/services/notification

go 1.26.8

require (
	github.com/standard-webhooks/standard-webhooks/libraries v0.0.1
	google.golang.org/protobuf v1.36.12
	pgregory.net/rapid v1.3.0
	tocsin/pkg v0.0.0
	tocsin/proto v0.0.0
)

require github.com/goccy/go-yaml v1.19.2 // indirect

replace (
	tocsin/pkg => ../../pkg
	tocsin/proto => ../../proto
)
