package console

import (
	"time"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/outlook"

	"tocsin/pkg/policy"
)

// unshown puts into a fact without a condition what monitoring says of its
// reason all the same: how near it is, that it fell silent, that it is below its
// line. What nobody hears of stays "no data", which is not the same as healthy.
func (c *Console) unshown(l lang, of *decide.Case, f *fact, r policy.ReasonID, board *outlook.View, now time.Time) {
	if of.Tenant == "" || f.Seen != "none" {
		return
	}
	for _, group := range [][]outlook.Card{board.Raised, board.Flapping, board.Near, board.Undetermined} {
		for i := range group {
			card := &group[i]
			if card.Reason != r || card.Scope != of.Tenant && card.Scope != decide.Platform {
				continue
			}
			figure, _ := figureOf(l, card)
			f.Source, f.When = l.say("source.monitor"), l.moment(card.At, now)
			switch {
			case card.State.Holds():
				f.Seen, f.Measured = "raised", l.say("seen.raised")
			case card.State == outlook.Near:
				f.Seen, f.Measured = "near", figure
			default:
				f.Seen, f.Measured = "expired", l.say("seen.expired")
				f.When = l.moment(card.HeardAt, now)
			}
			return
		}
	}
}

// asleep is since when monitoring does not see, or nil while it does. Then what
// is not raised says nothing.
func asleep(l lang, board *outlook.View, now time.Time) *moment {
	for i := range board.Blind {
		if b := &board.Blind[i]; b.To.IsZero() {
			return l.moment(b.From, now)
		}
	}
	return nil
}
