// Package zendesk reads what a Zendesk webhook delivers as ticket events.
//
// It promises that nothing is read that [Verify] has not seen signed with the
// webhook's secret within five minutes, that a delivery gives the same events
// with the same ids however often it comes, and that what is not taken is named
// with a reason. It never touches HTTP, a clock or the network.
//
// Two kinds of body are read: Zendesk's own ticket events (zen:event-type:ticket.*)
// and, for triggers and automations, the template below. Both name one ticket in
// the same way, so a comment that comes through both is one note.
//
//	ticket.created                    opened
//	ticket.comment_added              note (the first comment of a ticket is its opening)
//	ticket.status_changed             status: new, open, pending → AWAITING_CUSTOMER, hold → ON_HOLD,
//	                                  solved → RESOLVED, closed; a custom status as the settings map it
//	ticket.custom_status_changed      status, where the settings map it
//	ticket.priority_changed           facts: urgent → SITE_UNUSABLE, high, normal, low
//	ticket.agent_assignment_changed   assigned
//	ticket.tags_changed               facts, or a request, by the tags added
//	ticket.custom_field_changed       facts, where the settings name the field
//	ticket.soft_deleted, permanently_deleted, merged, marked_as_spam   status CLOSED
//	ticket.undeleted                  the status it has
//
// Every event carries the ticket as it is. So each delivery about a ticket that is
// not solved also states its opening, at the time it was created and with an id
// of its own: a ticket older than the webhook has a subject and a text from its
// first event on, and where it is known already the statement is a repeat.
//
// Tags: "env_beta" or "beta" and "env_production", "production" or "prod" say the
// environment, "affected_240" or "affected_users_240" how many people are hit,
// "component_sso" a component.
//
// The trigger's JSON body (numbers may be quoted or not, what is unknown left empty):
//
//	{"tocsin": 1,
//	 "ticket": {"id": "{{ticket.id}}", "subject": "{{ticket.title}}", "description": "{{ticket.description}}",
//	   "status": "{{ticket.status}}", "priority": "{{ticket.priority}}", "tags": "{{ticket.tags}}",
//	   "organization_id": "{{ticket.organization.id}}", "requester_id": "{{ticket.requester.id}}",
//	   "created_at": "{{ticket.created_at_with_timestamp}}", "updated_at": "{{ticket.updated_at_with_timestamp}}"},
//	 "comment": {"id": "{{ticket.latest_comment.id}}", "body": "{{ticket.latest_comment.value}}",
//	   "author_id": "{{ticket.latest_comment.author.id}}", "author_role": "{{ticket.latest_comment.author.role}}",
//	   "is_public": "{{ticket.latest_comment.is_public}}"},
//	 "actor_id": "{{current_user.id}}"}
//
// A trigger says how the ticket is and not who set it: what it says of severity
// and people is a claim, and assignments are told by events alone.
//
// It leaves to others the rules by which an event is refused (receive) and the
// way from here to the bus.
package zendesk
