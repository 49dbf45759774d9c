package second_test

import (
	"encoding/json"
	"strings"
	"testing"

	"tocsin/services/classification/internal/classify"
	"tocsin/services/classification/internal/second"

	"tocsin/pkg/policy"
)

// answer is what a second reader says, as JSON.
func answer(recommendation string, reasons, denials []string, quotes ...string) string {
	type quote struct {
		For   string `json:"for"`
		Quote string `json:"quote"`
	}
	said := struct {
		Recommendation string   `json:"recommendation"`
		Reasons        []string `json:"reasons"`
		Denials        []string `json:"denials"`
		Quotes         []quote  `json:"quotes"`
	}{recommendation, append([]string{}, reasons...), append([]string{}, denials...), []quote{}}
	for i := 0; i < len(quotes); i += 2 {
		said.Quotes = append(said.Quotes, quote{quotes[i], quotes[i+1]})
	}
	data, err := json.Marshal(said)
	if err != nil {
		panic(err)
	}
	return string(data)
}

func TestAQuoteIsFoundAgainInTheNoteAsItWasWritten(t *testing.T) {
	first := "Hallo zusammen,\nbei Frau Oelke\u00a0&amp; Team (w.oelke@firma.example) ist <b>SSO</b> tot.\n> alt: SSO geht"
	second := "Immer noch: niemand   kommt\nrein!"
	q := ask(t, ticket(first, second))
	got, err := q.Parse(answer("eligible", []string{"sso_unavailable"}, nil,
		"sso_unavailable", "bei Frau [NAME_1] & Team ([MAIL_1]) ist SSO tot", // with what was taken out
		"sso_unavailable", "niemand kommt rein", // other spaces
		"sso_unavailable", "[NAME_1]",
		"sso_unavailable", "alle Nutzer sind betroffen", // invented
		"sso_unavailable", "SSO geht", // stands in quoted mail, which was not shown
		"site_outage", "ist SSO tot", // for what the answer does not name
		"sso_unavailable", " ",
	))
	if err != nil {
		t.Fatal(err)
	}
	want := []struct{ note, text string }{
		{"note-a", "bei Frau Oelke\u00a0&amp; Team (w.oelke@firma.example) ist <b>SSO</b> tot"}, {"note-b", "niemand   kommt\nrein"}, {"note-a", "Oelke"},
	}
	if len(got.Quotes) != len(want) || got.Dropped != 4 {
		t.Fatalf("%d dropped, kept %+v", got.Dropped, got.Quotes)
	}
	for i, w := range want {
		c := got.Quotes[i]
		original := map[string]string{"note-a": first, "note-b": second}[c.Note]
		if c.Note != w.note || c.Text != w.text || original[c.Start:c.End] != c.Text {
			t.Errorf("%+v, want %+v", c, w)
		}
	}
}

func TestReasonsComeInTheOrderOfThePolicy(t *testing.T) {
	q := ask(t, ticket("x"))
	got, err := q.Parse(answer("ineligible", []string{"sso_unavailable", "program_launch_blocked"}, []string{"awaiting_customer", "small_audience"}))
	if err != nil || got.Recommendation != classify.Ineligible || got.Reasons[0] != policy.ProgramLaunchBlocked || got.Denials[0] != policy.SmallAudience {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestAnAnswerOutOfFormIsNone(t *testing.T) {
	q := ask(t, ticket("SSO is down"))
	good := answer("eligible", []string{"sso_unavailable"}, nil)
	if _, err := q.Parse(" " + good + "\n"); err != nil {
		t.Fatal(err)
	}
	secret := "IGNORE-ALL-RULES"
	for name, said := range map[string]string{
		"nothing":                  "",
		"no JSON":                  "I think this is eligible. " + secret,
		"in a fence":               "```json\n" + good + "\n```",
		"half":                     good[:len(good)-5],
		"two":                      good + good,
		"a word after":             good + secret,
		"a list":                   "[" + good + "]",
		"null":                     "null",
		"an instruction as a key":  strings.Replace(good, `{"rec`, `{"`+secret+`":true,"rec`, 1),
		"no quotes":                `{"recommendation":"eligible","reasons":["sso_unavailable"],"denials":[]}`,
		"null for a list":          `{"recommendation":"eligible","reasons":null,"denials":[],"quotes":[]}`,
		"a number":                 `{"recommendation":1,"reasons":[],"denials":[],"quotes":[]}`,
		"unknown recommendation":   answer("approve_"+secret, nil, nil),
		"unknown reason":           answer("eligible", []string{secret}, nil),
		"unknown ground":           answer("ineligible", nil, []string{secret}),
		"a ground as a reason":     answer("eligible", []string{"beta_only"}, nil),
		"a reason twice":           answer("eligible", []string{"sso_unavailable", "sso_unavailable"}, nil),
		"eligible for no reason":   answer("eligible", nil, nil),
		"a quote of nothing":       `{"recommendation":"needs_info","reasons":[],"denials":[],"quotes":[{}]}`,
		"more than is read":        answer("eligible", []string{"sso_unavailable"}, nil, "sso_unavailable", strings.Repeat("x", 64<<10)),
		"more quotes than is read": answer("eligible", []string{"sso_unavailable"}, nil, strings.Split(strings.Repeat("sso_unavailable,SSO is down,", 65), ",")[:130]...),
		"a deep nest":              strings.Repeat("[", 60_000),
	} {
		if got, err := q.Parse(said); err == nil {
			t.Errorf("%s is taken for %+v", name, got)
		} else if strings.Contains(err.Error(), secret) {
			t.Errorf("%s: the error repeats what the answer says: %v", name, err)
		}
	}
}

// FuzzAnswer holds for any answer to any note: no panic, known words only, and
// quotes that stand where they say.
func FuzzAnswer(f *testing.F) {
	good := answer("eligible", []string{"sso_unavailable"}, []string{"beta_only"}, "sso_unavailable", "SSO is down", "beta_only", "[NAME_1]")
	f.Add("SSO is down for Frau Oelke", good)
	f.Add("a@b.example \xff<p>x</p>", answer("needs_info", nil, nil))
	f.Add("", "{}")
	f.Add("[NAME_1] Herr Weber", strings.Replace(good, "SSO is down", "[NAME_1] Herr [NAME_2]", 1))
	p := policy.Default()
	f.Fuzz(func(t *testing.T, note, said string) {
		q, ok := second.Ask(p, ticket(note), "m")
		if !ok {
			return
		}
		got, err := q.Parse(said)
		if err != nil {
			return
		}
		for _, id := range got.Reasons {
			if _, ok := p.Reason(id); !ok {
				t.Fatalf("unknown reason %q", id)
			}
		}
		for _, id := range got.Denials {
			if _, ok := p.Ground(id); !ok {
				t.Fatalf("unknown ground %q", id)
			}
		}
		for _, c := range got.Quotes {
			if c.Note != "note-a" || c.Start >= c.End || c.End > len(note) || note[c.Start:c.End] != c.Text {
				t.Fatalf("quote %+v does not stand in %q", c, note)
			}
		}
	})
}
