package door

import (
	"context"
	"errors"
	"net/http"
	"time"

	"tocsin/services/intake/internal/cloudevent"
	"tocsin/services/intake/internal/events"
	"tocsin/services/intake/internal/source"

	"tocsin/pkg/forms"
	"tocsin/pkg/rejected"
)

// keepRefused keeps a body that a path of ours refused whole, if err is a refusal.
func (d *Door) keepRefused(r *http.Request, name string, who *source.Source, data []byte, err error) {
	var refused *forms.Refused
	if d.Shelf == nil || !errors.As(err, &refused) {
		return
	}
	out := rejected.Delivery{Door: name, ReceivedAt: d.Intake.Now(), Reasons: reasonsOf(refused), Headers: readable(r.Header), Body: data}
	d.keepAs(r, who, out)
}

func reasonsOf(refused *forms.Refused) (reasons []string) {
	for _, p := range refused.Problems {
		reasons = append(reasons, (&forms.Refused{Problems: []forms.Problem{p}}).Error())
	}
	return reasons
}

// anew reads a body that was kept: the events that were taken, and what is wrong still.
type anew func(ctx context.Context, header http.Header, body []byte) (ids, reasons []string, err error)

// api are the paths of our own whose bodies are kept.
func (d *Door) api(who *source.Source, received time.Time) map[string]anew {
	return map[string]anew{
		"tickets": again(d.Intake.Store, d.ticketForm().of(who)), "signals": again(d.Intake.Store, d.signalForm().of(who)),
		"logs": d.logsAgain(who, received),
	}
}

func again[T any, M message[T]](store func(context.Context, ...*events.Lot) error, f form[T, M]) anew {
	return func(ctx context.Context, header http.Header, body []byte) (ids, reasons []string, err error) {
		r := (&http.Request{Header: header}).WithContext(ctx)
		mode, err := cloudevent.ModeOf(header)
		if err != nil {
			return nil, []string{err.Error()}, nil
		}
		var evs []M
		if mode == cloudevent.None && contentType(r) == typeNDJSON {
			evs, reasons, err = linesAgain(f, body)
		} else {
			r, evs, err = f.whole(r, body, mode)
		}
		if err == nil && len(evs) > 0 {
			ids = idsOf(evs)
			err = store(r.Context(), f.lot(evs))
		}
		var refused *forms.Refused
		var others *errNotYours
		switch {
		case errors.As(err, &refused):
			return nil, reasonsOf(refused), nil
		case errors.As(err, &others):
			return nil, []string{others.Error()}, nil
		}
		return ids, reasons, err
	}
}
