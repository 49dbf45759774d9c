package ledger

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// A DeliveryDay is how many attempts of one day went one way.
type DeliveryDay struct {
	Day      time.Time // its beginning, in UTC
	Outcome  string
	Attempts int
}

// DeliveryDays counts attempts by day and outcome from a time on, the first day
// first. Of q only the tenants are heeded.
func (l *Ledger) DeliveryDays(ctx context.Context, q DeliveryQuery, from time.Time) ([]DeliveryDay, error) {
	const day = 24 * int64(time.Hour/time.Microsecond)
	var w where
	among(&w, "tenant", q.Tenants)
	w.add("tried_at >= %s", micros(from))
	d := w.arg(day)
	days, err := collect(ctx, l.read, func(rows *sql.Rows) (of DeliveryDay, err error) {
		var at int64
		err = rows.Scan(&at, &of.Outcome, &of.Attempts)
		of.Day = timeOf(at * day)
		return of, err
	}, `SELECT tried_at / `+d+` AS tried_on, outcome, COUNT(*) FROM deliveries`+w.String()+` GROUP BY tried_on, outcome ORDER BY tried_on, outcome`, w.args...)
	if err != nil {
		return nil, fmt.Errorf("count deliveries: %w", err)
	}
	return days, nil
}
