module tocsin/pkg/tools/lint

go 1.26.8
