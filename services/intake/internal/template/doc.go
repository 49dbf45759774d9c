// Package template reads the one body that every helpdesk can be told to send: where
// a vendor lets its customers write what a webhook says, its door prints this form
// filled with the vendor's placeholders.
//
//	{"tocsin": 1,
//	 "event": "created",               or "updated", or left out
//	 "ticket": {"id", "subject", "description", "status", "priority", "tags",
//	   "organization_id", "organization", "requester_id", "assignee_id", "csm_id",
//	   "created_at", "updated_at", "components": [], "fields": {"Name": "value"}},
//	 "comment": {"id", "body", "author_id", "author_role", "is_public" (or "is_internal"), "created_at"},
//	 "actor_id", "actor_role"}
//
// Numbers may be quoted or not, and what is unknown or empty may be left out, but for
// the ticket's id and updated_at. A role is agent (admin, staff, internal), customer
// (end-user, contact, requester), or system (app, bot, automation). Texts may be HTML.
//
// It promises that a comment is known by its id, or where it has none by who says what,
// and when if that is given. So one that comes with several updates is one note, and the
// same words written again are another where the comments name an id or a time. The body says how
// the ticket is, not what changed: so its facts are claims, and who has the ticket is
// told once for each agent, or at each update that an agent is said to have made.
package template
