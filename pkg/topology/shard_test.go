package topology_test

import (
	"fmt"
	"testing"

	"tocsin/pkg/topology"
)

func TestTenantsSpreadEvenlyOverTheShards(t *testing.T) {
	var count [topology.Shards]int
	for i := range 16000 {
		count[topology.ShardOf(fmt.Sprint("tenant-", i))]++
	}
	for shard, n := range count {
		if n < 850 || n > 1150 {
			t.Errorf("shard %d has %d of 16000 tenants", shard, n)
		}
	}
}
