package report

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"tocsin/pkg/policy"
)

// fresh is how long a report is given again without counting anew.
const fresh = time.Minute

// kept is how many reports are remembered.
const kept = 16

// A Source gives what reports are made of.
type Source interface {
	// Facts are those of a period: since its beginning, before its end.
	Facts(ctx context.Context, since, until time.Time) (Facts, error)
}

// A Desk gives reports, and remembers them for a minute. It is safe for
// concurrent use; its zero value but for Source is ready.
type Desk struct {
	Source Source
	Policy *policy.Policy

	mu   sync.Mutex
	made map[time.Duration]Report
}

// Report is how leadership decided in the time before now. It may be up to a
// minute old, which its Until says.
func (d *Desk) Report(ctx context.Context, now time.Time, back time.Duration) (Report, error) {
	d.mu.Lock() // who asks for the same waits for it, rather than count it again
	defer d.mu.Unlock()
	if r, ok := d.made[back]; ok && !now.Before(r.Until) && now.Sub(r.Until) < fresh {
		return r, nil
	}
	since := now.Add(-back)
	f, err := d.Source.Facts(ctx, since, now)
	if err != nil {
		return Report{}, fmt.Errorf("report of the last %s: %w", back, err)
	}
	if d.made == nil || len(d.made) >= kept {
		d.made = map[time.Duration]Report{}
	}
	d.made[back] = Sum(since.UTC(), now.UTC(), f, d.Policy)
	return d.made[back], nil
}

// ErrWalled says that reports are over all tenants, and not for who sees some only.
var ErrWalled = errors.New("reports are over all tenants, and only for those who see all of them")

// The shortest and the longest period of a report, and the one that is meant where none is said.
const (
	shortest = 24 * time.Hour
	longest  = 400 * 24 * time.Hour
	usual    = 30 * 24 * time.Hour
)

// Period reads how far back a report goes, as 30d or 72h; empty is 30 days.
func Period(text string) (time.Duration, error) {
	if text == "" {
		return usual, nil
	}
	hours := text
	if days, ok := strings.CutSuffix(text, "d"); ok {
		n, err := strconv.Atoi(days)
		if err != nil || n > 10_000 {
			return 0, fmt.Errorf("%q is no period, as 30d or 72h", text)
		}
		hours = strconv.Itoa(n*24) + "h"
	}
	back, err := time.ParseDuration(hours)
	if err != nil {
		return 0, fmt.Errorf("%q is no period, as 30d or 72h", text)
	}
	if back < shortest || back > longest {
		return 0, fmt.Errorf("%q is not from 1d to 400d", text)
	}
	return back.Truncate(time.Hour), nil
}
