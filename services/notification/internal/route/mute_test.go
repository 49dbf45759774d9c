package route

import (
	"strings"
	"testing"
	"time"

	"tocsin/pkg/policy"
)

// mute is one of lena's from 10:00 up to 11:00, over what change says.
func mute(change func(*Mute)) Mute {
	m := Mute{ID: "m-1", By: "lena", Why: "drill", From: at("10:00"), Until: at("11:00"), When: Match{Audience: []string{"leadership"}}}
	change(&m)
	return m
}

func TestAMuteSilencesWhatItCoversWhileItHolds(t *testing.T) {
	f := read(t)
	f.Routes = append(f.Routes, Route{Name: "all", To: []string{"ops"}})
	news := func(change func(*News)) News {
		n := News{Audience: "leadership", Tenant: "acme", Case: "c-1", Kind: "approved", Severity: policy.PriorityCritical, Reasons: []policy.ReasonID{policy.SSOUnavailable}, At: at("10:30")}
		change(&n)
		return n
	}
	none, any := func(*News) {}, func(*Mute) {}
	for _, c := range []struct {
		name     string
		mute     func(*Mute)
		news     func(*News)
		at       string
		silenced bool
	}{
		{"before it begins", any, none, "09:59", false},
		{"from its first moment", any, none, "10:00", true},
		{"until its last", any, none, "10:59", true},
		{"not when it is over", any, none, "11:00", false},
		{"its destination", func(m *Mute) { m.Destinations = []string{"ops"} }, none, "10:30", true},
		{"not another one", func(m *Mute) { m.Destinations = []string{"chief"} }, none, "10:30", false},
		{"its tenant", func(m *Mute) { m.When.Tenants = []string{"acme"} }, none, "10:30", true},
		{"not another one's", func(m *Mute) { m.When.Tenants = []string{"globex"} }, none, "10:30", false},
		{"its reason", func(m *Mute) { m.When.Reasons = []policy.ReasonID{policy.SSOUnavailable} }, none, "10:30", true},
		{"not another one", func(m *Mute) { m.When.Reasons = []policy.ReasonID{policy.SiteOutage} }, none, "10:30", false},
		{"its severity", func(m *Mute) { m.When.Severity = []policy.Priority{policy.PriorityCritical} }, none, "10:30", true},
		{"not a graver one", func(m *Mute) { m.When.Severity = []policy.Priority{policy.PriorityNormal} }, none, "10:30", false},
		{"its kind", func(m *Mute) { m.When.Kinds = []string{"approved"} }, none, "10:30", true},
		{"not another one", func(m *Mute) { m.When.Kinds = []string{"denied"} }, none, "10:30", false},
		{"nobody outside whom it does not name", any, func(n *News) { n.Audience = "requester" }, "10:30", false},
		{"whom it names", func(m *Mute) { m.When.Audience = []string{"requester"} }, func(n *News) { n.Audience = "requester" }, "10:30", true},
		{"never what says what a mute silenced", any, func(n *News) { n.Kind = MuteEnded }, "10:30", false},
		{"unless it names that", func(m *Mute) { m.When.Kinds = []string{MuteEnded} }, func(n *News) { n.Kind = MuteEnded }, "10:30", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := f.Judge("ops", news(c.news), at(c.at), World{Mutes: []Mute{mute(c.mute)}})
			if (v.Fate == Silence) != c.silenced || (v.Mute == "m-1") != c.silenced {
				t.Errorf("judged %+v", v)
			}
			if want := "muted by lena until 2026-11-20T11:00:00Z: drill"; c.silenced && strings.Join(v.Why, "; ") != want {
				t.Errorf("why: %q, want %q", v.Why, want)
			}
		})
	}
}

func TestAMuteStandsBehindRoutesAndBeforeQuietHours(t *testing.T) {
	f := read(t)
	night := World{Mutes: []Mute{mute(func(m *Mute) { m.From, m.Until = at("20:00"), at("23:00") })}}
	if v := f.Judge("desk", News{Audience: "leadership", At: at("22:30")}, at("22:30"), night); v.Fate != Skip || v.Mute != "" {
		t.Errorf("where no route leads: %+v", v)
	}
	if v := f.Judge("chief", News{Audience: "leadership", At: at("22:30")}, at("22:30"), night); v.Fate != Silence {
		t.Errorf("in quiet hours: %+v", v)
	}
}

func TestAMuteIsBegunOrItIsSaidWhyNot(t *testing.T) {
	can := Known{Kinds: []string{"approved"}, Reasons: policy.ReasonIDs(), Destinations: []string{"chief", "ops"}}
	now := at("09:00")
	for _, c := range []struct {
		name string
		edit func(*Mute)
		want string
	}{
		{"planned", func(*Mute) {}, ""},
		{"without a beginning", func(m *Mute) { m.From = time.Time{} }, ""},
		{"by a clock that is behind", func(m *Mute) { m.From = now.Add(-time.Minute) }, ""},
		{"thirty days", func(m *Mute) { m.Until = m.From.AddDate(0, 0, 30) }, ""},
		{"with all it may name", func(m *Mute) {
			m.Destinations = can.Destinations
			m.When = Match{Audience: Audiences(), Tenants: []string{"Zürich AG"}, Reasons: can.Reasons[:1], Severity: priorities(), Kinds: can.Kinds}
		}, ""},
		{"without a reason", func(m *Mute) { m.Why = " " }, "why: why is empty; it has to be said"},
		{"by nobody", func(m *Mute) { m.By = "" }, "by: by is empty"},
		{"with a reason that shows nothing", func(m *Mute) { m.Why = " \u200b\u2060 " }, "why: why is empty; it has to be said"},
		{"in two lines of another kind", func(m *Mute) { m.Why = "a\u2028b" }, "why: why is one line"},
		{"in two lines", func(m *Mute) { m.Why = "a\nb" }, "why: why is one line"},
		{"at length", func(m *Mute) { m.Why = strings.Repeat("é", 501) }, "why: why is longer than 500 characters"},
		{"without an end", func(m *Mute) { m.Until = time.Time{} }, "until: until is not there: a mute ends, within 30 days"},
		{"for too long", func(m *Mute) { m.Until = m.From.AddDate(0, 0, 30).Add(time.Second) }, "until: a mute lasts 30 days at most, here until 2026-12-20T10:00:00Z"},
		{"backwards", func(m *Mute) { m.Until = m.From }, "until: until has to be later than 2026-11-20T10:00:00Z"},
		{"of the past", func(m *Mute) { m.From = now.Add(-time.Hour) }, "from: from lies in the past"},
		{"in the far future", func(m *Mute) { m.From = now.AddDate(1, 0, 1); m.Until = m.From.Add(1) }, "from: from lies more than a year ahead"},
		{"of a destination that is not there", func(m *Mute) { m.Destinations = []string{"ops", "opps"} }, `destinations[1]: there is no "opps": chief, ops`},
		{"of an audience that is not there", func(m *Mute) { m.When.Audience = []string{"all"} }, `audiences[0]: there is no "all": leadership, requester, csm, agent`},
		{"of a severity that is not there", func(m *Mute) { m.When.Severity = []policy.Priority{"low"} }, `severities[0]: there is no "low": critical, high, normal`},
		{"of a kind that is not there", func(m *Mute) { m.When.Kinds = []string{"x"} }, `kinds[0]: there is no "x": approved`},
		{"of a reason that is not there", func(m *Mute) { m.When.Reasons = []policy.ReasonID{"x"} }, `reasons[0]: there is no "x": `},
		{"of a tenant without a name", func(m *Mute) { m.When.Tenants = []string{"acme", ""} }, "tenants[1]: tenants[1] is empty"},
		{"of too many tenants", func(m *Mute) { m.When.Tenants = strings.Split(strings.Repeat("x,", 100)+"x", ",") }, "tenants: tenants has 101 entries; at most 100"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := mute(c.edit)
			var said []string
			for _, p := range m.Begin(now, can) {
				said = append(said, p.Field+": "+p.Text)
			}
			if got := strings.Join(said, "\n"); c.want == "" && got != "" || !strings.HasPrefix(got, c.want) || len(said) > 1 {
				t.Errorf("said %q, want %q", got, c.want)
			}
			if c.want == "" && (m.From.Before(now) || len(m.When.Audience) == 0) {
				t.Errorf("it is %+v", m)
			}
		})
	}
	m := mute(func(m *Mute) { m.When = Match{} })
	if m.Begin(now, can); len(m.When.Audience) != 1 || m.When.Audience[0] != "leadership" {
		t.Errorf("where nobody is named it mutes %v", m.When.Audience)
	}
}
