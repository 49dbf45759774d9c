package run

import (
	"os"
	"runtime/debug"
)

// collectAt is how much may be allocated, in percent of what is in use, until memory
// is collected.
const collectAt = 200

// TradeMemory spends memory to save work: what is no longer used is collected half as
// often as Go would, which is a fifth of all work in a storm. A program that has so
// much in use grows to three times that, rather than twice. GOGC says otherwise.
func TradeMemory() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(collectAt)
	}
}
