package console_test

import (
	"context"
	"errors"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"tocsin/services/review/internal/console"
	"tocsin/services/review/internal/console/consoletest"
	"tocsin/services/review/internal/events"
	"tocsin/services/review/internal/outlook"
)

// told is a past of which the test knows all.
type toldPast struct {
	changes map[string][]outlook.Change
	err     error
}

func (p *toldPast) History(_ context.Context, path string) ([]outlook.Change, error) {
	return p.changes[path], p.err
}

// under is a site under a sky.
func under(t testing.TB, sky *consoletest.Sky) (*site, *outlook.Outlook, *toldPast) {
	t.Helper()
	o, past := outlook.New(), &toldPast{changes: map[string][]outlook.Change{}}
	for _, part := range []outlook.Part{outlook.Looks, outlook.Changes, outlook.Sights} {
		o.Ready(part)
	}
	for _, st := range sky.Standings {
		o.Stand(events.Standing(st))
	}
	for _, l := range sky.Looks {
		o.Look(events.Looked(l))
	}
	for _, s := range sky.Sights {
		o.See(events.Sight(s))
	}
	for _, c := range sky.Changes {
		change := events.Change(c)
		o.Change(change, morning)
		past.changes[change.Path] = append(past.changes[change.Path], change)
	}
	return open(t, func(cfg *console.Config) { cfg.Outlook, cfg.Past = o, past }), o, past
}

func TestTheBoardShowsWhatIsRaisedFirst(t *testing.T) {
	s, _, _ := under(t, consoletest.NewSky(morning))
	c := s.Morning()
	w := s.get("/conditions")
	golden(t, "conditions", w)
	want(t, w, http.StatusOK, "3 conditions are raised", "Learning features", "Whole platform", ">acme<", "143 people", "/cases/"+c.Login,
		"Coming and going", ">umbrella<", "Near misses", "87 of 100 people", "14 more would raise it", "Undetermined", ">wayne<")
	golden(t, "conditions_de", s.get("/conditions?lang=de"))
}

func TestOneConditionIsOnePage(t *testing.T) {
	s, _, _ := under(t, consoletest.NewSky(morning))
	s.Morning()
	golden(t, "condition", s.get("/conditions/umbrella/ftp_denied"))
	want(t, s.get("/conditions/platform/lxp_features_unavailable/pathways"), http.StatusOK, "on the whole platform",
		"The values as a table", "tocsin explain platform/lxp_features_unavailable/pathways", "raised", "tocsin explain pathways-1-raised")
	want(t, s.get("/conditions/acme/auth_failures_over_100?lang=de"), http.StatusOK, "Schwelle 100", "Was die Überwachung gesagt hat")
	want(t, s.get("/conditions/acme/none"), http.StatusNotFound, "Nothing is known")
	want(t, s.get("/conditions/acme/none/_/more"), http.StatusNotFound)
}

func TestWhatEndedLongAgoStillHasItsHistory(t *testing.T) {
	s, _, past := under(t, &consoletest.Sky{})
	ended := outlook.Change{
		Thing: outlook.Thing{Scope: "o'hara & sons", Reason: "sso_unavailable", Path: "o=27hara=20=26=20sons/sso_unavailable/_"}, ID: "x1", Kind: "cleared",
		Figure: outlook.Figure{Value: 7, Threshold: 5}, At: morning.Add(-72 * time.Hour), DetectedAt: morning.Add(-72 * time.Hour),
	}
	past.changes[ended.Path] = []outlook.Change{ended}
	want(t, s.get("/conditions/o=27hara=20=26=20sons/sso_unavailable"), http.StatusOK, "not raised", "o&#39;hara &amp; sons",
		`tocsin explain &#39;o&#39;\&#39;&#39;hara &amp; sons/sso_unavailable&#39;`, "17 Nov 09:41 UTC", "over: recovery was seen")
	past.err = errors.New("the bus is away")
	want(t, s.get("/conditions/o=27hara=20=26=20sons/sso_unavailable"), http.StatusOK, "can not be read now")
}

func TestTheBoardIsFiltered(t *testing.T) {
	s, _, _ := under(t, consoletest.NewSky(morning))
	for query, texts := range map[string][]string{
		"?tenant=acme":       {"1 condition is raised", ">acme<", "Nothing is near"},
		"?tenant=globex":     {"Nothing that the filter shows is raised", "87 of 100 people"},
		"?reason=ftp_denied": {"1 condition is raised", ">umbrella<"},
		"?tenant=platform&reason=auth_failures_over_100": {"331 people", "threshold 100", "enough; what else"},
		"?tenant=nobody": {"Nothing that the filter shows is raised"},
	} {
		w := s.get("/conditions" + query)
		want(t, w, http.StatusOK, texts...)
		if n := strings.Count(w.Body.String(), `class="stand"`); n > 1 {
			t.Errorf("%s shows %d cards", query, n)
		}
	}
}

func TestNoDataIsNeverCalm(t *testing.T) {
	want(t, open(t).get("/conditions"), http.StatusOK, "Reading what monitoring says", "Nobody knows whether anything is raised")

	s, o, _ := under(t, &consoletest.Sky{})
	want(t, s.get("/conditions"), http.StatusOK, "Monitoring has not looked yet", "Nobody knows whether anything is raised")

	o.Look(outlook.Looked{Shard: "00", At: morning.Add(-12 * time.Second), Watched: 1})
	golden(t, "conditions_calm", s.get("/conditions"))
	want(t, s.get("/conditions"), http.StatusOK, "Nothing is raised.", "Last looked", "12 s ago", "1 rule watched")

	o.Look(outlook.Looked{Shard: "01", At: morning.Add(-10 * time.Minute)})
	want(t, s.get("/conditions"), http.StatusOK, "Blind since", "09:31 UTC", "1 of 2 parts of monitoring do not look", "Nobody knows")

	s.At = morning.Add(time.Hour)
	golden(t, "conditions_blind", s.get("/conditions"))
	want(t, s.get("/conditions"), http.StatusOK, "Blind since", "09:31 UTC", "Nobody looks", "Nobody knows")

	long, _, _ := under(t, consoletest.NewSky(morning))
	long.At = morning.Add(time.Hour)
	want(t, long.get("/conditions"), http.StatusOK, "Blind since", "3 conditions were raised when it last looked")
}

func TestTheBoardStandsWithoutTheLedger(t *testing.T) {
	sky := consoletest.NewSky(morning)
	_, o, _ := under(t, sky)
	away := open(t, func(cfg *console.Config) { cfg.Outlook = o; without(cfg, "CasesOf", "Case", "Cases") })
	want(t, away.get("/conditions"), http.StatusOK, "3 conditions are raised")
}

func TestAPieceOfTheBoardIsWhatThePageHolds(t *testing.T) {
	s, _, _ := under(t, consoletest.NewSky(morning))
	for _, path := range []string{"/conditions", "/conditions/umbrella/ftp_denied"} {
		page, piece := s.get(path).Body.String(), strings.TrimSpace(s.get(path+"?fragment=1").Body.String())
		if piece == "" || !strings.Contains(page, piece) {
			t.Errorf("%s?fragment=1 is not a part of the page:\n%s", path, piece)
		}
	}
}

func TestTheBoardNeedsNoMoreThanItsPolicyAllowsWhateverTenantsAreCalled(t *testing.T) {
	sky := consoletest.NewSky(morning)
	for _, st := range sky.Standings {
		st.Scope, st.Subject, st.Counts = `"><script>alert(1)</script>`, `javascript:alert(1)//<style>`, "{{.}}"
	}
	s, _, _ := under(t, sky)
	inline := regexp.MustCompile(`(?i)<style|<script>|\sstyle=|\son[a-z]+=|href="javascript:|https?://`)
	page := strings.ReplaceAll(s.get("/conditions").Body.String(), "http://www.w3.org/2000/svg", "")
	link := regexp.MustCompile(`/conditions/=[^"]+`).FindString(page)
	for _, page := range []string{page, strings.ReplaceAll(s.get(link).Body.String(), "http://www.w3.org/2000/svg", "")} {
		if found := inline.FindString(page); found != "" || !strings.Contains(page, "&lt;script&gt;") {
			t.Errorf("the page holds %q", found)
		}
	}
}
