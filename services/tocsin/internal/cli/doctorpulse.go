package cli

import (
	"context"
	"fmt"
	"strings"
	"time"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"

	notificationv1 "tocsin/proto/gen/notification/v1"
)

// unwatched is from when on nobody keeps watch: notification looks every ten seconds.
const unwatched = time.Minute

// lookAtPulse says whom notification hears and reaches, and what it finds wrong.
func lookAtPulse(ctx context.Context, conn *bus.Conn, d *doctor) {
	ctx, cancel := context.WithTimeout(ctx, lookWithin)
	defer cancel()
	const check = "watch"
	raw, err := conn.Last(ctx, topology.Pulse, topology.PulseSubject())
	m := &notificationv1.Pulse{}
	if err == nil {
		err = bus.Decode(raw, m)
	}
	if err != nil {
		d.finds(wrong, check, err.Error(), setUp)
		return
	}
	now := time.Now()
	ago := now.Sub(raw.StoredAt)
	switch {
	case raw.Sequence == 0:
		d.finds(look, check, "nobody has looked yet who is heard and who is silent", "Start notification.")
		return
	case ago > unwatched:
		d.finds(wrong, check, "nobody has looked for "+past(ago)+" who is heard and who is silent", "Start notification; what stands below is how things were then.")
	default:
		d.fine(check, "looked %s ago who is heard and who is silent", past(ago))
	}
	for _, v := range m.GetSources() {
		d.source(v, now)
	}
	for _, v := range m.GetDestinations() {
		d.destination(v, now)
	}
	for _, text := range m.GetWrong() {
		d.finds(look, "the whole way", trouble(text), "While it is so no outgoing heartbeat is sent. The log of that part says more.")
	}
}

func (d *doctor) source(v *notificationv1.Voice, now time.Time) {
	says := "was never heard"
	if at := bus.Moment(v.GetHeardAt()); !at.IsZero() {
		says = "heard " + past(now.Sub(at)) + " ago"
	}
	if limit := milliseconds(v.GetLimitMs()); limit > 0 {
		says += ", expected every " + past(limit)
	}
	if v.GetSilent() {
		d.finds(wrong, "source "+v.GetName(), says, "See that it runs, and that what it sends is taken in: the log of intake and tocsin deadletter list say what is refused.")
		return
	}
	d.fine("source "+v.GetName(), "%s", says)
}

func (d *doctor) destination(v *notificationv1.Voice, now time.Time) {
	says := "has taken nothing yet"
	if at := bus.Moment(v.GetHeardAt()); !at.IsZero() {
		says = "took something " + past(now.Sub(at)) + " ago"
	}
	says += "; " + messages(v.GetWaiting()) + " to send"
	if v.GetSilent() {
		d.finds(wrong, "destination "+v.GetName(), says, "See what it answers: tocsin deliveries --to "+v.GetName()+".")
		return
	}
	d.fine("destination "+v.GetName(), "%s", says)
}

// trouble is one of what is wrong, in words.
func trouble(text string) string {
	part := strings.SplitN(text, " ", 3)
	if len(part) < 3 {
		return text
	}
	who, long := part[1], part[2]
	switch part[0] {
	case "reader_behind":
		return fmt.Sprintf("something waits for %s since %s", who, long)
	case "reader_away":
		return fmt.Sprintf("nobody reads %s since %s", who, long)
	case "monitoring_blind":
		return "monitoring has not looked in time"
	case "review_away":
		return "review does not answer, or its ledger takes no writes"
	case "review_behind":
		return "a change of a case is not published since " + long
	}
	return text
}

func milliseconds(ms uint64) time.Duration { return time.Duration(ms) * time.Millisecond } //nolint:gosec // 90 days at most

// past is how long something is, to the second, or coarser where it is long.
func past(d time.Duration) string {
	switch d = max(d, 0); {
	case d >= 48*time.Hour:
		return fmt.Sprintf("%d days", d/(24*time.Hour))
	case d >= time.Hour:
		return strings.TrimSuffix(d.Round(time.Minute).String(), "0s")
	}
	return d.Round(time.Second).String()
}
