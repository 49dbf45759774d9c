package shard

import (
	"tocsin/services/monitoring/internal/detect"

	"tocsin/pkg/policy"
	"tocsin/pkg/topology"
)

// all is how many shards there are: those of the tenants by their numbers, then
// the platform's.
const all = topology.Shards + 1

// numberOf is the number of the shard that decides on a scope.
func numberOf(scope string) int {
	if scope == topology.PlatformShard {
		return topology.Shards
	}
	return topology.ShardOf(scope)
}

// nameOf is the shard's name.
func nameOf(n int) string {
	if n == topology.Shards {
		return topology.PlatformShard
	}
	return topology.ShardName(n)
}

// optionsOf are those of the shard's engine.
func optionsOf(p *policy.Policy, n int) detect.Options {
	if n == topology.Shards {
		return detect.Options{Policy: p.Version, Scopes: detect.Platform}
	}
	return detect.Options{Policy: p.Version, Scopes: detect.Tenants}
}
