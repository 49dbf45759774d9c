// Package intercom reads Intercom's notifications of conversations and tickets as
// ticket events.
//
// It promises that a part of a conversation is one note, whichever notification brings
// it, and that what is not taken is named with a reason. Conversations and tickets are
// known by their id. Understood are all versions of the interface, by topic:
//
//	conversation.user.created, .admin.single.created, ticket.created    opened
//	conversation.user.replied, .admin.replied, .operator.replied,
//	  ticket.contact.replied, ticket.admin.replied                      note
//	conversation.admin.noted, ticket.note.created                       note, internal
//	conversation.admin.assigned, .admin.open.assigned,
//	  ticket.admin.assigned, ticket.team.assigned                       assigned
//	conversation.admin.closed → RESOLVED, .opened → OPEN, .snoozed → ON_HOLD, .unsnoozed → OPEN,
//	  .deleted → CLOSED; ticket.closed → RESOLVED                       status
//	ticket.state.updated                                                status: submitted → OPEN, in_progress,
//	  waiting_on_customer → AWAITING_CUSTOMER, resolved; a state of one's own as the account's statuses have it
//	conversation.priority.updated                                       facts: priority → HIGH, else NORMAL
//	conversation_part.tag.created, …tag…                                facts or a request, by the tags added
//	ticket.attribute.updated                                            facts, a request or a flag, where the
//	  account's fields name the attribute
//	anything else (contact, company, user, admin, event, call, ping …)  is named as what bears on no escalation
//
// Every part that a notification carries is told, so that what a close or an assignment
// says is a note as well. Authors are customers (user, lead, contact, visitor), agents
// (admin, team) or machines (bot, operator). Texts are HTML. A conversation without a
// subject has its first words for one.
//
// Whose the ticket is: its company, by id or name, where Intercom says it (a ticket's
// company_id, or the contact's only company); else the custom attribute that the
// account's fields name as the organization; else the default tenant is taken.
//
// Subscribe to the topics in the Developer Hub (Configure, Webhooks). X-Hub-Signature is
// by HMAC-SHA1 of the body with the app's client secret. The notification's id is the
// delivery's.
package intercom
