package route

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/pkg/policy"
)

const climbing = `
destinations:
  ops: {channel: slack}
  chief: {channel: email}
  lena-slack: {channel: slack}
  omar-mail: {channel: email}
  omar-phone: {channel: slack}
  desk: {channel: zendesk}
ladders:
  - name: nights
    when: {severity: [critical], hours: {from: "20:00", to: "08:00", zone: Europe/Berlin}}
    steps: [{to: [oncall], within: 2m}]
  - name: critical
    when: {severity: [critical], tenants: [acme]}
    steps:
      - {to: [oncall], within: 5m}
      - {to: [chief, ops], within: 10m}
    repeat: 2
schedules:
  oncall:
    zone: Europe/Berlin
    people:
      lena: lena-slack
      omar: {to: [omar-mail, omar-phone], known_as: [omar@example.com, Omar Haddad]}
    rotation: {people: [lena, omar], begins: 2026-11-02, handover: "09:00", every: 1w}
    calendar: oncall.ics
    overrides:
      - {from: 2026-11-24T18:00:00+01:00, until: 2026-11-25T09:00:00+01:00, person: omar}
`

var knownToLadders = Known{Channels: []string{"slack", "email", "zendesk"}, Helpdesks: []string{"zendesk"}, Reasons: policy.ReasonIDs()}

func TestLaddersAndSchedulesAreReadAsTheyStand(t *testing.T) {
	f, err := Read([]byte(climbing), knownToLadders)
	if err != nil {
		t.Fatal(err)
	}
	s := f.Schedules["oncall"]
	if to := s.People["lena"].To; !slices.Equal(to, []string{"lena-slack"}) {
		t.Errorf("lena is called at %q", to)
	}
	if omar := s.People["omar"]; len(omar.To) != 2 || len(omar.KnownAs) != 2 {
		t.Errorf("omar is %+v", omar)
	}
	if r := s.Rotation; r.Begins != (Date{2026, time.November, 2}) || r.Every != 7 || r.Handover != (Clock{9, 0}) {
		t.Errorf("the rotation is %+v", r)
	}
	if got := f.Called(); strings.Join(got, " ") != "chief lena-slack omar-mail omar-phone ops" {
		t.Errorf("ladders call %q", got)
	}
	if l := f.Ladder("critical"); l.Repeat != 2 || l.Steps[1].Within != 10*time.Minute {
		t.Errorf("the ladder is %+v", l)
	}
}

func TestACaseHasTheFirstLadderThatMatches(t *testing.T) {
	f, err := Read([]byte(climbing), knownToLadders)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		at, tenant, want string
		severity         policy.Priority
		later            bool
	}{
		{"10:00", "acme", "critical", policy.PriorityCritical, true},
		{"22:00", "acme", "nights", policy.PriorityCritical, false},
		{"10:00", "globex", "", policy.PriorityCritical, true},
		{"22:00", "acme", "", policy.PriorityHigh, false},
	} {
		l, later, whys := f.Climbs(News{Audience: "leadership", Tenant: c.tenant, Severity: c.severity}, at(c.at))
		switch {
		case l == nil && c.want != "", l != nil && l.Name != c.want:
			t.Errorf("%+v: got %+v, %q", c, l, whys)
		case l == nil && later != c.later:
			t.Errorf("%+v: later %v", c, later)
		case l == nil && len(whys) != 2:
			t.Errorf("%+v: %q", c, whys)
		}
	}
}

func TestALadderThatIsNotUnderstoodIsRefusedWithItsPlace(t *testing.T) {
	for name, c := range map[string]struct{ from, to, want string }{
		"an unknown key":           {"repeat: 2", "repat: 2", `18:5: unknown field "repat"`},
		"an unknown key of people": {"known_as", "knownas", `unknown field "knownas"`},
		"nobody to call":           {"to: [chief, ops]", "to: [chef, ops]", `17:15: there is no destination or schedule "chef"`},
		"a helpdesk":               {"to: [chief, ops]", "to: [desk]", `17:14: destination "desk" writes on tickets (zendesk)`},
		"no time":                  {", within: 10m", "", "17:9: within is from 1s"},
		"a kind":                   {"tenants: [acme]", "kinds: [approved]", "14:11: a ladder is for cases"},
		"two of one name":          {"name: nights", "name: critical", `there are two ladders "critical"`},
		"no such person":           {"people: [lena, omar]", "people: [lena, oma]", `there is no person "oma": lena, omar`},
		"no such override":         {"person: omar", "person: oma", `there is no person "oma"`},
		"an override that ends":    {"until: 2026-11-25T09", "until: 2026-11-23T09", "an override has from and, later, until"},
		"no day":                   {"begins: 2026-11-02", "begins: 2026-11-32", `"2026-11-32" is no day`},
		"no turn":                  {"every: 1w", "every: 0w", `"0w" is no turn`},
		"no zone":                  {"    zone: Europe/Berlin\n    people", "    people", "a schedule names its zone"},
		"nowhere to be called":     {"lena: lena-slack", "lena: {known_as: [x]}", `person "lena" is called nowhere`},
		"a file elsewhere":         {"calendar: oncall.ics", "calendar: ../oncall.ics", `calendar "../oncall.ics": a file beside this one`},
		"a name of both":           {"  ops: {channel", "  oncall: {channel", `there is a destination "oncall" too`},
		"too often":                {"repeat: 2", "repeat: 21", "repeat is from 0 to 20"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Read([]byte(strings.Replace(climbing, c.from, c.to, 1)), knownToLadders)
			var wrong *FileError
			if !errors.As(err, &wrong) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}
