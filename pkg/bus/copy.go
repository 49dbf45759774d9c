package bus

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/nats-io/nats.go"

	"tocsin/pkg/topology"
)

// A Copy is a message of one stream in another form, to stand in another stream.
// It has the event's id, time, type, source and trace context. It has no message id
// for the server: a stream of copies that was emptied is written anew at once.
type Copy struct {
	Of          Raw
	Subject     string
	ContentType string
	Data        []byte
}

// position names what a copy was made of: its sequence in its own stream.
const position = "ce-sequence"

// Copied is how far copies have come: the sequence of the last one in the stream
// of copies, and of what it was made of in its own. Both are 0 where that stream
// has never held one; the second is 0 where it holds none any more.
func (c *Conn) Copied(ctx context.Context, into topology.Stream) (last, of uint64, err error) {
	stream, err := c.stream(ctx, into.Name)
	if err != nil {
		return 0, 0, err
	}
	info, err := stream.Info(ctx)
	if err != nil {
		return 0, 0, fmt.Errorf("ask for the state of stream %s: %w", into.Name, err)
	}
	if info.State.Msgs == 0 {
		return info.State.LastSeq, 0, nil
	}
	raw, err := c.At(ctx, into, info.State.LastSeq)
	switch {
	case err != nil:
		return 0, 0, err
	case raw.Sequence == 0: // a copy of the stream may be a moment behind the one that said how far it is
		return 0, 0, fmt.Errorf("read message %d of stream %s: it is not there yet", info.State.LastSeq, into.Name)
	}
	if of, err = strconv.ParseUint(raw.Header(position), 10, 64); err != nil {
		return 0, 0, fmt.Errorf("read message %d of stream %s: %w", raw.Sequence, into.Name, err)
	}
	return info.State.LastSeq, of, nil
}

// PublishCopies stores copies in order behind the message of that sequence, the
// last of their stream, and returns the sequence of the last of them. If another
// has become the last, nothing more is stored and the error is ErrConflict: ask
// Copied how far they have come.
func (c *Conn) PublishCopies(ctx context.Context, copies []Copy, last uint64) (uint64, error) {
	list := make([]*nats.Msg, len(copies))
	for i, each := range copies {
		list[i] = each.message()
	}
	if len(list) > few {
		list[0].Header.Set(nats.ExpectedLastSeqHdr, strconv.FormatUint(last, 10))
		return c.commit(ctx, len(list), func(i int) *nats.Msg { return list[i] })
	}
	for _, m := range list {
		m.Header.Set(nats.ExpectedLastSeqHdr, strconv.FormatUint(last, 10))
		ack, err := c.js.PublishMsg(ctx, m)
		if err != nil {
			return 0, publishError(m.Subject, err)
		}
		last = ack.Sequence
	}
	return last, nil
}

func (c Copy) message() *nats.Msg {
	m := nats.NewMsg(c.Subject)
	m.Data = c.Data
	for name := range maps.Keys(c.Of.header) {
		if lower := strings.ToLower(name); strings.HasPrefix(lower, "ce-") || slices.Contains(traceContext.Fields(), lower) {
			m.Header[lower] = slices.Clone(c.Of.header[name])
		}
	}
	m.Header["ce-datacontenttype"] = []string{escape(c.ContentType)}
	m.Header[position] = []string{strconv.FormatUint(c.Of.Sequence, 10)}
	return m
}
