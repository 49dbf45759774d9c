// Package drill disturbs the processes that own the shards, and holds what they
// say against what an owner says that nobody disturbs.
//
// Two processes of the monitoring service, as it is deployed, stand by for each
// other beside a NATS server that is a third. While signals raise and clear
// conditions of many tenants and of the platform, owners are killed (-9), halted
// past their pin and let go on (-STOP, -CONT), told to end, and the server is
// killed under them, at points drawn from a seed that is printed. At the end
// every change on the bus is one of the undisturbed, byte for byte, in their
// order, none is missing and none is there twice.
//
//	go test ./internal/drill               five of each five disturbances
//	make drill                             fifty kills and what lies between
//	TOCSIN_DRILL_SEED=7 go test …          the same points once more
//
// It has no code of its own but its tests.
package drill
