// Package freshdesk reads what Freshdesk's automations deliver as ticket events.
//
// It promises that what is not taken is named with a reason. A Freshdesk webhook says
// what its rule was told to say. Three bodies are understood. Our template says most: in
// a rule's "Trigger webhook" choose POST, JSON, Advanced, and make one rule for what
// agents write and one for what customers write, with that author_role:
//
//	{"tocsin": 1,
//	 "ticket": {"id": "{{ticket.id}}", "subject": "{{ticket.subject}}", "description": "{{ticket.description}}",
//	   "status": "{{ticket.status}}", "priority": "{{ticket.priority}}", "tags": "{{ticket.tags}}",
//	   "organization": "{{ticket.requester.company_name}}", "group": "{{ticket.group.name}}",
//	   "requester_id": "{{ticket.requester.email}}", "assignee_id": "{{ticket.agent.email}}",
//	   "created_at": "{{ticket.created_at}}", "updated_at": "{{ticket.updated_at}}"},
//	 "comment": {"body": "{{ticket.latest_public_comment}}", "author_role": "agent", "is_public": true}}
//
// The simple form, {"freshdesk_webhook": {"ticket_id", …, "triggered_event"}}:
//
//	status           status: open, pending and "waiting on customer" → AWAITING_CUSTOMER,
//	                 "waiting on third party" → ON_HOLD, resolved, closed; by name or number
//	priority         facts: urgent → SITE_UNUSABLE, high, medium → NORMAL, low; by name or number
//	responder_id     assigned
//	note_type        note, private or public, and reply_sent, where the body has the text
//	                 (ticket_latest_public_comment, ticket_latest_private_comment)
//	ticket_action    created → opened, deleted → status CLOSED
//	ticket_tags      facts or a request, by the tags it has
//	another          facts, a request or a flag, where the account's fields name it
//	no event         the ticket as it is, and its newest comment
//
// Who did it is known only where event_performer_email is ticked: without it, facts are
// claims. The simple form names no time either, nor does a template whose placeholders
// stay empty: what such a body says is of the time at which it came, and the hour is
// part of its id. A retry within the hour changes nothing, one in the next hour is an
// event of its own.
//
// Last, tickets and conversations as Freshdesk's interface and apps have them:
// {"ticket": {…}, "conversation": {…}, "actor": {…}}, alone or under "data".
//
// Whose the ticket is: the requester's company, by id or name; else its group may stand
// among the tenants; else the default tenant is taken.
//
// Freshdesk signs nothing: give its webhook a user and password, or a token.
package freshdesk
