package receive

import "crypto/sha256"

// Shards is how many partitions the signals have. It is fixed for ever: where a
// tenant's signals lie is part of what is stored.
const Shards = 16

// Shard is the partition of a tenant's signals, 0 to 15: the first hex digit of
// the SHA-256 of the tenant's id, so that anyone can compute it:
//
//	printf acme | sha256sum | cut -c1
//
// Signals that name no tenant are of the empty one, which lies in shard 14.
func Shard(tenant string) int {
	sum := sha256.Sum256([]byte(tenant))
	return int(sum[0] >> 4)
}
