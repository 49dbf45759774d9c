package stream

import (
	"cmp"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"
	"tocsin/services/notification/internal/deliver"

	notificationv1 "tocsin/proto/gen/notification/v1"
)

// A question is what a reader asks for.
type question struct {
	audience string
	// tenants and kinds narrow what is shown; empty shows all.
	tenants, kinds []string
	// resumes says that the reader goes on after a position.
	resumes bool
	after   uint64
	// since, if it is set and the reader does not resume, is where to begin.
	since time.Time
	// ends says that the stream ends with what was told when the reader came.
	ends  bool
	shape shape
}

// settings are what the address of the stream may say.
var settings = []string{"after", "audience", "kind", "live", "since", "tenant"}

// errShape is a media type that the stream does not come in.
var errShape = errors.New("write Accept: text/event-stream, application/x-ndjson or application/cloudevents+json")

// ask reads a request. Its error says what to write instead.
func ask(r *http.Request, now time.Time) (question, error) {
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return question{}, fmt.Errorf("the address can not be read: %w", err)
	}
	q := question{audience: "leadership", tenants: values["tenant"], kinds: values["kind"]}
	for name, given := range values {
		switch {
		case !slices.Contains(settings, name):
			return q, fmt.Errorf("%q: the stream knows %s", name, strings.Join(settings, ", "))
		case slices.Contains(given, ""):
			return q, fmt.Errorf("%s is empty: say it, or leave it out", name)
		case len(given) > 1 && name != "tenant" && name != "kind":
			return q, fmt.Errorf("%s is said %d times: say it once", name, len(given))
		}
	}
	q.audience = cmp.Or(values.Get("audience"), q.audience)
	q.shape, err = shapeOf(r.Header.Values("Accept"))
	return q, errors.Join(known(q.audience), knownKinds(q.kinds), q.begin(r.Header.Get("Last-Event-ID"), values, now), q.end(values.Get("live")), err)
}

// begin says where to begin. A browser that comes back says by the header how far
// it has come, and still asks what it asked first.
func (q *question) begin(header string, values url.Values, now time.Time) (err error) {
	name, after := "Last-Event-ID", header
	if after == "" {
		name, after = "after", values.Get("after")
	}
	if after != "" {
		q.resumes = true
		if q.after, err = strconv.ParseUint(after, 10, 64); err != nil {
			return fmt.Errorf("%s %q: write the id of an event of this stream, a number", name, after)
		}
	}
	since := values.Get("since")
	if since == "" {
		return nil
	}
	if ago, err := time.ParseDuration(since); err == nil && ago >= 0 {
		q.since = now.Add(-ago)
		return nil
	}
	if q.since, err = time.Parse(time.RFC3339, since); err != nil {
		return fmt.Errorf("since %q: write a time, as 2026-11-20T09:00:00Z (a plus sign as %%2B), or how long ago, as 90m or 24h", since)
	}
	if q.since.After(now) {
		return fmt.Errorf("since %q lies ahead: leave it out for what comes from now on", since)
	}
	return nil
}

func (q *question) end(live string) error {
	switch live {
	case "", "true":
	case "false":
		q.ends = true
	default:
		return fmt.Errorf("live %q: write true, or false for a stream that ends with what is told by now", live)
	}
	return nil
}

func knownKinds(kinds []string) error {
	for _, k := range kinds {
		if told := append(deliver.Kinds(), deliver.MuteEnded); !slices.Contains(told, deliver.Kind(k)) {
			return fmt.Errorf("kind %q: choose of %q", k, told)
		}
	}
	return nil
}

// shapeOf is the first shape that the reader takes, events where it takes any.
func shapeOf(accepts []string) (shape, error) {
	ranges := strings.Split(strings.Join(accepts, ","), ",")
	for _, each := range ranges {
		kind, _, _ := mime.ParseMediaType(each)
		switch shape(kind) {
		case events, "*/*", "text/*", "":
			return events, nil
		case lines, cloudEvents:
			return shape(kind), nil
		case "application/*":
			return lines, nil
		}
	}
	return "", errShape
}

// filters are the subjects of what is asked for.
func (q question) filters() []string {
	if len(q.tenants) == 0 {
		return []string{topology.AudienceFilter(q.audience)}
	}
	var list []string
	for _, t := range q.tenants {
		list = append(list, topology.TenantFilter(q.audience, t))
	}
	slices.Sort(list)
	return slices.Compact(list) // the server refuses filters that overlap
}

// wants says whether a notification is asked for.
func (q question) wants(n *notificationv1.Notification) bool {
	return n.GetAudience() == q.audience &&
		(len(q.tenants) == 0 || slices.Contains(q.tenants, n.GetTenant())) &&
		(len(q.kinds) == 0 || slices.Contains(q.kinds, n.GetKind()))
}

// past is what stands on the stream behind a position, or since when is asked.
func (q question) past(position uint64) bus.Following {
	f := bus.Following{Stream: topology.Notifications, Filters: q.filters(), After: position}
	if !q.resumes {
		f.Since = q.since
	}
	return f
}
