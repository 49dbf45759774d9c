module tocsin/services/intake

go 1.26.8

require (
	tocsin/pkg v0.0.0
	tocsin/proto v0.0.0
)

require pgregory.net/rapid v1.3.0

replace (
	tocsin/pkg => ../../pkg
	tocsin/proto => ../../proto
)
