package wall

import (
	"context"
	"slices"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/events"
	"tocsin/services/review/internal/mute"
	"tocsin/services/review/internal/who"
)

// A Keeper keeps mutes; events.Mutes does, by asking notification.
type Keeper interface {
	// All are the mutes as they stand now, the one that was set last first.
	All() []mute.Mute
	// Set asks for a mute, and gives it as it was set.
	Set(ctx context.Context, a events.Asking) (mute.Mute, error)
	// End ends a mute before its time.
	End(ctx context.Context, id, by string) (mute.Mute, error)
}

// Mutes are what is not told for a while, for support: an agent reads, leadership sets.
type Mutes struct{ Kept Keeper }

// All are those that the person may know of, the one that was set last first;
// mute.ErrInside for who may know of none.
func (m Mutes) All(ctx context.Context) ([]mute.Mute, error) {
	p := who.Of(ctx)
	if !p.May(decide.Agent) {
		return nil, mute.ErrInside
	}
	return slices.DeleteFunc(m.Kept.All(), func(one mute.Mute) bool { return !one.SeenBy(p) }), nil
}

// Living are those that hold or lie ahead, for agents and those above them; of
// one that they may not know who and why are left out.
func (m Mutes) Living(ctx context.Context) []mute.Mute {
	p := who.Of(ctx)
	if !p.May(decide.Agent) {
		return nil
	}
	var living []mute.Mute
	for _, one := range m.Kept.All() {
		if !one.Lives() {
			continue
		}
		if !one.SeenBy(p) {
			one.ID, one.By, one.Why = "", "", ""
		}
		living = append(living, one)
	}
	return living
}

// Set sets a mute of the person's.
func (m Mutes) Set(ctx context.Context, a events.Asking) (mute.Mute, error) {
	p := who.Of(ctx)
	switch {
	case !p.May(decide.Leadership):
		return mute.Mute{}, decide.ErrNotLeader
	case !a.MaySet(p):
		return mute.Mute{}, mute.ErrWhere
	}
	a.By = p.ID
	return m.Kept.Set(ctx, a)
}

// End ends a mute that the person may know of.
func (m Mutes) End(ctx context.Context, id string) (mute.Mute, error) {
	p := who.Of(ctx)
	if !p.May(decide.Leadership) {
		return mute.Mute{}, decide.ErrNotLeader
	}
	if !p.SeesAll() && !slices.ContainsFunc(m.Kept.All(), func(one mute.Mute) bool { return one.ID == id && one.SeenBy(p) }) {
		return mute.Mute{}, mute.ErrUnknown
	}
	return m.Kept.End(ctx, id, p.ID)
}
