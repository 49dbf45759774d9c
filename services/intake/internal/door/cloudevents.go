package door

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"go.opentelemetry.io/otel/propagation"

	"tocsin/services/intake/internal/cloudevent"
	"tocsin/services/intake/internal/events"

	"tocsin/pkg/forms"
)

// ofCloudEvents reads what the CloudEvents of a request say, and refuses all if one
// of it is refused. The request it returns is of the trace that they name.
func (f form[T, M]) ofCloudEvents(r *http.Request, data []byte, mode cloudevent.Mode) (*http.Request, []M, error) {
	all, err := cloudEvents(r, data, mode)
	if err != nil {
		return r, nil, err
	}
	var refused refusals
	var out []M
	for n, ce := range all {
		r = r.WithContext(events.Traced(r.Context(), ce))
		said, err := f.event(ce)
		for i := 0; err == nil && i < len(said); i++ {
			if err = f.check(said[i]); err != nil && len(said) > 1 {
				err = forms.Under(fmt.Sprintf("[%d]", i), err)
			}
		}
		place := ""
		if mode == cloudevent.Batch {
			place = fmt.Sprintf("[%d]", n)
		}
		if err := refused.add(place, err); err != nil {
			return r, nil, err
		}
		out = append(out, said...)
	}
	return r, out, refused.err()
}

// traced is the request in the trace that its headers name.
func traced(r *http.Request) *http.Request {
	return r.WithContext(propagation.TraceContext{}.Extract(r.Context(), propagation.HeaderCarrier(r.Header)))
}

// cloudEvents reads the CloudEvents of a request whole.
func cloudEvents(r *http.Request, data []byte, mode cloudevent.Mode) (_ []cloudevent.Event, err error) {
	var ce cloudevent.Event
	switch mode {
	case cloudevent.Batch:
		return batched(data)
	case cloudevent.Structured:
		ce, err = cloudevent.FromJSON(data)
	default:
		if strings.HasPrefix(r.Header.Get("Content-Type"), typeForm) {
			r.Header.Del("Content-Type")
		}
		ce, err = cloudevent.FromHeader(r.Header, data, typeJSON)
	}
	return []cloudevent.Event{ce}, err
}

// batched reads a batch, and refuses all if one is refused.
func batched(data []byte) (all []cloudevent.Event, err error) {
	parts, err := cloudevent.Split(data)
	if err != nil {
		return nil, err
	}
	var refused refusals
	for n, part := range parts {
		ce, err := cloudevent.FromJSON(part)
		if err := refused.add(fmt.Sprintf("[%d]", n), err); err != nil {
			return nil, err
		}
		all = append(all, ce)
	}
	return all, refused.err()
}

// refusals collects what is refused of a request.
type refusals struct{ forms.Refused }

// add takes note of err if it is a refusal, as of what stands at the place; it
// returns an err that is none.
func (r *refusals) add(place string, err error) error {
	if place != "" {
		err = forms.Under(place, err)
	}
	var one *forms.Refused
	if !errors.As(err, &one) {
		return err
	}
	if len(r.Problems) < maxRejected {
		r.Problems = append(r.Problems, one.Problems...)
	}
	return nil
}

// err is all that was refused; nil if that is nothing.
func (r *refusals) err() error {
	if len(r.Problems) == 0 {
		return nil
	}
	return &r.Refused
}
