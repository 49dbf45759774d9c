package receive

// Shards is how many partitions the signals have. It is fixed for ever: where a
// tenant's signals lie is part of what is stored.
const Shards = 16

// Shard is the partition of a tenant's signals, 0 to 15: the 64-bit FNV-1a hash
// of the tenant's id, times 0x9E3779B97F4A7C15 (FNV's own high bits are poor for
// short ids), of that the highest four bits. Signals that name no tenant are of
// the empty id, which lies in shard 15.
func Shard(tenant string) int {
	h := uint64(0xcbf29ce484222325)
	for i := range len(tenant) {
		h = (h ^ uint64(tenant[i])) * 0x100000001b3
	}
	return int(h * 0x9e3779b97f4a7c15 >> 60)
}
