package teach_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"tocsin/services/review/internal/decide"
	"tocsin/services/review/internal/teach"

	"tocsin/pkg/policy"
)

func TestALabelThatContradictsItselfIsRefused(t *testing.T) {
	for _, c := range []struct {
		change func(*teach.Reading)
		rule   string
	}{
		{func(r *teach.Reading) { r.Request = false }, "request"},
		{func(r *teach.Reading) { r.Recommendation = decide.NotARequest }, "request"},
		{func(r *teach.Reading) { r.Reasons = nil }, "eligible"},
		{func(r *teach.Reading) { r.Recommendation = decide.Ineligible }, "ineligible"},
		{func(r *teach.Reading) { r.Recommendation = decide.NeedInfo }, "needs_info"},
		{func(r *teach.Reading) { r.Recommendation = "maybe" }, "value"},
		{func(r *teach.Reading) { r.Reasons = []policy.ReasonID{"sso_down"} }, "value"},
		{func(r *teach.Reading) { r.Denials = []policy.GroundID{"beta"} }, "value"},
		{func(r *teach.Reading) { r.Facts.AffectedUsers = new(-1) }, "value"},
		{func(r *teach.Reading) { r.Facts.DurationHours = new(-0.5) }, "value"},
		{func(r *teach.Reading) { r.Facts.Environment = new("test") }, "value"},
		{func(r *teach.Reading) { r.Language = "fr" }, "value"},
	} {
		var unsound *teach.UnsoundError
		if _, err := teach.Correct(of(asking()), nil, to(c.change)); !errors.As(err, &unsound) || unsound.Rule != c.rule {
			t.Errorf("got %v, want that %s is broken", err, c.rule)
		}
	}
	for name, change := range map[string]func(*teach.Reading){
		"nothing is changed": func(*teach.Reading) {},
		"nobody asks":        func(r *teach.Reading) { r.Request, r.Recommendation = false, decide.NotARequest },
		"a threshold missed": func(r *teach.Reading) { r.Recommendation, r.Reasons = decide.Ineligible, nil },
	} {
		if _, err := teach.Correct(of(asking()), nil, to(change)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAReadingIsOfTheWordsAndNotOfWhatCorrectedThem(t *testing.T) {
	r := teach.ReadingOf(new(asking(func(t *decide.Ticket) {
		t.People, t.Environment = new(143), decide.Beta
		t.Contradictions = []decide.Contradiction{
			{About: "environment", Claimed: decide.Production, Measured: decide.Beta},
			{About: "affected_users", Claimed: "500", Measured: "200"},
			{About: "affected_users", Claimed: "200", Measured: "143"},
			{About: "sso_unavailable", Claimed: "holds", Measured: "ended"},
		}
	})))
	if *r.Facts.AffectedUsers != 500 || *r.Facts.Environment != decide.Production {
		t.Errorf("%d people on %s", *r.Facts.AffectedUsers, *r.Facts.Environment)
	}
}

func TestAnOperatorsOwnReasonIsOne(t *testing.T) {
	grounds := "# ---------------------------------------------------------------------------\n# The four grounds"
	own := `  video_calls_down:
    title: {en: Video calls down, de: Videoanrufe ausgefallen}
    description: {en: Nobody can hold a video call., de: Niemand kann einen Videoanruf führen.}
    text: true
    signal: false
    priority: high

`
	words := "    video_calls_down:\n      en: [video call]\n      de: [videoanruf]\n"
	text := strings.Replace(string(policy.Builtin()), grounds, own+grounds, 1)
	p, err := policy.Parse([]byte(strings.Replace(text, "  providers:\n    en: [", words+"  providers:\n    en: [", 1)))
	if err != nil {
		t.Fatal(err)
	}
	both := func(r *teach.Reading) { r.Reasons = []policy.ReasonID{"video_calls_down", policy.SSOUnavailable} }
	cor := to(both)
	cor.Policy = p
	if e, err := teach.Correct(of(asking()), nil, cor); err != nil || !slices.Equal(e.Now.Reasons, []policy.ReasonID{policy.SSOUnavailable, "video_calls_down"}) {
		t.Errorf("it is %v (%v)", e.Now.Reasons, err)
	}
	if _, err := teach.Correct(of(asking()), nil, to(both)); err == nil {
		t.Error("a policy without it has it")
	}
	read := asking(func(t *decide.Ticket) { t.Reasons = []policy.ReasonID{"video_calls_down"} })
	if got := after(t, of(read), ""); len(got) != 1 || !slices.Equal(got[0].Now.Reasons, read.Reasons) {
		t.Errorf("an approval taught %+v", got)
	}
}
