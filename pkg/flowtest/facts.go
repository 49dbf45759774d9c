package flowtest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"tocsin/pkg/bus"
	"tocsin/pkg/topology"
	monitoringv1 "tocsin/proto/gen/monitoring/v1"
	notificationv1 "tocsin/proto/gen/notification/v1"
	reviewv1 "tocsin/proto/gen/review/v1"
)

// read hands every message of a stream, as it now is, to on.
func (p *Program) read(s topology.Stream, on func(bus.Raw) error) error {
	last, err := p.Conn.LastSequence(context.Background(), s)
	if err != nil {
		return err
	}
	stream, err := p.Conn.JS().Stream(context.Background(), s.Name)
	if err != nil {
		return err
	}
	for seq := uint64(1); seq <= last; seq++ {
		m, err := stream.GetMsg(context.Background(), seq)
		if errors.Is(err, jetstream.ErrMsgNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		if err := on(bus.Raw{Meta: bus.Meta{Subject: m.Subject, Sequence: m.Sequence}, Data: m.Data, ContentType: bus.ProtobufType}); err != nil {
			return err
		}
	}
	return nil
}

func (p *Program) redeliver(s topology.Stream) error {
	return p.read(s, func(raw bus.Raw) error {
		m := nats.NewMsg(raw.Subject)
		m.Data = raw.Data
		m.Header.Set("ce-id", bus.ID("again", fmt.Sprint(raw.Sequence)))
		_, err := p.Conn.JS().PublishMsg(context.Background(), m)
		return err
	})
}

// until asks again and again until fact holds.
func until(fact func() (bool, string, error)) error {
	deadline := time.Now().Add(patience)
	for {
		ok, seen, err := fact()
		if err == nil && ok {
			return nil
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("did not come true within %s; seen: %s (%v)", patience, seen, err)
		}
		<-time.After(20 * time.Millisecond)
	}
}

func (s *story) await(st step) error {
	switch st.arg(0) {
	case "condition":
		return until(func() (bool, string, error) { return s.p.condition(st) })
	case "case":
		return until(func() (bool, string, error) { return s.p.caseIs(st) })
	case "deadletter":
		return until(func() (bool, string, error) { return s.p.parked(st) })
	}
	return fmt.Errorf("await condition, case or deadletter")
}

func (p *Program) condition(st step) (bool, string, error) {
	found, seen := false, []string{}
	err := p.read(topology.Conditions, func(raw bus.Raw) error {
		if !strings.HasPrefix(raw.Subject, strings.TrimSuffix(topology.AllConditions, "*.*.*")) {
			return nil
		}
		var ev monitoringv1.ConditionChanged
		if err := proto.Unmarshal(raw.Data, &ev); err != nil {
			return err
		}
		c := ev.GetCondition()
		seen = append(seen, strings.Join([]string{c.GetScope(), c.GetReason(), c.GetChange()}, " "))
		found = found || c.GetScope() == st.arg(1) && c.GetReason() == st.arg(2) && has(c, st.fields)
		return nil
	})
	return found, strings.Join(seen, "; "), err
}

// has says whether the message's JSON has these values.
func has(m proto.Message, fields map[string]string) bool {
	data, err := protojson.MarshalOptions{UseProtoNames: true, EmitUnpopulated: true}.Marshal(m)
	var values map[string]any
	if err != nil || json.Unmarshal(data, &values) != nil {
		return false
	}
	for k, want := range fields {
		if fmt.Sprint(values[k]) != want {
			return false
		}
	}
	return true
}

func (p *Program) caseIs(st step) (bool, string, error) {
	list, err := p.cases(st.arg(1))
	seen := ""
	for _, c := range list {
		have := map[string]string{
			"state": c.State, "recommendation": c.Recommendation,
			"tickets": fmt.Sprint(len(c.Tickets)), "conditions": fmt.Sprint(len(c.Conditions)),
			"promise": c.promise(),
		}
		seen += fmt.Sprint(have, " ")
		ok := true
		for k, want := range st.fields {
			ok = ok && have[k] == want
		}
		if ok {
			return true, seen, err
		}
	}
	return false, seen, err
}

func (p *Program) parked(st step) (bool, string, error) {
	list, err := p.Conn.DeadLetters(context.Background())
	seen := ""
	for _, d := range list {
		seen += d.Consumer + ": " + d.Reason + "; "
		if d.Consumer == st.arg(1) && strings.Contains(d.Reason, st.arg(2)) {
			return true, seen, err
		}
	}
	return false, seen, err
}

// cases counts, exactly, once nothing is under way.
func (s *story) cases(st step) error {
	if err := s.settled(st); err != nil {
		return err
	}
	list, err := s.p.cases(st.arg(0))
	if err != nil {
		return err
	}
	if fmt.Sprint(len(list)) != st.arg(1) {
		return fmt.Errorf("there are %d: %+v", len(list), list)
	}
	return nil
}

// notified counts, exactly, once nothing is under way.
func (s *story) notified(st step) error {
	if err := s.settled(st); err != nil {
		return err
	}
	want, says := st.fields["times"], st.fields["says"]
	if want == "" {
		want = "1"
	}
	fields := map[string]string{"audience": st.arg(0)}
	for k, v := range st.fields {
		if k != "times" && k != "says" {
			fields[k] = v
		}
	}
	n, seen := 0, []string{}
	err := s.p.read(topology.Notifications, func(raw bus.Raw) error {
		var m notificationv1.Notification
		if err := proto.Unmarshal(raw.Data, &m); err != nil {
			return err
		}
		seen = append(seen, fmt.Sprintf("%s %s %s %s: %s", m.GetAudience(), m.GetKind(), m.GetLanguage(), m.GetTicket(), m.GetTitle()))
		if has(&m, fields) && strings.Contains(m.GetTitle()+"\n"+m.GetBody(), says) {
			n++
		}
		return nil
	})
	if err == nil && fmt.Sprint(n) != want {
		err = fmt.Errorf("%d times, want %s; all notifications:\n%s", n, want, strings.Join(seen, "\n"))
	}
	return err
}

// settled waits until every consumer has read all there is and every case has
// been published as it is.
func (s *story) settled(step) error {
	return until(func() (bool, string, error) {
		before, err := s.p.position()
		if err != nil {
			return false, "", err
		}
		if idle, what, err := s.p.idle(); !idle || err != nil {
			return false, what, err
		}
		after, err := s.p.position()
		return before == after, "events still come", err
	})
}

// position is where the streams end, but for that of signals, where ticks go on.
func (p *Program) position() (string, error) {
	var b strings.Builder
	for _, s := range topology.Streams() {
		if s.Name == topology.Signals.Name || s.Name == topology.Checkpoints.Name {
			continue
		}
		last, err := p.Conn.LastSequence(context.Background(), s)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&b, "%s %d ", s.Name, last)
	}
	return b.String(), nil
}

func (p *Program) idle() (bool, string, error) {
	for _, c := range topology.Consumers() {
		if c.Pinned || c.Optional {
			continue
		}
		cons, err := p.Conn.JS().Consumer(context.Background(), c.Stream.Name, c.Name)
		if err != nil {
			return false, "", err
		}
		if i := cons.CachedInfo(); i.NumPending > 0 || i.NumAckPending > 0 {
			return false, c.Name + " is at work", nil
		}
	}
	list, err := p.cases("")
	if err != nil {
		return false, "", err
	}
	for _, c := range list {
		raw, err := p.Conn.Last(context.Background(), topology.Cases, topology.CaseSubject(c.Tenant, c.ID))
		if err != nil {
			return false, "", err
		}
		var ev reviewv1.CaseChanged
		if err := proto.Unmarshal(raw.Data, &ev); err != nil {
			return false, "", err
		}
		if ev.GetCase().GetVersion() < c.Version {
			return false, "case " + c.ID + " is not published", nil
		}
	}
	return true, "", nil
}
