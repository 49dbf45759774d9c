package detect

import (
	"bytes"
	"fmt"
	"slices"
	"testing"
	"time"

	"tocsin/pkg/policy"
)

// turn reads the story's signals under a policy of this name and line, and
// gives the engine with what of its changes still stands.
func (s *story) turn(name string, over int) (*Engine, []Change) {
	s.t.Helper()
	rules := s.rules
	rules.AuthFailures.Over, rules.AuthFailures.Clear = over, over-1
	e := New(rules, Options{Policy: name, Scopes: Tenants})
	last := map[string]Change{}
	for _, sig := range s.signals {
		said, _ := e.Apply(sig, sig.At)
		for _, c := range said {
			last[c.Scope+c.Reason+c.Subject] = c
		}
	}
	var standing []Change
	for _, c := range last {
		if c.Change == Raised || c.Change == Updated || c.Change == FlappingHeld {
			standing = append(standing, c)
		}
	}
	return e, standing
}

func TestWhatStandsWithBothGoesOnUnderItsEpisode(t *testing.T) {
	s := newStory(t)
	s.crowd("acme", 1, 12, nine)
	_, standing := s.turn("old", 10)
	e, _ := s.turn("new", 5)
	if said := e.TakeOver(standing, at("-1h"), "1"); len(said) != 0 {
		t.Fatalf("said\n%s", lines(said))
	}
	var end []Change
	for u := range 12 {
		sig := s.login("acme", fmt.Sprint("u", u+1), at("1m"))
		said, _ := e.Apply(sig, sig.At)
		end = append(end, said...)
	}
	if n := len(end); n == 0 || end[n-1].Change != Cleared || end[n-1].Episode != standing[0].Episode {
		t.Errorf("ended with\n%swant the episode %s cleared", lines(end), standing[0].Episode)
	}
}

func TestWhatStandsHereAloneIsRaised(t *testing.T) {
	s := newStory(t)
	s.crowd("acme", 1, 7, nine)
	e, stands := s.turn("new", 5)
	said := e.TakeOver(nil, at("-1h"), "1")
	if len(said) != 1 || said[0].Change != Raised || !said[0].At.Equal(nine) && said[0].At.After(nine) {
		t.Fatalf("said\n%s", lines(said))
	}
	if said[0].ID == stands[0].ID || said[0].Episode != said[0].ID {
		t.Error("it is said with an id that was given before, or of another episode")
	}
	other, _ := s.turn("new", 5)
	if again := other.TakeOver(nil, at("-1h"), "2"); again[0].ID == said[0].ID {
		t.Error("another turn gives the same id")
	}
}

func TestWhatStandsWithTheOtherAloneEnds(t *testing.T) {
	old := Change{
		ID: "x", Episode: "x", Change: Raised, Scope: "acme", Reason: string(policy.AuthFailuresOver100),
		At: nine, FirstAt: at("-5m"), Value: 7, Threshold: 5,
	}
	finding := Change{ID: "y", Episode: "y", Change: Raised, Scope: "acme", Reason: string(policy.SecurityBreach), Subject: "CVE", At: at("-240h"), FirstAt: at("-240h")}
	unknown := Change{ID: "z", Episode: "z", Change: Raised, Scope: "acme", Reason: "not_a_rule", At: nine}
	for name, c := range map[string]struct {
		stands Change
		want   []ChangeKind
		at     time.Time
	}{
		"withdrawn where all that counted was read":         {old, []ChangeKind{Withdrawn}, nine},
		"by the rule's own line where older things counted": {func() Change { c := old; c.FirstAt = at("-2h"); return c }(), []ChangeKind{Expired}, at("1m")},
		"never where the rule has no end but a success":     {finding, nil, time.Time{}},
		"at once where no rule knows it":                    {unknown, []ChangeKind{Expired}, at("1m")},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStory(t)
			s.crowd("acme", 1, 3, at("1m"))
			e, _ := s.turn("new", 5)
			said := e.TakeOver([]Change{c.stands}, at("-1h"), "1")
			var kinds []ChangeKind
			for _, got := range said {
				kinds = append(kinds, got.Change)
				if got.Episode != c.stands.Episode || !got.At.Equal(c.at) {
					t.Errorf("said %+v, want episode %s at %v", got, c.stands.Episode, c.at)
				}
			}
			if !slices.Equal(kinds, c.want) {
				t.Errorf("said %v, want %v", kinds, c.want)
			}
		})
	}
}

func TestAnInheritedFindingIsClearedWhenItIsResolved(t *testing.T) {
	s := newStory(t)
	s.fail("acme", "u1", nine)
	e, _ := s.turn("new", 5)
	stands := Change{ID: "y", Episode: "y", Change: Raised, Scope: "acme", Reason: string(policy.SecurityBreach), Subject: "CVE", At: at("-240h"), FirstAt: at("-240h")}
	e.TakeOver([]Change{stands}, at("-1h"), "1")

	var b bytes.Buffer
	if err := e.Snapshot(&b); err != nil {
		t.Fatal(err)
	}
	e, err := Restore(&b, *e.rules, e.opts)
	if err != nil {
		t.Fatal(err)
	}
	done := Signal{
		Source: "scan", ID: "1", Tenant: "acme", At: at("1h"), Kind: KindSecurityFinding,
		Find: SecurityFinding{Finding: "CVE", Severity: policy.SeverityHigh, Status: FindingResolved},
	}
	said, _ := e.Apply(done, done.At)
	if len(said) != 1 || said[0].Change != Cleared || said[0].Episode != "y" {
		t.Errorf("said %+v", said)
	}
}
