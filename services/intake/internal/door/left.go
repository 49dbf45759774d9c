package door

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"tocsin/services/intake/internal/doors/otlp"
	"tocsin/services/intake/internal/events"
	"tocsin/services/intake/internal/source"
	"tocsin/services/intake/internal/webhook"

	"tocsin/pkg/forms"
	"tocsin/pkg/rejected"
	ingressv1 "tocsin/proto/gen/ingress/v1"
)

// leftLines are refused lines of one body, up to a bound, with a reason each.
type leftLines struct {
	text    []byte
	reasons []string
	// more is how many are over the bound.
	more int
}

// add takes a line, unless it is too long to be read or somebody else's to state.
func (l *leftLines) add(n int, line []byte, err error) {
	var others *errNotYours
	var refused *forms.Refused
	switch {
	case len(line) == 0 || errors.As(err, &others) || !errors.As(err, &refused):
		return
	case len(l.reasons) == webhook.MostMissed || len(l.text)+len(line) > webhook.MostMissedBytes:
		l.more++
		return
	}
	l.text = append(append(l.text, line...), '\n')
	l.reasons = append(l.reasons, fmt.Sprintf("line %d: %v", n, refused))
}

// keepLines keeps lines of a body that were refused.
func (d *Door) keepLines(r *http.Request, name string, who *source.Source, res *streamed) {
	if d.Shelf == nil || len(res.left.reasons) == 0 {
		return
	}
	if more := res.left.more; more > 0 {
		res.left.reasons = append(res.left.reasons, fmt.Sprintf("and %d more lines, which are not kept", more))
	}
	out := rejected.Delivery{
		Door: name, ReceivedAt: d.Intake.Now(), Reasons: res.left.reasons, Accepted: res.Accepted, Headers: readable(r.Header), Body: res.left.text,
	}
	d.keepAs(r, who, out)
}

// keepLogs keeps the log records that meant to say something and were left out.
func (d *Door) keepLogs(r *http.Request, who *source.Source, logs *otlp.Logs) {
	body := logs.Missed.Body()
	if body == nil {
		return
	}
	out := rejected.Delivery{
		Door: "logs", ReceivedAt: d.Intake.Now(), Reasons: logs.Missed.Reasons, Accepted: len(logs.Signals),
		Headers: map[string]string{"Content-Type": typeProtobuf}, Body: body,
	}
	d.keepAs(r, who, out)
}

// logsAgain reads log records that were kept.
func (d *Door) logsAgain(who *source.Source, received time.Time) anew {
	return func(ctx context.Context, header http.Header, body []byte) (ids, reasons []string, err error) {
		logs, err := otlp.Read(webhook.Delivery{Header: header, Body: body, Received: received}, d.now()["otlp"].Account)
		if errors.Is(err, webhook.ErrBody) {
			return nil, []string{err.Error()}, nil
		}
		var signals []*ingressv1.Signal
		if err == nil {
			signals, err = d.valid(&logs, who)
		}
		if err == nil && len(signals) > 0 {
			err = d.Intake.Store(ctx, &events.Lot{Signals: signals})
		}
		if err != nil {
			return nil, nil, err
		}
		if logs.Rejected > 0 {
			reasons = logs.Reasons()
		}
		return idsOf(signals), reasons, nil
	}
}

// linesAgain reads lines that were kept: the events of those that are well now, and what
// is wrong with the others.
func linesAgain[T any, M message[T]](f form[T, M], body []byte) (evs []M, reasons []string, err error) {
	for n, line := range bytes.Split(bytes.TrimSpace(body), []byte("\n")) {
		m, err := readOne[T, M](line, f.checkLine)
		var refused *forms.Refused
		switch {
		case errors.As(err, &refused):
			reasons = append(reasons, fmt.Sprintf("line %d: %v", n+1, refused))
		case err != nil:
			return nil, nil, err
		default:
			evs = append(evs, m)
		}
	}
	return evs, reasons, nil
}
