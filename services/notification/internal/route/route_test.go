package route

import (
	"errors"
	"strings"
	"testing"
	"time"

	"tocsin/pkg/policy"
)

const example = `
destinations:
  ops: {channel: slack, with: {url: "${OPS_URL}"}, rate: 30/m}
  chief:
    channel: email
    with: {to: [chief@example.com]}
    quiet: {from: "22:00", to: "07:00", zone: Europe/Berlin, except: [critical]}
  desk: {channel: zendesk, with: {url: "https://acme.zendesk.com"}}
routes:
  - {name: at once, to: [ops, chief], when: {audience: [leadership], severity: [critical]}}
  - {name: storm, to: [ops], when: {audience: [leadership]}, group: {by: [tenant, reason], wait: 30s}}
  - {name: morning, to: [chief], when: {audience: [leadership]}, digest: {at: "08:00", zone: Europe/Berlin}}
  - {name: on the ticket, to: [desk], when: {audience: [requester, csm, agent], sources: [zendesk]}}
inhibit:
  - {name: site down, while: [site_outage], silence: [core_function_down, lxp_features_unavailable]}
windows:
  - {name: move, from: 2026-11-20T20:00:00Z, until: 2026-11-20T21:00:00Z, when: {tenants: [acme]}}
`

var known = Known{Channels: []string{"slack", "email", "zendesk"}, Helpdesks: []string{"zendesk"}, Kinds: []string{"approved"}, Reasons: policy.ReasonIDs()}

func read(t *testing.T) *File {
	t.Helper()
	f, err := Read([]byte(example), known)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func at(clock string) time.Time {
	t, err := time.Parse(time.RFC3339, "2026-11-20T"+clock+":00Z")
	if err != nil {
		panic(err)
	}
	return t
}

func TestWhoHearsWhat(t *testing.T) {
	f := read(t)
	news := func(change func(*News)) News {
		n := News{ID: "n", Audience: "leadership", Tenant: "acme", Case: "c-1", Severity: policy.PriorityHigh, Reasons: []policy.ReasonID{policy.CoreFunctionDown}, At: at("10:00")}
		change(&n)
		return n
	}
	plain := func(*News) {}
	critical := func(n *News) { n.Severity = policy.PriorityCritical }
	outage := World{Open: []Open{{Case: "c-9", Tenant: "acme", Reasons: []policy.ReasonID{policy.SiteOutage}}}}
	for _, c := range []struct {
		name, destination string
		news              News
		at                time.Time
		world             World
		fate              Fate
		route, why        string
		until             time.Time
	}{
		{"a critical case at once", "ops", news(critical), at("10:00"), World{}, Send, "at once", "matches", time.Time{}},
		{"another waits for its group", "ops", news(plain), at("10:00"), World{}, Hold, "storm", "gathers", at("10:00").Add(30 * time.Second)},
		{"and is told then", "ops", news(plain), at("10:00").Add(30 * time.Second), World{}, Send, "storm", "matches", time.Time{}},
		{"the chief hears it in the morning", "chief", news(plain), at("10:00"), World{}, Hold, "morning", "gathers", at("07:00").AddDate(0, 0, 1)},
		{"in the night only what is critical", "chief", news(func(n *News) { critical(n); n.At = at("22:00") }), at("22:00"), World{}, Send, "at once", "matches", time.Time{}},
		{"requesters are nobody's of ops", "ops", news(func(n *News) { n.Audience = "requester" }), at("10:00"), World{}, Skip, "", `audience is "requester", not leadership`, time.Time{}},
		{"a ticket of another helpdesk", "desk", news(func(n *News) { n.Audience, n.Source = "requester", "jira" }), at("10:00"), World{}, Skip, "", `source is "jira", not zendesk`, time.Time{}},
		{"a ticket of this one", "desk", news(func(n *News) { n.Audience, n.Source = "requester", "zendesk" }), at("10:00"), World{}, Send, "on the ticket", "matches", time.Time{}},
		{"what the outage explains", "ops", news(critical), at("10:00"), outage, Silence, "at once", "case c-9 explains it", time.Time{}},
		{"but not at another tenant", "ops", news(func(n *News) { critical(n); n.Tenant = "globex" }), at("10:00"), outage, Send, "at once", "matches", time.Time{}},
		{"nor the outage itself", "ops", news(func(n *News) { critical(n); n.Case = "c-9" }), at("10:00"), outage, Send, "at once", "matches", time.Time{}},
		{"nor what it does not explain whole", "ops", news(func(n *News) { critical(n); n.Reasons = append(n.Reasons, policy.SecurityBreach) }), at("10:00"), outage, Send, "at once", "matches", time.Time{}},
		{"in a window", "ops", news(critical), at("20:00"), World{}, Silence, "at once", `window "move"`, time.Time{}},
		{"which ends on time", "ops", news(critical), at("21:00"), World{}, Send, "at once", "matches", time.Time{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := f.Judge(c.destination, c.news, c.at, c.world)
			if v.Fate != c.fate || v.Route != c.route || !strings.Contains(strings.Join(v.Why, "; "), c.why) || !c.until.IsZero() && !v.Until.Equal(c.until) {
				t.Errorf("judged %+v", v)
			}
		})
	}
}

func TestQuietHoursHoldWhatIsNotExcepted(t *testing.T) {
	f := read(t)
	f.Routes = append(f.Routes, Route{Name: "all", To: []string{"chief"}})
	n := News{Audience: "csm", Severity: policy.PriorityHigh, At: at("22:30")} // 23:30 in Berlin
	v := f.Judge("chief", n, at("22:30"), World{})
	if want := at("06:00").AddDate(0, 0, 1); v.Fate != Hold || !v.Until.Equal(want) {
		t.Errorf("%+v, want held until %s", v, want)
	}
	if v := f.Judge("chief", n, v.Until, World{}); v.Fate != Send {
		t.Errorf("when they end: %+v", v)
	}
}

func TestOneGroupHasInCommonWhatTheRouteSays(t *testing.T) {
	f := read(t)
	n := News{Audience: "leadership", Tenant: "acme", Case: "c-1", Reasons: []policy.ReasonID{policy.FTPDenied}, At: at("10:00")}
	other := n
	other.Case = "c-2"
	if a, b := f.Judge("ops", n, at("10:00"), World{}), f.Judge("ops", other, at("10:00"), World{}); a.Group == "" || a.Group != b.Group {
		t.Errorf("two cases of one tenant and reason: %q and %q", a.Group, b.Group)
	}
	other.Tenant = "globex"
	if a, b := f.Judge("ops", n, at("10:00"), World{}), f.Judge("ops", other, at("10:00"), World{}); a.Group == b.Group {
		t.Errorf("two tenants: %q and %q", a.Group, b.Group)
	}
}

func TestExplainNamesEveryDestination(t *testing.T) {
	got := read(t).Explain(News{Audience: "agent", Source: "zendesk", At: at("10:00")}, at("10:00"), World{})
	var text []string
	for _, v := range got {
		text = append(text, v.Destination+" "+string(v.Fate))
	}
	if s := strings.Join(text, ", "); s != "chief skip, desk send, ops skip" {
		t.Error(s)
	}
}

func TestAFileThatIsNotUnderstoodIsRefusedWithItsPlaces(t *testing.T) {
	for name, c := range map[string]struct{ from, to, want string }{
		"an unknown key":         {"rate: 30/m", "rat: 30/m", `3:52: unknown field "rat"`},
		"no rate":                {"30/m", "often", `"often" is no rate`},
		"an unknown channel":     {"channel: slack", "channel: pigeon", `3:18: there is no channel "pigeon"`},
		"an unknown destination": {"to: [ops, chief]", "to: [ops, chef]", `10:31: there is no destination "chef"`},
		"an unknown reason":      {"while: [site_outage]", "while: [site]", `there is no reason "site"`},
		"a time that is none":    {`"22:00"`, `"24:00"`, `"24:00" is no time of the day`},
		"a zone that is none":    {"Europe/Berlin, except", "Europe/Bern, except", `"Europe/Bern" is no time zone`},
		"both":                   {"wait: 30s}", `wait: 30s}, digest: {at: "08:00", zone: UTC}`, "a route gathers or digests, not both"},
		"two of one name":        {"name: storm", "name: at once", `there are two routes "at once"`},
		"a window that ends":     {"until: 2026-11-20T21", "until: 2026-11-20T19", "until is later than from"},
		"leadership on tickets":  {"[requester, csm, agent]", "[requester, leadership]", "13:56: destination desk writes on tickets, where leadership is told nothing"},
		"anybody on tickets":     {"audience: [requester, csm, agent], ", "", "destination desk writes on tickets, where leadership"},
		"any helpdesk's tickets": {", sources: [zendesk]", "", "13:45: destination desk writes on the tickets of zendesk: set sources: [zendesk]"},
		"another's tickets":      {"sources: [zendesk]", "sources: [zendesk, jira]", "destination desk writes on the tickets of zendesk"},
		"one of several":         {`{url: "https://acme.zendesk.com"}`, `{url: "https://acme.zendesk.com", source: zendesk-eu}`, "13:90: destination desk writes on the tickets of zendesk-eu"},
		"no YAML":                {"destinations:", "destinations: [", "1:"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Read([]byte(strings.Replace(example, c.from, c.to, 1)), known)
			var wrong *FileError
			if !errors.As(err, &wrong) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
	if _, err := Read([]byte(strings.ReplaceAll(strings.ReplaceAll(example, "[ops]", "[nobody]"), "pigeon", "x")), known); err == nil || strings.Count(err.Error(), "\n") != 0 {
		t.Errorf("one problem was %v", err)
	}
}

func TestSecretsComeFromTheEnvironment(t *testing.T) {
	f := read(t)
	if err := f.Expand(func(string) (string, bool) { return "", false }); err == nil || !strings.Contains(err.Error(), "OPS_URL (destination ops)") {
		t.Errorf("a missing one: %v", err)
	}
	f = read(t)
	if err := f.Expand(func(name string) (string, bool) { return "https://" + name, true }); err != nil || f.Destinations["ops"].With["url"] != "https://OPS_URL" {
		t.Errorf("%v, %v", err, f.Destinations["ops"].With)
	}
}

func TestHoursFollowTheClocksOfTheirZone(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	night := Hours{Days: []Day{Day(time.Saturday)}, From: Clock{22, 0}, To: Clock{7, 0}, Zone: Zone{berlin}}
	for _, c := range []struct {
		at      string
		covered bool
	}{
		{"2026-10-24T21:59:59+02:00", false},
		{"2026-10-24T22:00:00+02:00", true},
		{"2026-10-25T02:30:00+02:00", true},
		{"2026-10-25T02:30:00+01:00", true}, // the clock was set back
		{"2026-10-25T06:59:59+01:00", true},
		{"2026-10-25T07:00:00+01:00", false},
		{"2026-10-25T22:00:00+01:00", false}, // Sunday
	} {
		when, err := time.Parse(time.RFC3339, c.at)
		if err != nil {
			t.Fatal(err)
		}
		if _, got := night.Cover(when); got != c.covered {
			t.Errorf("%s: %v", c.at, got)
		}
	}
}

func TestADigestIsDueByTheClocksOfItsZone(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		clock          Clock
		told, due, why string
	}{
		{Clock{8, 0}, "2026-10-24T09:00:00+02:00", "2026-10-25T08:00:00+01:00", "over the night in which clocks are set back"},
		{Clock{8, 0}, "2026-03-28T09:00:00+01:00", "2026-03-29T08:00:00+02:00", "over the night in which they are set forward"},
		{Clock{2, 30}, "2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00", "where clocks show it twice, the second time"},
		{Clock{2, 30}, "2026-10-25T02:30:00+01:00", "2026-10-26T02:30:00+01:00", "and once that night"},
		{Clock{2, 30}, "2026-03-28T12:00:00+01:00", "2026-03-29T03:30:00+02:00", "that night, though the clocks never show it"},
		{Clock{8, 0}, "2026-11-20T08:00:00+01:00", "2026-11-21T08:00:00+01:00", "what comes at the very time is told the next day"},
	} {
		told, wrong := time.Parse(time.RFC3339, c.told)
		want, bad := time.Parse(time.RFC3339, c.due)
		if wrong != nil || bad != nil {
			t.Fatal(wrong, bad)
		}
		if due := (&Digest{At: c.clock, Zone: Zone{berlin}}).After(told); !due.Equal(want) {
			t.Errorf("%s: told at %s it is due at %s, want %s", c.why, c.told, due, want)
		}
	}
}

func TestQuietHoursEndByTheClocksOfTheirZoneAndGatherWhatTheyHold(t *testing.T) {
	f := read(t)
	f.Routes = append(f.Routes, Route{Name: "all", To: []string{"chief"}, When: Match{Audience: []string{"csm"}}})
	for _, c := range []struct{ first, last, end string }{
		{"2026-10-24T22:30:00+02:00", "2026-10-25T06:59:00+01:00", "2026-10-25T07:00:00+01:00"},
		{"2026-03-28T22:30:00+01:00", "2026-03-29T06:59:00+02:00", "2026-03-29T07:00:00+02:00"},
	} {
		var groups []string
		for _, told := range []string{c.first, c.last} {
			now, _ := time.Parse(time.RFC3339, told)
			end, _ := time.Parse(time.RFC3339, c.end)
			v := f.Judge("chief", News{Audience: "csm", At: now}, now, World{})
			if v.Fate != Hold || !v.Until.Equal(end) || v.Group == "" {
				t.Errorf("%s: %+v", told, v)
			}
			groups = append(groups, v.Group)
		}
		if groups[0] != groups[1] {
			t.Errorf("they are told apart: %q", groups)
		}
	}
	n := News{Audience: "leadership", Severity: policy.PriorityHigh, At: at("22:30")}
	if v := f.Judge("chief", n, at("22:30"), World{}); !strings.HasPrefix(v.Group, "morning/") {
		t.Errorf("a digest gathers as it does by day: %+v", v)
	}
}
