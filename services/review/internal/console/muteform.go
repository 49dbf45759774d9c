package console

import (
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"

	"tocsin/services/review/internal/events"
	"tocsin/services/review/internal/mute"

	"tocsin/pkg/policy"
)

// errMuteTime says that a field of the form is no time.
var errMuteTime = errors.New("the mute's times are not a date and a time")

// A muteForm is the form that sets a mute, as it was filled in.
type muteForm struct {
	L                          lang
	Key                        string
	Why, From, Until           string
	Tenants, Destinations      string
	Lasts                      []option
	Audiences, Levels, Reasons []option
	chosenLasts                string
}

// lengths are what a mute may last by one choice.
func lengths() []time.Duration {
	return []time.Duration{30 * time.Minute, time.Hour, 2 * time.Hour, 4 * time.Hour, 8 * time.Hour, 24 * time.Hour, 72 * time.Hour, 168 * time.Hour}
}

// muteForm is the form with what was typed into it; nil is one that nobody has touched.
func (c *Console) muteForm(l lang, typed url.Values) *muteForm {
	f := &muteForm{
		L: l, Key: typed.Get("key"), Why: strings.TrimSpace(typed.Get("why")), From: typed.Get("from"), Until: typed.Get("until"),
		Tenants: typed.Get("tenants"), Destinations: typed.Get("destinations"), chosenLasts: typed.Get("lasts"),
	}
	if typed == nil {
		f.Key, f.chosenLasts, typed = newKey(), time.Hour.String(), url.Values{"audience": {"leadership"}}
	}
	for _, d := range lengths() {
		f.Lasts = append(f.Lasts, option{d.String(), lengthIn(l, d), d.String() == f.chosenLasts})
	}
	for _, a := range []string{"leadership", "requester", "csm", "agent"} {
		f.Audiences = append(f.Audiences, option{a, l.Word("audience", a), slices.Contains(typed["audience"], a)})
	}
	for _, p := range policy.Priorities() {
		f.Levels = append(f.Levels, option{string(p), l.Word("priority", p), slices.Contains(typed["severity"], string(p))})
	}
	for _, r := range c.Policy.ReasonIDs() {
		f.Reasons = append(f.Reasons, option{string(r), c.Policy.Title(r, string(l)), slices.Contains(typed["reason"], string(r))})
	}
	return f
}

// lengthIn is a length of whole minutes, hours or days in words.
func lengthIn(l lang, d time.Duration) string {
	switch {
	case d < time.Hour:
		return l.Number(int(d/time.Minute)) + " " + l.say("unit.minute")
	case d < 24*time.Hour:
		return l.Number(int(d/time.Hour)) + " " + l.say("unit.hour")
	}
	return l.Number(int(d/(24*time.Hour))) + " " + l.say("unit.day")
}

// Narrowed says that somebody has ticked a reason, so that they are shown.
func (f *muteForm) Narrowed() bool { return len(chosen(f.Reasons)) > 0 }

// asking is the mute that the form asks for.
func (f *muteForm) asking() (events.Asking, error) {
	a := events.Asking{Key: f.Key, Mute: mute.Mute{
		Why: f.Why, Tenants: parts(f.Tenants), Destinations: parts(f.Destinations), Audiences: chosen(f.Audiences),
	}}
	for _, id := range chosen(f.Levels) {
		a.Severities = append(a.Severities, policy.Priority(id))
	}
	for _, id := range chosen(f.Reasons) {
		a.Reasons = append(a.Reasons, policy.ReasonID(id))
	}
	var wrong error
	at := func(text string) time.Time {
		if text == "" {
			return time.Time{}
		}
		t, err := time.Parse("2006-01-02T15:04", text)
		if err != nil {
			wrong = errMuteTime
		}
		return t
	}
	a.From, a.Until = at(f.From), at(f.Until)
	if a.Until.IsZero() && f.chosenLasts != "" {
		var err error
		if a.Lasts, err = time.ParseDuration(f.chosenLasts); err != nil {
			wrong = errMuteTime
		}
	}
	return a, wrong
}

// parts are the entries of a text with commas between them.
func parts(text string) []string {
	var list []string
	for part := range strings.SplitSeq(text, ",") {
		if part = strings.TrimSpace(part); part != "" {
			list = append(list, part)
		}
	}
	return list
}

// chosen are the ids of the options that are ticked.
func chosen(options []option) []string {
	var list []string
	for _, o := range options {
		if o.Chosen {
			list = append(list, o.ID)
		}
	}
	return list
}
