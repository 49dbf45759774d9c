module tocsin/services/classification

go 1.26.8

require (
	tocsin/pkg v0.0.0
	tocsin/proto v0.0.0
)

require github.com/blevesearch/snowballstem v0.9.0 // indirect

replace (
	tocsin/pkg => ../../pkg
	tocsin/proto => ../../proto
)
