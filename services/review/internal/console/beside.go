package console

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"tocsin/services/review/internal/decide"

	"tocsin/pkg/policy"
)

// A contra is a claim beside what was measured or set of it.
type contra struct {
	Ticket, About, Text, Source string
	// Overtaken says that what nobody had measured when the ticket was read is
	// measured by now.
	Overtaken bool
}

// contras are the claims that facts contradict, those that facts bear out by now
// last: a ticket is often read before monitoring has counted enough.
func (c *Console) contras(l lang, of *decide.Case) []contra {
	out := c.beside(l, of, "weigh.contra", func(t *decide.Ticket) []decide.Contradiction { return t.Contradictions })
	for i := range out {
		if out[i].Overtaken {
			out[i].Text = l.say("weigh.overtaken", out[i].Text)
		}
	}
	slices.SortStableFunc(out, func(a, b contra) int {
		return cmp.Compare(strconv.FormatBool(a.Overtaken), strconv.FormatBool(b.Overtaken))
	})
	return out
}

// measured says that a condition of the case holds now for the tenant, and is what
// about names.
func measured(of *decide.Case, tenant, about string) bool {
	return slices.ContainsFunc(of.Conditions, func(k decide.Condition) bool {
		return k.Live() && string(k.Reason) == about && (k.Scope == tenant || k.Scope == decide.Platform)
	})
}

// borne are the claims that facts bear out.
func (c *Console) borne(l lang, of *decide.Case) []contra {
	return c.beside(l, of, "weigh.borne", func(t *decide.Ticket) []decide.Contradiction { return t.Confirmations })
}

func (c *Console) beside(l lang, of *decide.Case, words string, list func(*decide.Ticket) []decide.Contradiction) []contra {
	var out []contra
	for i := range of.Tickets {
		for _, k := range list(&of.Tickets[i]) {
			text := l.say(words, c.fact(l, k.Claimed), c.fact(l, k.Measured))
			out = append(out, contra{of.Tickets[i].ID, c.about(l, k.About), text, c.sourceOf(l, of, k.Source), measured(of, of.Tickets[i].Tenant, k.About)})
		}
	}
	return out
}

// sourceOf says in words where a measurement comes from: a condition by its title
// and where it holds, a field by who set it.
func (c *Console) sourceOf(l lang, of *decide.Case, source string) string {
	for i := range of.Conditions {
		if k := &of.Conditions[i]; k.ID == source {
			where := k.Scope
			if where == decide.Platform {
				where = l.say("platform")
			}
			return joined(joined(l.say("source.monitor")+": "+c.Policy.Title(k.Reason, string(l)), where), k.Subject)
		}
	}
	for _, kind := range [...]string{"CUSTOMER", "CSM", "AGENT", "SYSTEM"} {
		source = strings.ReplaceAll(source, kind, l.say("author."+kind))
	}
	return l.fact(source)
}

// fact is a claim or a measurement in the reader's language.
func (c *Console) fact(l lang, said string) string {
	if _, ok := c.Policy.Reason(policy.ReasonID(said)); ok {
		return c.Policy.Title(policy.ReasonID(said), string(l))
	}
	return l.fact(said)
}

// A miss is a reason that nearly holds.
type miss struct{ Ticket, Title, Text string }

func (c *Console) misses(l lang, of *decide.Case) []miss {
	var out []miss
	for i := range of.Tickets {
		for _, n := range of.Tickets[i].NearMisses {
			out = append(out, miss{of.Tickets[i].ID, c.Policy.Title(n.Reason, string(l)), l.say("weigh.missed", l.fact(n.Stated), l.fact(n.Needed))})
		}
	}
	return out
}

// named names reasons, grounds and facts in one line.
func (c *Console) named(l lang, ids []string) string {
	out := ""
	for _, id := range ids {
		out = joined(out, c.about(l, id))
	}
	return out
}

// sureness is the confidence of an assessment in percent; empty: unknown.
func sureness(l lang, t *decide.Ticket) string {
	if t.Confidence <= 0 {
		return ""
	}
	return l.say("tickets.percent", strconv.Itoa(int(t.Confidence*100+0.5)))
}

// fact is what classification says of claims and measurements, which it does in
// English, in the reader's language.
func (l lang) fact(said string) string {
	if l != german {
		return said
	}
	said = factsInGerman.Replace(said)
	if n, ok := strings.CutSuffix(said, " h"); ok {
		said = n + " Std."
	}
	return said
}

// factsInGerman translates the phrases of classification; what is longer stands first.
var factsInGerman = strings.NewReplacer(
	"no failed log-in seen", "keine gescheiterte Anmeldung gesehen", "no failed SSO log-in seen", "keine gescheiterte SSO-Anmeldung gesehen",
	"no failed report seen", "kein gescheiterter Bericht gesehen", "no failed upload seen", "kein gescheiterter Upload gesehen",
	"no denied FTP session seen", "keine abgewiesene FTP-Sitzung gesehen", "no failed probe seen", "keine gescheiterte Prüfung gesehen",
	"no empty sync seen", "keine leere Synchronisierung gesehen", "no audit with wrong data seen", "kein Abgleich mit falschen Daten gesehen",
	" h since support's last activity", " Std. seit der letzten Tätigkeit des Supports", "waits for the customer", "wartet auf die Antwort aus der Organisation",
	" h without activity, and a large population or an unusable site", " Std. ohne Tätigkeit, und viele Betroffene oder eine unbenutzbare Website",
	"a fault that has ended", "eine Störung, die vorbei ist", "a fault that lasts", "eine Störung, die andauert", "ended at", "beendet um",
	"a fault of the customer's own identity provider", "eine Störung des eigenen Identitätsanbieters",
	"the platform's authentication service unavailable", "der Anmeldedienst der Plattform nicht verfügbar",
	"a part, or with limits", "ein Teil, oder eingeschränkt", "not available at all", "überhaupt nicht verfügbar", "slight, or in part", "geringfügig oder zum Teil",
	"a core part down or severely slow", "ein Kernbereich ausgefallen oder sehr langsam", "all of them, for ", "alle, seit ", "all of one provider integration", "alles aus einer Anbieter-Integration",
	"all inbound uploads", "alle eingehenden Uploads", "files that go by FTP", "Dateien über FTP", "some of them", "einige", "a part of it", "ein Teil davon",
	"since when is not said", "seit wann, ist nicht gesagt", "how many is not said", "wie viele, ist nicht gesagt", "no large population", "nicht viele Betroffene",
	"a few users", "wenige Benutzer:innen", "or more users", "oder mehr Benutzer:innen", "a few people", "wenige Personen", "more than ", "mehr als ",
	"not site unusable", "Website nicht unbenutzbar", "site unusable", "Website unbenutzbar", "said in words", "im Text genannt", "named", "genannt", "holds", "trifft zu",
	" people", " Personen", "threshold", "Schwelle", "field set by", "Feld, gesetzt von", "form by", "Formular von", "component", "Bereich", "monitoring", "Überwachung",
	"production", "Produktion",
)
