package policy_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"tocsin/pkg/policy"
)

// A reason of an operator's own, and its words.
const (
	ownReason = `  video_calls_down:
    title:
      en: Video calls down
      de: Videoanrufe ausgefallen
    description:
      en: Nobody can hold a video call.
      de: Niemand kann einen Videoanruf führen.
    text: true
    signal: false
    priority: high

`
	ownWords = `    video_calls_down:
      en: [video call, meeting room]
      de: [videoanruf, "*anruf*"]
`
	beforeGrounds   = "# ---------------------------------------------------------------------------\n# The four grounds"
	beforeProviders = "  providers:\n    en: ["
)

// withOwn is the built-in policy with a reason of an operator's own, each old
// text replaced once.
func withOwn(t *testing.T, oldNew ...string) string {
	t.Helper()
	text := string(edit(t, beforeGrounds, ownReason+beforeGrounds, beforeProviders, ownWords+beforeProviders))
	for i := 0; i < len(oldNew); i += 2 {
		if !strings.Contains(text, oldNew[i]) {
			t.Fatalf("the policy does not contain %q", oldNew[i])
		}
		text = strings.Replace(text, oldNew[i], oldNew[i+1], 1)
	}
	return text
}

func TestAnOperatorMayAddReasons(t *testing.T) {
	second := strings.ReplaceAll(ownReason, "video_calls_down", "a_second_one")
	words := "    a_second_one:\n      en: [badge printer]\n      de: [ausweisdrucker]\n"
	p := parse(t, []byte(withOwn(t, beforeGrounds, second+beforeGrounds, beforeProviders, words+beforeProviders,
		"  silence: [stale_ticket_1w]", "  silence: [stale_ticket_1w]\n  video: [video_calls_down, site_outage]")))
	ids := p.ReasonIDs()
	if want := append(policy.ReasonIDs(), "video_calls_down", "a_second_one"); !slices.Equal(ids, want) {
		t.Errorf("reasons %v, want the sixteen and then those of the file in its order", ids)
	}
	if own := p.OwnReasonIDs(); !slices.Equal(own, ids[16:]) {
		t.Errorf("own reasons %v", own)
	}
	if got := p.Title("video_calls_down", "de"); got != "Videoanrufe ausgefallen" {
		t.Errorf("title %q", got)
	}
	if !p.SameFamily("video_calls_down", policy.SiteOutage) || p.SameFamily("a_second_one", policy.SiteOutage) {
		t.Error("a family with a reason of one's own does not hold")
	}
	if got := p.Vocabulary.Reasons["video_calls_down"].DE; !slices.Equal(got, []policy.Entry{"videoanruf", "*anruf*"}) {
		t.Errorf("words %q", got)
	}
	if len(policy.Default().OwnReasonIDs()) != 0 {
		t.Error("the policy that comes with the program has reasons beside the sixteen")
	}
}

func TestAReasonOfOnesOwnIsRefusedAtTheExactPlaceWhereItMakesNoSense(t *testing.T) {
	for _, c := range []struct{ name, old, new, want string }{
		{"measured", "signal: false", "signal: ▸true", "reasons.video_calls_down.signal: is true; monitoring raises only the sixteen reasons, a reason of your own is found in words"},
		{"found nowhere", "    text: true\n    signal: false", "    text: ▸false\n    signal: false", "reasons.video_calls_down.text: and signal are both false: nothing could ever state this reason"},
		{"id with capitals", "\n  video_calls_down:\n    title", "\n  ▸videoCalls:\n    title", ""},
		{"no words", ownWords, "", ""},
		{"words without a reason", ownWords, ownWords + "    ▸beamer:\n      en: [projector]\n      de: [beamer]\n", "vocabulary.reasons.beamer: unknown key; here belong program_launch_blocked"},
		{"blocks a launch", "      - profile_discrepancy_100\n", "      - ▸video_calls_down\n", `monitoring.launches.blocked_by[8]: is "video_calls_down"; monitoring raises only the sixteen reasons`},
		{"raised by a component", "        reason: insights_unavailable", "        reason: ▸video_calls_down", `monitoring.components.down.insights.reason: is "video_calls_down"; a component raises one of`},
		{"figure", "en: Video calls down", "en: ▸Video calls down for {hours}", "reasons.video_calls_down.title.en: has {hours}, for which there is no number here; known are: none"},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := withOwn(t, c.old, c.new)
			if !strings.Contains(text, here) {
				text = strings.Replace(text, "vocabulary:\n  reasons:", "vocabulary:\n  ▸reasons:", 1)
			}
			wantProblem(t, text, c.want)
		})
	}
}

func TestAWordThatNoTicketCouldHaveIsRefusedAtTheExactPlace(t *testing.T) {
	for _, c := range []struct{ name, new, want string }{
		{"empty", `[video call, ▸" "]`, "vocabulary.reasons.video_calls_down.en[1]: is empty"},
		{"none", `▸[]`, "vocabulary.reasons.video_calls_down.en: needs at least one entry"},
		{"no list", `▸video call`, `vocabulary.reasons.video_calls_down.en: is "video call"; it must be a list`},
		{"number", `[▸404]`, "vocabulary.reasons.video_calls_down.en[0]: is 404; it must be text"},
		{"twice", `[video call, ▸video call]`, `vocabulary.reasons.video_calls_down.en[1]: "video call" is in the list twice`},
		{"twice, with a hyphen", `[video call, ▸Video-call]`, `vocabulary.reasons.video_calls_down.en[1]: is "Video-call", which vocabulary.reasons.video_calls_down.en[0] is too; a word leads to one reason`},
		{"of another reason", `[video call, ▸search bar]`, `vocabulary.reasons.video_calls_down.en[1]: is "search bar", which vocabulary.reasons.core_function_down.en[1] is too; a word leads to one reason`},
		{"gap at the end", `[▸video ...]`, `vocabulary.reasons.video_calls_down.en[0]: is "video ..."; "..." stands between words`},
		{"gap alone", `[▸...]`, `vocabulary.reasons.video_calls_down.en[0]: is "..."; "..." stands between words`},
		{"two gaps", `[▸throws ... ... out]`, `vocabulary.reasons.video_calls_down.en[0]: is "throws ... ... out"; one "..." is enough`},
		{"short part", `[▸"*tv"]`, `vocabulary.reasons.video_calls_down.en[0]: is "*tv"; a part of a word needs 3 letters or more`},
		{"star inside", `[▸vid*call]`, `vocabulary.reasons.video_calls_down.en[0]: is "vid*call"; '*' in "vid*call" is no letter; a word is written =word, word*, *word or *word*`},
		{"two patterns", `[▸"=video*"]`, `vocabulary.reasons.video_calls_down.en[0]: is "=video*"; '*' in "=video*" is no letter`},
		{"bar", `[▸video | call]`, `vocabulary.reasons.video_calls_down.en[0]: is "video | call"; '|' in "|" is no letter`},
		{"letters and digits", `[▸room4u]`, `vocabulary.reasons.video_calls_down.en[0]: is "room4u"; letters and digits are read as two words: part "room4u"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			wantProblem(t, withOwn(t, "[video call, meeting room]", c.new), c.want)
		})
	}
}

func TestAFileWithoutWordsHasThoseOfTheProgram(t *testing.T) {
	text := string(policy.Builtin())
	p := parse(t, []byte(text[:strings.Index(text, "\nvocabulary:\n")]))
	if diff := policy.Diff(policy.Default(), p); len(diff) != 0 {
		t.Errorf("the policies differ: %v", diff)
	}
	text = withOwn(t)
	problems := problemsOf(t, []byte(text[:strings.Index(text, "\nvocabulary:\n")]))
	if want := "vocabulary.reasons.video_calls_down: is missing: nothing else leads to this reason"; len(problems) != 1 || !strings.Contains(problems[0].String(), want) {
		t.Errorf("got %v, want %s", problems, want)
	}
}

func TestADifferenceOfWordsNamesThoseThatCameAndWent(t *testing.T) {
	a := policy.Default()
	b := parse(t, edit(t, "[search, search bar,", "[search, scanner, scanners,"))
	want := "vocabulary.reasons.core_function_down.en: + scanner, + scanners, - search bar"
	if got := policy.Diff(a, b); len(got) != 1 || got[0] != want {
		t.Errorf("got %v, want %s", got, want)
	}
	c := parse(t, edit(t, "[search, search bar,", "[search bar, search,"))
	if got := policy.Diff(a, c); fmt.Sprint(got) != "[vocabulary.reasons.core_function_down.en: in another order]" {
		t.Errorf("got %v", got)
	}
	own := parse(t, []byte(withOwn(t)))
	if got := strings.Join(policy.Diff(a, own), "\n"); !strings.Contains(got, "vocabulary.reasons.video_calls_down.en: added [video call, meeting room]") || !strings.Contains(got, `reasons.video_calls_down.title.en: added "Video calls down"`) {
		t.Errorf("got %s", got)
	}
}
