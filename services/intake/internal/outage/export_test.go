package outage

// Fail is that so many tries in a row failed.
func (k *Keeper) Fail(err error, times int) {
	for range times {
		k.failed(err)
	}
}

// ErrNotYet is of a try that came before what was stored lately is known.
var ErrNotYet = errNotYet
