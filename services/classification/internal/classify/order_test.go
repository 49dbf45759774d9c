package classify

import (
	"encoding/json"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tocsin/pkg/policy"
)

// sayings are notes that speak to each other: claims, corrections, recoveries,
// requests and their ends, in both languages.
var sayings = []string{
	manyLockedOut, "Please withdraw our escalation request.", "SSO geht wieder.", "Jetzt können sich 240 statt 50 Personen nicht anmelden.",
	"Insights does not load at all since Monday.", "Bitte eskalieren, morgen ist Prüfung.", "We are working on it right now.", "Could you send us the logs?",
	"Telefonat: Der Kunde zieht die Eskalation zurück.", "Es geht immer noch nicht.", "Nobody has answered us for two weeks.", "Merci de regarder ça vite, rien ne marche.",
}

// drawn is any ticket with any conditions.
func drawn(t *rapid.T) (Ticket, []Condition) {
	at := rapid.Custom(func(t *rapid.T) time.Time {
		return noon.Add(-time.Duration(rapid.IntRange(0, 20).Draw(t, "hours")) * time.Hour)
	})
	by := rapid.SampledFrom([]AuthorKind{Customer, CSM, Agent, System})
	tk := Ticket{ID: "T-1", Tenant: "acme", Status: rapid.SampledFrom([]Status{"", "OPEN", InProgress, AwaitingCustomer}).Draw(t, "status"), OpenedAt: noon.Add(-200 * time.Hour), LookedAt: noon}
	for i := range rapid.IntRange(0, 6).Draw(t, "notes") {
		tk.Notes = append(tk.Notes, TicketNote{ID: "n" + string(rune('a'+i)), Author: by.Draw(t, "by"), Text: rapid.SampledFrom(sayings).Draw(t, "text"), At: at.Draw(t, "at")})
	}
	for i := range rapid.IntRange(0, 3).Draw(t, "forms") {
		named := rapid.SampledFrom([]policy.ReasonID{"", policy.SSOUnavailable, policy.InsightsUnavailable}).Draw(t, "named")
		tk.Requests = append(tk.Requests, Request{ID: "r" + string(rune('a'+i)), Author: by.Draw(t, "by"), Reason: rapid.SampledFrom(sayings).Draw(t, "reason"), PolicyReason: named, At: at.Draw(t, "at")})
	}
	var conditions []Condition
	reasons := rapid.SampledFrom([]policy.ReasonID{policy.AuthFailuresOver100, policy.SSOUnavailable, policy.InsightsUnavailable, policy.StaleTicket1w})
	for i := range rapid.IntRange(0, 4).Draw(t, "conditions") {
		people := rapid.IntRange(0, 500).Draw(t, "people")
		conditions = append(conditions, Condition{
			ID: "c" + string(rune('a'+i)), Reason: reasons.Draw(t, "of"), Scope: rapid.SampledFrom([]string{"acme", "globex", Platform}).Draw(t, "scope"),
			Value: people, People: people, Threshold: 100, At: at.Draw(t, "at"), Raised: rapid.Bool().Draw(t, "raised"), Near: rapid.Bool().Draw(t, "near"),
		})
	}
	return tk, conditions
}

// The same facts give the same bytes, in whatever order they are handed over and
// however often.
func TestTheOrderOfDeliveryIsOfNoMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tk, conditions := drawn(t)
		want, _ := json.Marshal(method.Assess(tk, conditions, noon))
		other := tk
		other.Notes = shuffled(t, tk.Notes)
		other.Requests = shuffled(t, tk.Requests)
		got, _ := json.Marshal(method.Assess(other, shuffled(t, conditions), noon))
		if string(got) != string(want) {
			t.Fatalf("in another order:\n%s\n%s", want, got)
		}
	})
}

// shuffled is the list in another order, with one of it twice.
func shuffled[T any](t *rapid.T, list []T) []T {
	if len(list) == 0 {
		return list
	}
	twice := append([]T{rapid.SampledFrom(list).Draw(t, "twice")}, list...)
	return rapid.Permutation(twice).Draw(t, "order")
}

// What was asked for and taken back is not asked for, whatever else is known.
func TestWhatWasTakenBackIsNotAskedFor(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tk, conditions := drawn(t)
		tk.Notes = append(tk.Notes, TicketNote{ID: "z", Author: Customer, Text: "Please withdraw our escalation request.", At: noon.Add(time.Second)})
		if a := method.Assess(tk, conditions, noon.Add(time.Second)); a.Request || !a.Withdrawn || a.Recommendation != NotARequest || a.AskedIn != "" {
			t.Fatalf("it still asks: %+v", a)
		}
	})
}
