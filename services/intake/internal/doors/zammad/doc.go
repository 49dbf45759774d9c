// Package zammad reads what Zammad's triggers and schedulers deliver as ticket events.
//
// It promises that an article is one note, whichever trigger brings it, and that what
// is not taken is named with a reason.
//
// Understood are the body that Zammad sends where none is customised ({"ticket",
// "article"}), a customised one of the same names with texts in place of objects, and
// our template. A ticket is known by its id (not its number). Zammad says how a ticket
// is, not what changed:
//
//	ticket.state     status: new, open, "pending reminder" → ON_HOLD, "pending close" → RESOLVED,
//	                 closed, merged, removed → CLOSED; another one as the account's statuses have it
//	ticket.priority  facts: "1 low", "2 normal", "3 high"; urgent → SITE_UNUSABLE
//	ticket.tags      facts or a request
//	ticket.owner     assigned
//	any other attribute of the ticket that is a text, a number or a choice: facts, a request
//	                 or a flag, where the account's fields name it
//	article          note; the ticket's first one is its opening
//
// An article's sender says who wrote it: Customer, Agent or System. Who took it down for
// a customer on the phone is not its author (origin_by is). One with "internal" is internal.
//
// Whose the ticket is: its organization, else its customer's, by id or name; else its
// group may stand among the tenants; else the default tenant is taken.
//
// In Zammad make a webhook (Manage, Webhook) with a signature token, and triggers for
// "ticket created" and "ticket updated" that call it. X-Hub-Signature is by HMAC-SHA1 of
// the body. X-Zammad-Delivery is a delivery's id.
package zammad
