module tocsin/services/notification

go 1.26.8

require (
	tocsin/pkg v0.0.0
	tocsin/proto v0.0.0
)

require (
	github.com/standard-webhooks/standard-webhooks/libraries v0.0.1 // indirect
	pgregory.net/rapid v1.3.0 // indirect
)

replace (
	tocsin/pkg => ../../pkg
	tocsin/proto => ../../proto
)
