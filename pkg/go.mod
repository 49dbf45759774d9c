module tocsin/pkg

go 1.26.8

require tocsin/proto v0.0.0

replace tocsin/proto => ../proto
