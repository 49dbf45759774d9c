module tocsin/services/review

go 1.26.8

require (
	tocsin/pkg v0.0.0
	tocsin/proto v0.0.0
)

replace (
	tocsin/pkg => ../../pkg
	tocsin/proto => ../../proto
)
