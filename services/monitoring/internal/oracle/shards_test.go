package oracle_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tocsin/pkg/policy"
	"tocsin/services/monitoring/internal/detect"
)

// A pair is the work of one engine, done by two: one for the tenants and one
// for the platform, of whose conditions the first is told.
type pair struct {
	tenants, platform *detect.Engine
	told              uint64
}

func newPair(rules policy.Rules) *pair {
	return &pair{tenants: detect.New(rules, ofTenants), platform: detect.New(rules, ofPlatform)}
}

// The options of the two.
var (
	ofTenants  = detect.Options{Policy: "p", Scopes: detect.Tenants}
	ofPlatform = detect.Options{Policy: "p", Scopes: detect.Platform}
)

// again stops both and restores them.
func (p *pair) again(t *rapid.T, rules policy.Rules) {
	p.tenants, p.platform = again(t, p.tenants, rules, ofTenants), again(t, p.platform, rules, ofPlatform)
}

func (p *pair) read(in input) []detect.Change {
	changes, _ := read(p.tenants, in)
	platforms, _ := read(p.platform, in)
	for _, c := range platforms {
		if c.Change == detect.Updated || c.Change == detect.FlappingHeld {
			continue
		}
		p.told++
		news := detect.ConditionNews{Reason: c.Reason, Subject: c.Subject, Change: c.Change, Episode: c.Episode, Position: p.told}
		s := detect.Signal{Source: "monitoring", ID: c.ID, At: c.At, Kind: detect.KindCondition, News: news}
		more, _ := p.tenants.Apply(s, in.stamp)
		changes = append(changes, more...)
	}
	return append(changes, platforms...)
}

// TestTwoEnginesSayWhatOneSays compares an engine of all scopes with a pair that
// is stopped and restored now and then. A launch hears of the platform's
// conditions a moment later than of its tenant's: what is compared of it is
// whether it is raised when that is over, and nothing flaps, since of two it may
// be raised more often.
func TestTwoEnginesSayWhatOneSays(t *testing.T) {
	for _, d := range drawings {
		t.Run(d.name, rapid.MakeCheck(func(t *rapid.T) {
			rules, signals := rules(t), once(d.signals(t))
			rules.Flapping.Raises = 1000
			one, two := detect.New(rules, detect.Options{Policy: "p"}), newPair(rules)
			blockedByOne, blockedByTwo := map[[2]string]bool{}, map[[2]string]bool{}
			var story strings.Builder
			for i, in := range live(t, rules, signals) {
				changes, _ := read(one, in)
				others := two.read(in)
				if i%7 == 6 {
					two.again(t, rules)
				}
				story.WriteString(in.line() + told(changes))
				a, b := sorted(apart(changes, blockedByOne)), sorted(apart(others, blockedByTwo))
				if a != b {
					t.Fatalf("- one, + two:\n%sof\n%s%s", diff(a, b), story.String(), numbers(rules))
				}
				if in.tick && !maps.Equal(blockedByOne, blockedByTwo) {
					t.Fatalf("one says that launches are blocked: %v\ntwo say: %v\nof\n%s%s", blockedByOne, blockedByTwo, story.String(), numbers(rules))
				}
			}
		}))
	}
}

// apart keeps what is said of launches in blocked, by scope and program, and
// gives the changes of all other conditions but those brought up to date.
func apart(changes []detect.Change, blocked map[[2]string]bool) []detect.Change {
	return slices.DeleteFunc(changes, func(c detect.Change) bool {
		of := [2]string{c.Scope, c.Subject}
		launch := c.Reason == string(policy.ProgramLaunchBlocked)
		switch {
		case launch && c.Change == detect.Raised:
			blocked[of] = true
		case launch && (c.Change == detect.Cleared || c.Change == detect.Expired || c.Change == detect.Withdrawn):
			delete(blocked, of)
		}
		return launch || c.Change == detect.Updated
	})
}
