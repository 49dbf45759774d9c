module tocsin/services/tocsin

go 1.26.8

require (
	tocsin/pkg v0.0.0
	tocsin/proto v0.0.0
	tocsin/services/classification v0.0.0
	tocsin/services/intake v0.0.0
	tocsin/services/monitoring v0.0.0
	tocsin/services/notification v0.0.0
	tocsin/services/review v0.0.0
)

replace (
	tocsin/pkg => ../../pkg
	tocsin/proto => ../../proto
	tocsin/services/classification => ../classification
	tocsin/services/intake => ../intake
	tocsin/services/monitoring => ../monitoring
	tocsin/services/notification => ../notification
	tocsin/services/review => ../review
)
