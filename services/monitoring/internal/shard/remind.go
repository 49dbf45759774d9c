package shard

import (
	"slices"
	"time"

	"tocsin/services/monitoring/internal/detect"
	"tocsin/services/monitoring/internal/events"

	"tocsin/pkg/bus"
)

// reminding is how often the shards are told again what counts longer than the
// stream lives, so that an engine that reads it from its beginning hears of it:
// often enough for a few times to be lost.
const reminding = 24 * time.Hour

// remind tells the shards again of the launches that are yet to come, unless
// what is read is a backlog. The rules know them: nothing changes by it.
func (o *Owner) remind(stamp time.Time) {
	if o.now().Sub(stamp) > lease || stamp.Sub(o.reminded) < reminding {
		return
	}
	o.reminded = stamp
	for _, s := range o.shards {
		var round []bus.Event
		s.engine.Reminders(func(sig detect.Signal) { round = append(round, events.ToldLaunch(sig, stamp)) })
		for part := range slices.Chunk(round, maxChanges) {
			o.sayer.Say(part)
		}
	}
}
