package receive

import "fmt"

// maxWords is how long a text may be that is taken in; the ticket keeps less.
const maxWords = 512 << 10

func (o Opened) check(p *problems) {
	p.text("opened.subject", o.Subject, maxSubject)
	p.text("opened.body", o.Body, maxWords)
	p.name("opened.requester", o.Requester, maxID)
	p.name("opened.csm", o.CSM, maxID)
	checkSeverity(p, "opened.severity", o.Severity)
	checkEnvironment(p, "opened.environment", o.Environment)
	if len(o.Components) > maxComponents {
		p.add("opened.components", fmt.Sprintf("names %d; at most %d are taken", len(o.Components), maxComponents))
		return
	}
	for i, c := range o.Components {
		p.id(fmt.Sprintf("opened.components[%d]", i), c, maxComponent)
	}
}

func (n Note) check(p *problems) {
	one(p, "note.author_kind", n.AuthorKind, Customer, CSM, Agent, System)
	p.name("note.author", n.Author, maxID)
	p.text("note.text", n.Text, maxWords)
}

func (c StatusChanged) check(p *problems) {
	one(p, "status.status", c.Status, New, Open, InProgress, AwaitingCustomer, OnHold, Resolved, Closed)
}

func (a Assigned) check(p *problems) {
	p.name("assigned.agent", a.Agent, maxID)
}

func (f Facts) check(p *problems) {
	if f.Severity == "" && f.Environment == "" && f.AffectedUsers == nil {
		p.add("facts", "sets nothing: give severity, environment or affected_users")
	}
	checkSeverity(p, "facts.severity", f.Severity)
	checkEnvironment(p, "facts.environment", f.Environment)
	oneOrNone(p, "facts.set_by", f.SetBy, Customer, CSM, Agent, System)
}

func (f Flagged) check(p *problems) {
	p.name("flagged.csm", f.CSM, maxID)
	p.text("flagged.reason", f.Reason, MaxText)
}

func (r EscalationRequested) check(p *problems) {
	p.text("escalation_requested.reason", r.Reason, MaxText)
	p.text("escalation_requested.urgency", r.Urgency, MaxText)
	p.name("escalation_requested.policy_reason", r.PolicyReason, maxComponent)
}

func checkSeverity(p *problems, field string, s Severity) {
	oneOrNone(p, field, s, SiteUnusable, High, Normal, Low)
}

func checkEnvironment(p *problems, field string, e Environment) {
	oneOrNone(p, field, e, Production, Beta)
}
