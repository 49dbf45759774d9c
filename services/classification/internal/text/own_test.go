package text

import (
	"strings"
	"testing"

	"tocsin/pkg/policy"
)

// withVideoCalls is the vocabulary of a policy with a reason of the operator's own.
func withVideoCalls(t *testing.T) *Vocabulary {
	t.Helper()
	file := string(policy.Builtin())
	for before, block := range map[string]string{
		"\nreasons:\n": "  video_calls_down:\n    title: {en: Video calls down, de: Videoanrufe aus}\n    description: {en: No calls, de: Keine Anrufe}\n" +
			"    text: true\n    signal: false\n    priority: high\n",
		"\nvocabulary:\n  reasons:\n": "    video_calls_down:\n      en: [video call, meeting room, \"=vc\"]\n      de: [videoanruf*, \"*konferenzraum\", ruft ... an]\n",
	} {
		if !strings.Contains(file, before) {
			t.Fatalf("the policy has no %q", before)
		}
		file = strings.Replace(file, before, before+block, 1)
	}
	p, err := policy.Parse([]byte(file))
	if err != nil {
		t.Fatal(err)
	}
	return NewVocabulary(p)
}

func TestAReasonOfTheOperatorsOwnIsFoundInItsWords(t *testing.T) {
	v := withVideoCalls(t)
	for note, want := range map[string]string{
		"Video calls are down for everybody.":                       "video_calls_down asserted whole",
		"The vc does not work.":                                     "video_calls_down asserted unstated",
		"Nobody can get into the meeting rooms.":                    "video_calls_down asserted whole",
		"Der Großkonferenzraum ist nicht verfügbar.":                "video_calls_down asserted unstated",
		"Keine Videoanrufe möglich.":                                "video_calls_down asserted whole",
		"Some video calls fail.":                                    "video_calls_down asserted part",
		"One of our meeting rooms does not open.":                   "video_calls_down asserted part",
		"Is the video call service down?":                           "video_calls_down asked unstated",
		"If video calls fail, we will cancel the seminar.":          "video_calls_down supposed unstated",
		"Video calls were down. They work again.":                   "video_calls_down over unstated",
		"Video calls work fine.":                                    "",
		"Video calls are very slow for everyone.":                   "core asserted whole",
		"SSO is down, so nobody can join video calls.":              "sso asserted whole",
		"The video call report has not arrived since Monday.":       "reports asserted unstated",
		"All meeting rooms and all reports are down.":               "video_calls_down asserted whole; reports asserted whole",
		"Our videos have disappeared.":                              "content asserted unstated",
		"The video is broken, the search does not work either.":     "core asserted unstated",
		"Insights is down. Video calls are fine.":                   "insights asserted unstated",
		"Seit heute früh gehen die Videoanrufe nicht.":              "video_calls_down asserted unstated",
		"Wenn ein Kunde uns ruft und anruft, geht die Suche nicht.": "core supposed unstated",
	} {
		var got []string
		for _, f := range v.Read(note, "").Findings {
			got = append(got, string(f.Topic)+" "+string(f.Polarity)+" "+string(f.Extent))
		}
		if strings.Join(got, "; ") != want {
			t.Errorf("%q: %q, want %q", note, strings.Join(got, "; "), want)
		}
	}
}

func TestTwoPoliciesAreReadApart(t *testing.T) {
	note := "Video calls are down for everybody."
	mine, theirs := withVideoCalls(t), shipped()
	for range 2 {
		if found := mine.Read(note, "").Findings; len(found) != 1 || found[0].Topic != "video_calls_down" {
			t.Errorf("by the policy that knows video calls: %v", found)
		}
		for _, f := range theirs.Read(note, "").Findings {
			if f.Topic == "video_calls_down" {
				t.Errorf("by the policy that does not: %v", f)
			}
		}
	}
}

func TestAnotherProductNeedsOtherWordsOnly(t *testing.T) {
	p := policy.Default()
	p.Vocabulary.Reasons[policy.InsightsUnavailable] = policy.Entries{EN: []policy.Entry{"cockpit"}, DE: []policy.Entry{"leitstand*"}}
	v := NewVocabulary(p)
	for note, want := range map[string]Topic{"The cockpit is down.": TopicInsights, "Die Leitstände sind ausgefallen.": "", "Der Leitstand ist ausgefallen.": TopicInsights, "Insights is down.": ""} {
		var got Topic
		for _, f := range v.Read(note, "").Findings {
			got = f.Topic
		}
		if got != want {
			t.Errorf("%q: %q, want %q", note, got, want)
		}
	}
}
