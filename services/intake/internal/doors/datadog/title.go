package datadog

import (
	"regexp"
	"strings"
)

// A title is that of an event, which Datadog makes of a monitor's name:
// "[P1] [Triggered on {host:a}] [TEST] Login fails".
type title struct {
	name, transition, scope, priority string
	test                              bool
}

var (
	bracketed = regexp.MustCompile(`^\s*\[([^\[\]]*)\]\s*`)
	onScope   = regexp.MustCompile(`^(.*?)\s+on\s+(?:\{(.*)\}|\*)$`)
	priority  = regexp.MustCompile(`^[Pp][1-5]$`)
)

// titled takes a title apart. Brackets that are the monitor's own belong to its name.
func titled(s string) (t title) {
	for {
		found := bracketed.FindStringSubmatch(s)
		if found == nil || !t.take(strings.TrimSpace(found[1])) {
			break
		}
		s = s[len(found[0]):]
	}
	t.name = strings.TrimSpace(s)
	return t
}

// take says whether the words of a bracket are Datadog's.
func (t *title) take(words string) bool {
	said, scope := words, ""
	if on := onScope.FindStringSubmatch(words); on != nil {
		said, scope = on[1], on[2]
	}
	switch {
	case t.priority == "" && priority.MatchString(words):
		t.priority = words
	case strings.EqualFold(words, "TEST"):
		t.test = true
	case t.transition == "" && transitionNamed(said, "") != unknown:
		t.transition, t.scope = said, scope
	default:
		return false
	}
	return true
}
