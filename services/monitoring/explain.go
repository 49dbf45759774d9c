package monitoring

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"google.golang.org/protobuf/proto"

	"tocsin/services/monitoring/internal/detect"
	"tocsin/services/monitoring/internal/events"
	"tocsin/services/monitoring/internal/explain"
	"tocsin/services/monitoring/internal/shard"

	"tocsin/pkg/bus"
	"tocsin/pkg/policy"
	"tocsin/pkg/topology"
	classificationv1 "tocsin/proto/gen/classification/v1"
	ingressv1 "tocsin/proto/gen/ingress/v1"
	intakev1 "tocsin/proto/gen/intake/v1"
	monitoringv1 "tocsin/proto/gen/monitoring/v1"
)

// ExplainOptions say how Explain answers.
type ExplainOptions struct {
	ReplayOptions
	// What is asked for: the id of a change, or scope[/reason[/subject]].
	What string
	// Assessing, if not nil, gives a new Assess for each run over a file: there may be two.
	Assessing func() func(*ingressv1.TicketEvent) (*classificationv1.TicketAssessed, error)
	// JSON writes one object a line instead of text for people.
	JSON bool
}

// Explain says why a condition changed, or how near it is to being raised. It
// runs the rules over what the bus still holds, as the shard ran them, and
// compares with what was published.
func Explain(ctx context.Context, conn *bus.Conn, out io.Writer, opts ExplainOptions) error {
	e := &explaining{r: &replaying{opts: opts.ReplayOptions}, conn: conn, out: out, opts: opts}
	if !isID(opts.What) {
		return e.standings(ctx, targetOf(opts.What))
	}
	return e.change(ctx, opts.What)
}

// isID tells the id of a change from a scope.
func isID(what string) bool {
	b, err := hex.DecodeString(what)
	return err == nil && len(b) == 16
}

// targetOf reads scope[/reason[/subject]]; a scope and a subject may hold a
// slash, a reason is one of the policy's.
func targetOf(what string) explain.Target {
	parts := strings.Split(what, "/")
	for i, part := range parts {
		if i > 0 && slices.Contains(policy.ReasonIDs(), policy.ReasonID(part)) {
			return explain.Target{Scope: strings.Join(parts[:i], "/"), Reason: part, Subject: strings.Join(parts[i+1:], "/")}
		}
	}
	return explain.Target{Scope: what}
}

// explaining is one explanation under way.
type explaining struct {
	r    *replaying
	conn *bus.Conn
	out  io.Writer
	opts ExplainOptions
	// first is the sequence of the first input that is still there, begins when it
	// was stored. Before it there may be the ticker's schedule alone.
	first  uint64
	begins time.Time
}

// run gives the engine of one scope what the bus holds, until stop says so.
func (e *explaining) run(ctx context.Context, scope string, see func(*explain.Step) (stop bool)) error {
	input := shard.NewRerun(e.opts.Policy, scope)
	over, trust := errors.New("over"), ""
	step := func(st *shard.Step) error {
		if see(&explain.Step{Engine: st.Engine, Message: st.Sequence, Read: st.Stamp, Signal: st.Signal, Changes: st.Changes, Trust: trust}) {
			return over
		}
		return nil
	}
	err := e.r.retained(ctx, e.conn, func(raw bus.Raw) error {
		if e.first == 0 && raw.Subject != topology.TickerSubject() {
			e.first, e.begins = raw.Sequence, raw.StoredAt
		}
		trust = trustOf(raw)
		return input.Read(raw, step)
	})
	if err == nil && !e.opts.Until.IsZero() {
		err = input.Advance(e.opts.Until, step)
	}
	if errors.Is(err, over) {
		return nil
	}
	return err
}

// trustOf is whose word the signals of a message are; empty where nobody said.
func trustOf(raw bus.Raw) string {
	if topology.FormOf(raw.Subject) != topology.FormReceived || raw.ContentType == bus.JSONType {
		return ""
	}
	if t := events.TrustOf(raw.Data); t != intakev1.Trust_TRUST_UNSPECIFIED {
		return t.String()
	}
	return ""
}

// standings says how the rules stand in a scope.
func (e *explaining) standings(ctx context.Context, of explain.Target) error {
	w := explain.Watcher{KeepFrom: e.opts.Policy.Rules.KeepFrom}
	err := e.run(ctx, of.Scope, func(st *explain.Step) bool {
		w.See(st)
		return false
	})
	if err != nil {
		return err
	}
	return e.near(&w, of)
}

// near writes what a watcher has seen.
func (e *explaining) near(w *explain.Watcher, of explain.Target) error {
	list := w.Nearness(of)
	if len(list) == 0 {
		return fmt.Errorf("nothing was heard for %s: no data is undetermined, not healthy; look whether its monitors send signals, and whether the name is right",
			strings.Join(slices.DeleteFunc([]string{of.Scope, of.Reason, of.Subject}, func(s string) bool { return s == "" }), "/"))
	}
	for i := range list {
		if err := e.write(&list[i]); err != nil {
			return err
		}
	}
	return nil
}

// An answer is what is written: as JSON, or as text.
type answer interface{ Text(out io.Writer) error }

func (e *explaining) write(a answer) error {
	if !e.opts.JSON {
		return a.Text(e.out)
	}
	enc := json.NewEncoder(e.out)
	enc.SetEscapeHTML(false)
	return enc.Encode(a)
}

// change explains a change that was published.
func (e *explaining) change(ctx context.Context, id string) error {
	raw, said, err := e.published(ctx, id)
	if err != nil {
		return err
	}
	c := events.Stated(said)
	if said.Policy != e.opts.Policy.Version {
		return e.write(explain.Published(&c, said.Policy, explain.NotRun, fmt.Sprintf(
			"it was stated under policy %s, and this is %s; give the file of that policy with --policy", said.Policy, e.opts.Policy.Version)))
	}
	t := explain.Find(id, &explain.Target{Scope: c.Scope, Reason: c.Reason, Subject: c.Subject})
	t.Want(c.Evidence)
	err = e.run(ctx, c.Scope, func(st *explain.Step) bool {
		t.See(st)
		_, found := t.Found()
		return found || st.Read.After(c.DetectedAt)
	})
	if err != nil {
		return err
	}
	return e.write(e.compare(t, &c, raw))
}

// compare says whether what came again is what was published.
func (e *explaining) compare(t *explain.Tracer, c *detect.Change, raw bus.Raw) *explain.Change {
	version := e.opts.Policy.Version
	cut := "it may have been said by an owner that took over from another engine, policy or stream"
	if e.first > 2 {
		cut = fmt.Sprintf("the input before %s is no longer retained", e.begins.UTC().Format(time.RFC3339))
	}
	_, found := t.Found()
	if !found && !t.TakeAlike(c) {
		return explain.Published(c, version, explain.Missing, "the same input does not give it: "+cut)
	}
	out, again := t.Change(version), t.Raw()
	again.ID, again.Episode = c.ID, c.Episode
	data, err := proto.MarshalOptions{Deterministic: true}.Marshal(&monitoringv1.ConditionChanged{Condition: events.Condition(again, version)})
	same := err == nil && bytes.Equal(data, raw.Data)
	switch {
	case found && same && t.Raw().Episode == c.Episode:
		out.Reexecuted, out.Note = explain.Same, "the same id, the same bytes as were published"
	case found:
		out.Reexecuted, out.Note = explain.Differs, "what was published has the same id and other bytes"
	case same:
		out.Reexecuted, out.Note = explain.Other, "all else is as it was published as "+c.ID+"; an id counts earlier episodes, and "+cut
	default:
		out.Reexecuted, out.Note = explain.Other, "it was published as "+c.ID+", of other signals; "+cut
	}
	return out
}

// published finds a change on the bus by its id.
func (e *explaining) published(ctx context.Context, id string) (bus.Raw, *monitoringv1.Condition, error) {
	var found bus.Raw
	err := e.conn.Retained(ctx, topology.Conditions, func(raw bus.Raw) error {
		if raw.ID == id {
			found = raw
		}
		return nil
	})
	if err != nil {
		return found, nil, err
	}
	if found.Sequence == 0 {
		return found, nil, fmt.Errorf("no change with the id %s is among the last %d of any condition that the bus holds; `tocsin replay --from-stream` lists what the retained signals give", id, topology.Conditions.PerSubject)
	}
	var ev monitoringv1.ConditionChanged
	if err := bus.Decode(found, &ev); err != nil {
		return found, nil, fmt.Errorf("change %s: %w", id, err)
	}
	return found, ev.Condition, nil
}
