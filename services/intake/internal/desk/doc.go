// Package desk says in the house's words what a helpdesk's ticket is and what
// happened to it: what all helpdesks have in common, said once.
//
// A door reads its vendor's body into a [Ticket], and tells with an [Account.Tell]
// what happened. It promises that the same telling gives the same events with the
// same ids, that what can not be said is named with a reason, and that what the
// house knows (an [Account], its mapping) goes before what the vendor says.
//
// Each delivery about a ticket that is not done also states its opening
// ([Telling.Known]), at the time it was created and with an id of its own: a ticket
// older than the webhook has a subject and a text from its first event on, and
// where it is known already the statement is a repeat.
//
// Tags: "env_beta" or "beta" and "env_production", "production" or "prod" say the
// environment, "affected_240" or "affected_users_240" how many people are hit,
// "component_sso" a component, "escalation_requested" asks for an escalation.
//
// Custom fields say the same, and whose the ticket is, where the account names them
// ([Account.Fields]): one that is an escalation asks for one as soon as it is set to
// anything but no, with what it says as the reason.
//
// It leaves to others what a vendor's words mean (each door has a table) and the
// rules by which an event is refused (receive).
package desk
