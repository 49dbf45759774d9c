package detect

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"tocsin/pkg/policy"
)

// A story is a set of signals told in a few words, for tests. Times are
// offsets from nine o'clock.
type story struct {
	t       *testing.T
	rules   policy.Rules
	signals []Signal
	n       int
}

var nine = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)

func newStory(t *testing.T) *story {
	t.Helper()
	p := policy.Default()
	return &story{t: t, rules: p.Rules}
}

func at(offset string) time.Time {
	neg := strings.HasPrefix(offset, "-")
	var sum time.Duration
	for part := range strings.FieldsSeq(strings.TrimPrefix(offset, "-")) {
		d, err := time.ParseDuration(part)
		if err != nil {
			panic(err)
		}
		sum += d
	}
	if neg {
		sum = -sum
	}
	return nine.Add(sum)
}

func (s *story) add(tenant string, when time.Time, sig Signal) Signal {
	s.n++
	sig.Source, sig.Tenant, sig.At = "test", tenant, when
	if sig.ID == "" {
		sig.ID = fmt.Sprintf("s%06d", s.n)
	}
	s.signals = append(s.signals, sig)
	return sig
}

func attemptOf(user string, m Method, f Failure) Signal {
	return Signal{Kind: KindAuthAttempt, Auth: AuthAttempt{User: user, Method: m, OK: f == FailureNone, Failure: f}}
}

// fail and login are attempts by password, sso and ssoOK by single sign-on.
func (s *story) fail(tenant, user string, when time.Time) Signal {
	return s.add(tenant, when, attemptOf(user, MethodPassword, FailureError))
}

func (s *story) login(tenant, user string, when time.Time) Signal {
	return s.add(tenant, when, attemptOf(user, MethodPassword, FailureNone))
}

func (s *story) sso(tenant, user string, when time.Time) Signal {
	return s.add(tenant, when, attemptOf(user, MethodSSO, FailureTimeout))
}

func (s *story) ssoOK(tenant, user string, when time.Time) Signal {
	return s.add(tenant, when, attemptOf(user, MethodSSO, FailureNone))
}

func (s *story) probe(tenant, prober string, when time.Time, st Status) Signal {
	return s.add(tenant, when, Signal{Kind: KindProbe, Probe: Probe{Component: "sso", Prober: prober, Status: st}})
}

func (s *story) run(tenant, run string, when time.Time, st RunState) Signal {
	return s.add(tenant, when, Signal{Kind: KindReportRun, Report: ReportRun{Run: run, Report: "r", State: st}})
}

func (s *story) scheduled(tenant, run string, when, due time.Time) Signal {
	return s.add(tenant, when, Signal{Kind: KindReportRun, Report: ReportRun{Run: run, State: RunScheduled, DueAt: due}})
}

func (s *story) upload(tenant, id string, when time.Time, u FileUpload) Signal {
	u.Upload = id
	return s.add(tenant, when, Signal{Kind: KindFileUpload, Upload: u})
}

// crowd lets people u<from> … u<to> fail a millisecond apart, the last at `last`.
func (s *story) crowd(tenant string, from, to int, last time.Time) {
	for i := from; i <= to; i++ {
		s.fail(tenant, fmt.Sprintf("u%d", i), last.Add(time.Duration(i-to)*time.Millisecond))
	}
}

// line is a change as the tests compare it.
func line(c Change) string {
	off := c.At.Sub(nine).String()
	return fmt.Sprintf("%s %s %s %s %d/%d", off, c.Change, c.Reason, c.Scope, c.Value, c.Threshold)
}

func lines(list []Change) string {
	var b strings.Builder
	for _, c := range list {
		b.WriteString(line(c) + "\n")
	}
	return b.String()
}

func (s *story) replay(opts ReplayOptions) []Change {
	var got []Change
	Replay(s.rules, opts, s.signals, func(c Change) { got = append(got, c) })
	return got
}

// want compares what a replay states for a scope, or for all if it is empty.
func (s *story) want(scope string, until time.Time, want ...string) {
	s.t.Helper()
	compare(s.t, of(scope, s.replay(ReplayOptions{Until: until})), want)
}

func of(scope string, list []Change) []Change {
	if scope == "" {
		return list
	}
	var out []Change
	for _, c := range list {
		if c.Scope == scope {
			out = append(out, c)
		}
	}
	return out
}

func compare(t *testing.T, got []Change, want []string) {
	t.Helper()
	text := strings.Join(want, "\n")
	if len(want) > 0 {
		text += "\n"
	}
	if lines(got) != text {
		t.Errorf("stated:\n%swant:\n%s", lines(got), text)
	}
}

// live reads the signals in the order of the story, each at its own stamp.
type live struct {
	t        *testing.T
	e        *Engine
	rules    policy.Rules
	opts     Options
	got      []Change
	refusals []Refusal
}

func (s *story) live(opts Options) *live {
	return &live{t: s.t, e: New(s.rules, opts), rules: s.rules, opts: opts}
}

func (l *live) apply(s Signal, stamp time.Time) {
	c, r := l.e.Apply(s, stamp)
	l.got = append(l.got, c...)
	l.refusals = append(l.refusals, r...)
}

// tick lets a tick a second pass until the stamp.
func (l *live) tick(from, to time.Time) {
	for t := from; !t.After(to); t = t.Add(time.Second) {
		l.got = append(l.got, l.e.Advance(t)...)
	}
}

func (l *live) snapshot() []byte {
	l.t.Helper()
	var b bytes.Buffer
	if err := l.e.Snapshot(&b); err != nil {
		l.t.Fatal(err)
	}
	return b.Bytes()
}

// restart replaces the engine by one restored from its own snapshot.
func (l *live) restart() {
	l.t.Helper()
	e, err := Restore(bytes.NewReader(l.snapshot()), l.rules, l.opts)
	if err != nil {
		l.t.Fatal(err)
	}
	l.e = e
}

// stated leaves out the updates.
func (l *live) stated() []Change {
	var out []Change
	for _, c := range l.got {
		if c.Change != Updated {
			out = append(out, c)
		}
	}
	return out
}
