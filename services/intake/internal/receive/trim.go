package receive

// Trim is the event with its texts as a ticket keeps them: valid, without quoted
// mail, none longer than [MaxText]; a note of ours is a machine's. It is what is
// passed on beside the ticket. Fold the event itself, not its trimmed copy, which
// no longer knows that something was cut.
func Trim(ev TicketEvent) TicketEvent {
	switch s := ev.Said.(type) {
	case Opened:
		s.Subject = line(s.Subject, maxSubject)
		s.Body, _ = words(s.Body, MaxText)
		ev.Said = s
	case Note:
		if s.Ours() {
			s.AuthorKind = System
		}
		s.Text, _ = words(s.Text, MaxText)
		ev.Said = s
	case Flagged:
		s.Reason, _ = words(s.Reason, maxReason)
		ev.Said = s
	case EscalationRequested:
		s.Reason, _ = words(s.Reason, maxReason)
		s.Urgency, _ = words(s.Urgency, maxUrgency)
		ev.Said = s
	}
	return ev
}
