// Package salesforce reads what Salesforce Service Cloud delivers of its cases as ticket
// events.
//
// It promises that what is not taken is named with a reason. A ticket is known by the id
// of its case (18 characters). Understood are
//
//	outbound messages (SOAP) of the objects Case, CaseComment and EmailMessage; they are
//	  answered by the acknowledgement that they ask for, else they come again for a day
//	change data capture of the same objects, and platform events that carry the fields of
//	  a case, as JSON: {"payload": {…}}, also under "data" or "detail"
//	records as the REST interface and Apex (JSON.serialize) write them, with their
//	  attributes: one, a list, or a list under "records"
//	our template, by a flow's HTTP callout
//
// What they say:
//
//	Case          opened, where it is new; Status → status, New, Working → IN_PROGRESS, "On Hold",
//	              "Waiting on Customer" → AWAITING_CUSTOMER, Escalated → IN_PROGRESS, Closed;
//	              Priority → facts: Critical, Urgent → SITE_UNUSABLE, High, Medium → NORMAL, Low;
//	              OwnerId → assigned (of a queue: nobody); IsEscalated set → a request;
//	              any other field → facts, a request or a flag, where the account's fields name it
//	CaseComment   note, public where IsPublished; only an internal one is known to be an agent's
//	EmailMessage  note, public; Incoming ones are a customer's
//	a deletion    status CLOSED; an undeletion the status it has
//
// An outbound message says how a case is, a captured change what changed. Who did it
// (LastModifiedById, commitUser) counts as an agent, but for the account's own users.
//
// Whose the ticket is: its AccountId, by id or by Account.Name; else the default tenant is
// taken. Neither a comment nor a captured change says it: enrich the channel of Case with
// AccountId (Setup, Change Data Capture), send comments by the template, or map a tenant.
// What leaves it out is named, for it would go to another tenant than its case.
//
// The template, as the body of a flow's HTTP callout (record-triggered, on Case and on
// CaseComment, with the values as resources of the flow):
//
//	{"tocsin": 1,
//	 "ticket": {"id": "{!$Record.Id}", "subject": "{!$Record.Subject}", "description": "{!$Record.Description}",
//	   "status": "{!$Record.Status}", "priority": "{!$Record.Priority}", "organization_id": "{!$Record.AccountId}",
//	   "requester_id": "{!$Record.ContactId}", "assignee_id": "{!$Record.OwnerId}",
//	   "created_at": "{!$Record.CreatedDate}", "updated_at": "{!$Record.LastModifiedDate}"},
//	 "comment": {"id": "{!Comment.Id}", "body": "{!Comment.CommentBody}", "author_id": "{!Comment.CreatedById}",
//	   "author_role": "agent", "is_public": "{!Comment.IsPublished}"},
//	 "actor_id": "{!$User.Id}"}
//
// Salesforce signs nothing. Give a callout's named credential a bearer token or basic
// authentication; an outbound message can show none but a client certificate.
package salesforce
