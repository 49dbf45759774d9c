package route

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"tocsin/pkg/policy"
	"tocsin/pkg/shallow"
)

// A File says who hears what.
type File struct {
	// Destinations are by name: lower-case letters, digits and dashes.
	Destinations map[string]Destination `yaml:"destinations"`
	Routes       []Route                `yaml:"routes"`
	Inhibit      []Inhibition           `yaml:"inhibit"`
	Windows      []Window               `yaml:"windows"`
	Ladders      []Ladder               `yaml:"ladders"`
	Schedules    map[string]Schedule    `yaml:"schedules"`
	// Heartbeats, if set, are whose silence is told.
	Heartbeats *Heartbeats `yaml:"heartbeats"`
}

// A Destination is one place where messages go.
type Destination struct {
	// Channel is the kind of place, as slack or email; With are its settings.
	Channel string         `yaml:"channel"`
	With    map[string]any `yaml:"with"`
	// Rate is how much it takes at most; zero is no limit.
	Rate Rate `yaml:"rate"`
	// Quiet are the hours in which it is told only what Quiet.Except names.
	Quiet *Quiet `yaml:"quiet"`
	// Heartbeat is after how long without any message one says that all is well;
	// zero is never.
	Heartbeat time.Duration `yaml:"heartbeat"`
}

// A Route leads what it matches to destinations.
type Route struct {
	Name string   `yaml:"name"`
	To   []string `yaml:"to"`
	When Match    `yaml:"when"`
	// Group gathers what comes within a while into one message.
	Group *Group `yaml:"group"`
	// Digest tells once a day what came since.
	Digest *Digest `yaml:"digest"`
}

// A Match says what a route is for. Each list that is empty matches everything;
// of one that is not, one entry has to fit.
type Match struct {
	Audience  []string          `yaml:"audience"`
	Tenants   []string          `yaml:"tenants"`
	Reasons   []policy.ReasonID `yaml:"reasons"`
	Severity  []policy.Priority `yaml:"severity"`
	Kinds     []string          `yaml:"kinds"`
	Sources   []string          `yaml:"sources"`
	Languages []string          `yaml:"languages"`
	// Hours, if set, is when the route is open.
	Hours *Hours `yaml:"hours"`
}

// A Group makes one message of several.
type Group struct {
	// By names what those of one message have in common: tenant, reason, case,
	// kind, severity; empty gathers all.
	By []string `yaml:"by"`
	// Wait is how long the first of a group waits for others.
	Wait time.Duration `yaml:"wait"`
}

// A Digest is told at one time of the day.
type Digest struct {
	At   Clock `yaml:"at"`
	Zone Zone  `yaml:"zone"`
}

// Hours are a part of some days.
type Hours struct {
	// Days are mon to sun; empty is every day.
	Days []Day `yaml:"days"`
	From Clock `yaml:"from"`
	// To is not part of them; one that is not after From is of the next day.
	To   Clock `yaml:"to"`
	Zone Zone  `yaml:"zone"`
}

// Quiet are hours in which a destination is left alone.
type Quiet struct {
	Hours `yaml:",inline"`
	// Except are the severities that are told all the same.
	Except []policy.Priority `yaml:"except"`
}

// An Inhibition silences what an open case explains.
type Inhibition struct {
	Name string `yaml:"name"`
	// While is what the open case shows: any of the reasons.
	While []policy.ReasonID `yaml:"while"`
	// Silence are the reasons of what is not told meanwhile: of the same tenant,
	// or of any where the open case is the platform's.
	Silence []policy.ReasonID `yaml:"silence"`
}

// A Window is a time in which something is not told: maintenance.
type Window struct {
	Name  string    `yaml:"name"`
	From  time.Time `yaml:"from"`
	Until time.Time `yaml:"until"`
	When  Match     `yaml:"when"`
}

// Rate is how many messages may go out within a time.
type Rate struct {
	N   int
	Per time.Duration
}

// Names are the destinations' names, in order.
func (f *File) Names() []string { return slices.Sorted(maps.Keys(f.Destinations)) }

// A Reach is an audience of whose notifications some may be for a destination.
type Reach struct {
	Audience string
	// Tenants are those whom they are about; empty is any.
	Tenants []string
}

// mostTenants is how many tenants a Reach names; with more it is of any.
const mostTenants = 64

// Reaches are what a destination's routes may match, each audience once and in
// order; none is a destination that no route leads to.
func (f *File) Reaches(destination string) []Reach {
	tenants, any := map[string][]string{}, map[string]bool{}
	for i := range f.Routes {
		r := &f.Routes[i]
		if !slices.Contains(r.To, destination) {
			continue
		}
		audiences := r.When.Audience
		if len(audiences) == 0 {
			audiences = Audiences()
		}
		for _, a := range audiences {
			tenants[a] = append(tenants[a], r.When.Tenants...)
			any[a] = any[a] || len(r.When.Tenants) == 0
		}
	}
	var all []Reach
	for _, a := range slices.Sorted(maps.Keys(tenants)) {
		list := slices.Compact(slices.Sorted(slices.Values(tenants[a])))
		if any[a] || len(list) > mostTenants {
			list = nil
		}
		all = append(all, Reach{a, list})
	}
	return all
}

// Audiences are all audiences.
func Audiences() []string { return []string{"leadership", "requester", "csm", "agent"} }

// A Problem is what is wrong at one place of a file.
type Problem struct {
	Line, Column int
	Text         string
}

func (p Problem) String() string { return fmt.Sprintf("%d:%d: %s", p.Line, p.Column, p.Text) }

// A FileError is a file that is not understood. No retry mends it.
type FileError struct{ Problems []Problem }

func (e *FileError) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// longestFile is how many bytes a file may have.
const longestFile = 1 << 20

// whole refuses what can be no file: too much or too deep, or nothing, as while it is written
// or when the disk is full.
func whole(data []byte) error {
	if p := shallow.Check(data, longestFile); p != nil {
		return &FileError{[]Problem{{p.Line, p.Column, p.Text}}}
	}
	if len(bytes.TrimSpace(data)) == 0 {
		return &FileError{[]Problem{{1, 1, "the file is empty; one that tells nobody says destinations: {}"}}}
	}
	return nil
}

// inOrder sorts problems by their place.
func (e *FileError) inOrder() {
	slices.SortStableFunc(e.Problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
}
