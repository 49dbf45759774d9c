package console

import (
	"testing"
	"time"

	"tocsin/services/review/internal/decide"

	"tocsin/pkg/policy"
)

func TestAQuestionIsInTheLanguageOfWhoReadsIt(t *testing.T) {
	ask := func(language string) decide.Ticket {
		return decide.Ticket{Asks: "note-1", Language: language, Missing: []policy.MissingID{policy.MissingSince}}
	}
	p := policy.Default()
	since, seit := p.Question(policy.MissingSince, "en"), p.Question(policy.MissingSince, "de")
	for _, tt := range []struct {
		tickets []decide.Ticket
		want    string
	}{
		{nil, ""},
		{[]decide.Ticket{ask("de"), ask("de")}, seit},
		{[]decide.Ticket{ask("en")}, since},
		{[]decide.Ticket{ask("de"), ask("en"), ask("fr")}, "English:\n" + since + "\n\nDeutsch:\n" + seit},
	} {
		if got := questions(p, &decide.Case{Tickets: tt.tickets}); got != tt.want {
			t.Errorf("%d tickets are asked %q, want %q", len(tt.tickets), got, tt.want)
		}
	}
}

func TestThePlatformNamesItsOnlyKnownTenant(t *testing.T) {
	acme, all := decide.Ticket{Tenant: "acme"}, decide.Condition{Scope: decide.Platform}
	of := decide.Case{Tenant: decide.Platform, Tickets: []decide.Ticket{acme, acme}, Conditions: []decide.Condition{all}, Impact: decide.Impact{Tenants: 1}}
	if got := english.headline("Down", &of); got != "Down on the whole platform; known so far: acme" {
		t.Errorf("one is known: %q", got)
	}
	of.Impact.Tenants = 4
	if got := english.headline("Down", &of); got != "Down on the whole platform" {
		t.Errorf("four are known: %q", got)
	}
}

func TestWhatWasWrittenBeforeWordsWereKeptApartIsClaimed(t *testing.T) {
	c := &Console{Config: Config{Policy: policy.Default()}}
	of := decide.Case{State: decide.PendingReview, Impact: decide.Impact{Claimed: new(30)}}
	if got := c.rowOf(english, &of, time.Time{}).Claimed; got != "30" {
		t.Errorf("the queue says %q", got)
	}
	if got := c.peopleFact(english, &of).Claimed; got != "30" {
		t.Errorf("the facts say %q", got)
	}
	of.Impact.Said = new(500)
	if got := c.peopleFact(english, &of).Claimed; got != "500" {
		t.Errorf("the facts say %q, and the words 500", got)
	}
}
