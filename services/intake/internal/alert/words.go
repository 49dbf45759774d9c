package alert

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// How many bytes of an alert's id, and of another name, a signal takes as they are.
const (
	longestID   = 384
	longestName = 128
)

// components are those that the policy has rules of their own for (a test compares):
// what bears such a name needs no label.
var components = []string{"site", "sso", "pathways", "feeds", "plans", "content_cards", "opportunities", "insights"}

// severities are what monitors' words for it mean to a finding; NONE says that
// nothing is broken. For a probe the upper two are DOWN, the lower two DEGRADED.
var severities = map[string]string{
	"critical": "CRITICAL", "crit": "CRITICAL", "fatal": "CRITICAL", "emergency": "CRITICAL", "disaster": "CRITICAL",
	"page": "CRITICAL", "pager": "CRITICAL", "p0": "CRITICAL", "p1": "CRITICAL", "sev0": "CRITICAL", "sev1": "CRITICAL",
	"high": "HIGH", "error": "HIGH", "major": "HIGH", "p2": "HIGH", "sev2": "HIGH",
	"medium": "MEDIUM", "moderate": "MEDIUM", "warning": "MEDIUM", "warn": "MEDIUM", "minor": "MEDIUM", "p3": "MEDIUM", "sev3": "MEDIUM",
	"low": "LOW", "ticket": "LOW", "p4": "LOW", "sev4": "LOW",
	"info": "NONE", "informational": "NONE", "none": "NONE", "notice": "NONE", "debug": "NONE", "p5": "NONE", "sev5": "NONE",
}

// Severity says whether a word is one that severities are known by, as "P1" or "SEV-1".
func Severity(said string) bool { return severities[word(said)] != "" }

// word is a severity's word in one spelling.
func word(said string) string {
	return strings.NewReplacer("-", "", "_", "", " ", "").Replace(strings.ToLower(said))
}

// read are the labels that are read, longest first where one begins like another.
var read = []string{"component", "tenant", "prober", "region", "severity", "status", "latency_ms", "finding", "kind", "instance"}

// Tags reads as labels what vendors have as tags: "component:sso" and "component=sso",
// and "component_sso" where the label is one that is read here. Names are in lower
// case; of two tags of one name the first stands.
func Tags(tags ...string) map[string]string {
	labels := map[string]string{}
	for _, tag := range tags {
		name, value := parted(strings.TrimSpace(tag))
		name, value = strings.ToLower(strings.TrimSpace(name)), strings.TrimSpace(value)
		if name != "" && value != "" && labels[name] == "" {
			labels[name] = value
		}
	}
	return labels
}

// parted is a tag's name and value; both are empty where it has only one of them.
func parted(tag string) (name, value string) {
	if i := strings.IndexAny(tag, ":="); i >= 0 {
		return tag[:i], tag[i+1:]
	}
	for _, label := range read {
		for _, name := range []string{label, "tocsin_" + label} {
			if value, is := strings.CutPrefix(strings.ToLower(tag), name+"_"); is {
				return name, value
			}
		}
	}
	return "", ""
}

// snake is a name as components are written: "Content Cards" is content_cards.
func snake(name string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(name), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	}), "_")
}

// fit is a name as a signal takes it: on one line, and one that is too long cut, with
// a hash of the whole.
func fit(name string, longest int) string {
	if plain(name) && len(name) <= longest {
		return name
	}
	name = strings.Join(strings.FieldsFunc(strings.ToValidUTF8(name, "\uFFFD"), func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r)
	}), " ")
	if len(name) <= longest {
		return name
	}
	sum := sha256.Sum256([]byte(name))
	cut := longest - 17
	for !utf8.RuneStart(name[cut]) {
		cut--
	}
	return strings.TrimSpace(name[:cut]) + "~" + hex.EncodeToString(sum[:8])
}

// plain says that a name has nothing in it that a signal does not take.
func plain(name string) bool {
	return utf8.ValidString(name) && strings.TrimSpace(name) == name && !slices.ContainsFunc([]rune(name), unicode.IsControl)
}
