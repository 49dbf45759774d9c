package flowtest

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"tocsin/pkg/topology"
)

// patience is how long a step awaits a fact: longer than it takes until what a
// killed process had begun is given to the next one.
const patience = time.Minute

// A story is being played.
type story struct {
	p       *Program
	now     time.Time
	sent    []sent
	counter int
}

// sent is an input that was sent: a JSON object to one of the doors.
type sent struct {
	path string
	body []byte
}

// verbs are the steps that a story may take.
var verbs = map[string]func(*story, step) error{
	"signal": (*story).signal, "ticket": (*story).ticket, "poison": (*story).poison,
	"repeat": (*story).repeat, "redeliver": (*story).redeliver, "echo": (*story).echo,
	"await": (*story).await, "case": (*story).act, "settled": (*story).settled,
	"split": (*story).split, "merge": (*story).merge,
	"cases": (*story).cases, "notified": (*story).notified,
	"kill":  func(s *story, st step) error { return s.p.Kill(st.arg(0)) },
	"stop":  func(s *story, st step) error { return s.p.Stop(st.arg(0)) },
	"start": func(s *story, st step) error { return s.p.Start(st.arg(0)) },
}

// Play plays a story on a program that no other story has been played on.
func Play(t testing.TB, p *Program, text string) {
	t.Helper()
	all, err := steps(text)
	if err != nil {
		t.Fatal(err)
	}
	s := &story{p: p, now: time.Now()}
	for _, step := range all {
		do, ok := verbs[step.verb]
		if !ok {
			t.Fatalf("line %d: %q is no step", step.line, step.verb)
		}
		if err := do(s, step); err != nil {
			t.Fatalf("line %d: %s %v %v: %v", step.line, step.verb, step.args, step.fields, err)
		}
	}
}

// id is a new id for an input.
func (s *story) id() string {
	s.counter++
	return fmt.Sprintf("e%d", s.counter)
}

// send puts an input through its door.
func (s *story) send(path string, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return err
	}
	s.sent = append(s.sent, sent{path, body})
	return s.p.produce(path, body)
}

// signal sends one signal, or one for each of users, runs or uploads.
func (s *story) signal(st step) error {
	kind, fields := st.arg(0), map[string]any{}
	each, from, to := "", 1, 1
	for k, v := range st.fields {
		switch k {
		case "tenant", "at", "source":
		case "users", "runs", "uploads", "probers":
			var err error
			if from, to, err = span(v); err != nil {
				return err
			}
			each = strings.TrimSuffix(k, "s")
		default:
			fields[k] = v
		}
	}
	at, err := moment(s.now, st.fields["at"])
	if err != nil {
		return err
	}
	source := st.fields["source"]
	if source == "" {
		source = "monitor"
	}
	var batch []map[string]any
	for n := from; n <= to; n++ {
		one := map[string]any{}
		for k, v := range fields {
			one[k] = v
		}
		if each != "" {
			one[each] = each + strconv.Itoa(n)
		}
		sig := map[string]any{"id": s.id(), "source": source, "occurred_at": at.UTC().Format(time.RFC3339Nano), kind: one}
		if tenant := st.fields["tenant"]; tenant != "" {
			sig["tenant"] = tenant
		}
		batch = append(batch, sig)
	}
	return s.send("/v1/signals", batch)
}

// ticket sends one ticket event.
func (s *story) ticket(st step) error {
	at, err := moment(s.now, st.fields["at"])
	if err != nil {
		return err
	}
	said := map[string]any{}
	for k, v := range st.fields {
		if k != "at" && k != "id" {
			said[k] = v
		}
	}
	kind := st.arg(2)
	switch kind {
	case "opened":
		said["subject"], said["body"] = st.arg(3), st.arg(4)
	case "note":
		said["author_kind"], said["text"], said["public"] = st.arg(3), st.arg(4), true
	case "status":
		said["status"] = st.arg(3)
	}
	ev := map[string]any{"id": s.id(), "source": "helpdesk", "tenant": st.arg(0), "ticket": st.arg(1), "occurred_at": at.UTC().Format(time.RFC3339Nano), kind: said}
	return s.send("/v1/tickets", ev)
}

func (s *story) poison(st step) error {
	_, err := s.p.Conn.JS().Publish(context.Background(), st.arg(0), []byte(st.arg(1)))
	return err
}

// repeat sends everything again that was sent.
func (s *story) repeat(step) error {
	for _, in := range s.sent {
		if err := s.p.produce(in.path, in.body); err != nil {
			return err
		}
	}
	return nil
}

// act is leadership acting on the one case of the tenant that can be acted on.
func (s *story) act(st step) error {
	list, err := s.p.cases(st.arg(0))
	if err != nil {
		return err
	}
	if len(list) != 1 {
		return fmt.Errorf("%d cases of %s; the step is for one", len(list), st.arg(0))
	}
	body := map[string]any{"version": list[0].Version}
	for _, k := range []string{"ground", "note"} {
		if v, ok := st.fields[k]; ok {
			body[k] = v
		}
	}
	if v, ok := st.fields["eta"]; ok {
		at, err := moment(time.Now(), v)
		if err != nil {
			return err
		}
		body["eta"] = at
	}
	data, err := json.Marshal(body)
	if err != nil {
		return err
	}
	_, err = s.p.call(http.MethodPost, "/v1/cases/"+list[0].ID+"/"+st.arg(1), st.fields["by"], data)
	return err
}

// redeliver publishes every event of a stream again as though the server's
// memory of message ids had gone.
func (s *story) redeliver(st step) error {
	for _, stream := range topology.Streams() {
		if stream.Name == st.arg(0) {
			return s.p.redeliver(stream)
		}
	}
	return fmt.Errorf("there is no stream %s", st.arg(0))
}
