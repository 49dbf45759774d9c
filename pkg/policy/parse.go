package policy

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
)

//go:embed escalation.yaml
var builtin []byte

// Builtin is the text of the policy that comes with the program, to start an
// own file from.
func Builtin() []byte { return slices.Clone(builtin) }

// Default is the policy that comes with the program. Each call reads it anew,
// so that the caller may change what it gets; keep the result, it costs some
// milliseconds.
func Default() *Policy {
	p, err := read(builtin)
	if err == nil && p.Vocabulary.Reasons == nil {
		err = errors.New("it has no words to read tickets by")
	}
	if err != nil {
		panic(fmt.Sprintf("the built-in policy: %v", err)) // the tests read it too
	}
	return p
}

// Load reads the policy file at path. Its errors are those of the file system
// and *InvalidError.
func Load(path string) (*Policy, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading the policy: %w", err)
	}
	p, err := Parse(data)
	if err != nil {
		return nil, fmt.Errorf("policy %s: %w", path, err)
	}
	return p, nil
}

// Parse reads a policy file. Its error is always an *InvalidError with all that
// is wrong; trying again without changing the file does not help.
func Parse(data []byte) (*Policy, error) {
	p, err := read(data)
	if err != nil {
		return nil, err
	}
	if p.Vocabulary.Reasons == nil {
		p.Vocabulary = Default().Vocabulary
	}
	return p, nil
}

// read reads a policy file as it stands, words or none.
func read(data []byte) (*Policy, error) {
	root, problem := syntax(data)
	if problem != nil {
		return nil, &InvalidError{Problems: []Problem{*problem}}
	}
	p := &Policy{}
	r := newReader()
	r.read(root, p)
	p.own = r.own
	p.finish()
	r.check(p)
	r.figures(p)
	if len(r.problems) > 0 {
		return nil, &InvalidError{Problems: r.sorted()}
	}
	sum := sha256.Sum256(data)
	p.Version = "sha256:" + hex.EncodeToString(sum[:])
	return p, nil
}

// finish fills what the file says in another place.
func (p *Policy) finish() {
	p.Rules.SSO.Verdict = p.Rules.Probes
	p.Claims.Stated = Stated{
		UnableOver:   p.Rules.AuthFailures.Over,
		WrongUsers:   p.Rules.Profiles.Users,
		ReportsAfter: p.Rules.Reports.Daily.Window,
		UploadsAfter: p.Rules.Uploads.Daily.Window,
		SilentFor:    p.Rules.Stale.After,
		Large:        p.Rules.Stale.Large,
	}
	p.Rules.Off = map[ReasonID]bool{}
	for id, reason := range p.Reasons {
		if !reason.Signal {
			p.Rules.Off[id] = true
		}
	}
}

// A Problem is one thing that is wrong with a policy file.
type Problem struct {
	Line, Column int    // from 1; where the value, or the block that lacks it, stands
	Path         string // such as monitoring.sso.people; empty for the file as a whole
	Text         string // what is wrong and what would be right
}

// String is the problem as "line:column: path: text".
func (p Problem) String() string {
	if p.Path == "" {
		return fmt.Sprintf("%d:%d: %s", p.Line, p.Column, p.Text)
	}
	return fmt.Sprintf("%d:%d: %s: %s", p.Line, p.Column, p.Path, p.Text)
}

// An InvalidError holds everything that is wrong with a policy file, in the
// file's order. Only another file helps.
type InvalidError struct {
	Problems []Problem
}

// Error has one line for each problem.
func (e *InvalidError) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}
