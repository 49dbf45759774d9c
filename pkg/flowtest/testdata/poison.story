# What makes no sense is parked with the reason, and the next event flows.
poison ingress.v1.ticket.helpdesk '\x00 this is no ticket'
poison ingress.v1.signal.monitor '{"id":7}'
ticket acme T-1 opened 'Berichte' 'Alle Berichte schlagen seit über 24 Stunden fehl. Bitte eskalieren, morgen ist Revision.' requester=dana
await deadletter intake-ingress 'TicketEvent'
await deadletter intake-ingress 'SignalBatch'
await case acme state=pending_review
