module tocsin/proto

go 1.26.8
