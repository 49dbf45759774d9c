package deliver

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tocsin/pkg/policy"
)

func TestSeveralAreToldAtOnceByTheLastOfEachCase(t *testing.T) {
	for _, lang := range Languages() {
		var list []Notification
		for i := range 25 {
			n := Notification{Audience: Leadership, Tenant: fmt.Sprint("t-", i%2), Case: fmt.Sprint("c-", i), Language: lang, Kind: CaseOpened, Title: fmt.Sprint("case ", i, " opened"), Link: fmt.Sprint("https://tocsin.example/cases/c-", i), At: at.Add(time.Duration(i) * time.Minute)}
			list = append(list, n)
		}
		moved := list[3]
		moved.Title, moved.At, moved.Kind = "case 3 approved", at.Add(time.Hour), Approved
		n, err := Teller{}.Several(append(list, moved))
		if err != nil {
			t.Fatal(err)
		}
		if n.Kind != SeveralNews || !n.At.Equal(moved.At) || strings.Contains(n.Body, "case 3 opened") {
			t.Errorf("%s: %+v", lang, n)
		}
		golden(t, filepath.Join("testdata", lang, "several.golden"), n.Title+"\n\n"+n.Body+"\n")
	}
}

func TestOneThatStandsAloneIsThatOne(t *testing.T) {
	told := tell(t, changed(outage("de"), "approved", "pending_review"))
	if n, err := (Teller{}).Several(told[:1]); err != nil || n.ID != told[0].ID || n.Body != told[0].Body {
		t.Errorf("%+v, %v", n, err)
	}
}

func TestWhatIsNoLongerTrueSaysSo(t *testing.T) {
	for lang, want := range map[string]string{"en": "No longer so: ", "de": "Nicht mehr aktuell: "} {
		told, err := Teller{Policy: policy.Default(), Language: lang}.Tell(Samples(lang, "acme")[0].Change)
		if err != nil {
			t.Fatal(err)
		}
		for _, now := range []string{"condition_ended", "approved", "in_progress", "denied", "resolved", "withdrawn", "expired", "merged", "closed"} {
			n, err := Teller{}.Outdated(told[0], now)
			if err != nil || !strings.HasPrefix(n.Title, want) || !strings.Contains(n.Body, told[0].Body) || n.ID != told[0].ID {
				t.Errorf("%s %s: %v\n%s\n\n%s", lang, now, err, n.Title, n.Body)
			}
		}
	}
}
