package bus

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"tocsin/pkg/topology"
)

const (
	// asked is how many subjects one request may name; the server answers no more
	// than 1,024 of them.
	asked = 1000
	// readAtOnce bounds the bytes of one answer.
	readAtOnce = 4 << 20
)

// A direct is a request for messages by their place, which the server answers
// from the stream itself, without a consumer.
type direct struct {
	Seq       uint64   `json:"seq,omitempty"`
	Batch     int      `json:"batch,omitempty"`
	MaxBytes  int      `json:"max_bytes,omitempty"`
	MultiLast []string `json:"multi_last,omitempty"`
	Of        string   `json:"next_by_subj,omitempty"`
}

// A Span is up to N messages from a sequence on.
type Span struct {
	From uint64
	N    int
}

// Among reads messages of a subject, which may have wildcards, oldest first: fewer
// than the span asks for where they are large, and none where there are none.
func (c *Conn) Among(ctx context.Context, s topology.Stream, subject string, of Span) ([]Raw, error) {
	list, err := c.direct(ctx, s, direct{Seq: of.From, Batch: of.N, MaxBytes: readAtOnce, Of: subject})
	if err != nil {
		return nil, fmt.Errorf("read %s from %d on: %w", subject, of.From, err)
	}
	return list, nil
}

// Lasts reads the last message of each of the subjects, in one request for a
// thousand of them if they are not large. A subject that has none is left out. It may
// be answered by a server that is a little behind: who writes next expects what was read.
func (c *Conn) Lasts(ctx context.Context, s topology.Stream, subjects []string) (map[string]Raw, error) {
	all := make(map[string]Raw, len(subjects))
	for len(subjects) > 0 {
		some, rest, err := c.SomeLasts(ctx, s, subjects)
		if err != nil {
			return nil, err
		}
		maps.Copy(all, some)
		subjects = rest
	}
	return all, nil
}

// SomeLasts is Lasts in a single request, of as many as fit into the answer: of the
// rest nothing is known yet.
func (c *Conn) SomeLasts(ctx context.Context, s topology.Stream, subjects []string) (some map[string]Raw, rest []string, err error) {
	now, rest := subjects[:min(len(subjects), asked)], subjects[min(len(subjects), asked):]
	list, err := c.direct(ctx, s, direct{MultiLast: now, MaxBytes: readAtOnce})
	if err != nil {
		return nil, nil, fmt.Errorf("read the last messages of %d subjects: %w", len(now), err)
	}
	some = make(map[string]Raw, len(list))
	for _, raw := range list {
		some[raw.Subject] = raw
	}
	if len(list) == 0 || list[len(list)-1].Pending == 0 {
		return some, rest, nil
	}
	for _, subject := range now { // the answer was full
		if _, known := some[subject]; !known {
			rest = append(rest[:len(rest):len(rest)], subject)
		}
	}
	return some, rest, nil
}

// behind reads up to n messages of a stream from a sequence on, without a gap
// between them: none where the first is not there.
func (c *Conn) behind(ctx context.Context, s topology.Stream, from uint64, n int) ([]Raw, error) {
	list, err := c.direct(ctx, s, direct{Seq: from, Batch: n, MaxBytes: readAtOnce})
	if err != nil {
		return nil, fmt.Errorf("read %s from %d on: %w", s.Name, from, err)
	}
	for i, raw := range list {
		if raw.Sequence != from+uint64(i) { //nolint:gosec // an index
			return list[:i], nil
		}
	}
	return list, nil
}

// direct puts a request and collects what comes until the server says that it is all.
func (c *Conn) direct(ctx context.Context, s topology.Stream, request direct) ([]Raw, error) {
	data, err := json.Marshal(request)
	if err != nil {
		return nil, err
	}
	inbox, answers := c.nc.NewInbox(), make(chan *nats.Msg, max(request.Batch, len(request.MultiLast))+1)
	sub, err := c.nc.ChanSubscribe(inbox, answers)
	if err != nil {
		return nil, err
	}
	defer func() { _ = sub.Unsubscribe() }()
	if err := c.nc.PublishRequest("$JS.API.DIRECT.GET."+s.Name, inbox, data); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	var list []Raw
	for {
		var m *nats.Msg
		select {
		case m = <-answers:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		switch status := m.Header.Get("Status"); status {
		case "":
		case "204", "404": // that was all; there is none
			return list, nil
		default:
			return nil, fmt.Errorf("the server says %s %s", status, m.Header.Get("Description"))
		}
		raw, err := placed(m)
		if err != nil {
			return nil, err
		}
		list = append(list, raw)
	}
}

// placed is a message whose place in the stream stands in its headers.
func placed(m *nats.Msg) (Raw, error) {
	sequence, err := strconv.ParseUint(m.Header.Get(jetstream.SequenceHeader), 10, 64)
	if err != nil {
		return Raw{}, fmt.Errorf("read the place of a message: %w", err)
	}
	at, err := time.Parse(time.RFC3339Nano, m.Header.Get(jetstream.TimeStampHeaer))
	if err != nil {
		return Raw{}, fmt.Errorf("read the time of message %d: %w", sequence, err)
	}
	pending, err := strconv.ParseUint(m.Header.Get("Nats-Num-Pending"), 10, 64)
	if err != nil {
		return Raw{}, fmt.Errorf("read what is behind message %d: %w", sequence, err)
	}
	return Raw{
		Meta: Meta{
			ID: header(m.Header, "ce-id"), Subject: m.Header.Get(jetstream.SubjectHeader),
			Sequence: sequence, StoredAt: at, Attempt: 1, Pending: pending,
		},
		ContentType: contentType(m.Header), Data: m.Data, header: m.Header,
	}, nil
}
