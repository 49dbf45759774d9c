// Package jira reads what Jira and Jira Service Management, Cloud and Data Center,
// deliver as ticket events.
//
// It promises that a comment is one note, whichever of Jira's events and rules bring
// it, and that what is not taken is named with a reason.
//
// A ticket is known by its key. Understood are the webhooks' bodies, with and without
// issue_event_type_name, the bodies of automation rules (an issue, alone or under
// "issue"), and our template.
//
//	jira:issue_created               opened
//	jira:issue_updated, the changelog's
//	  status                         the new status (see words; else by the status's category)
//	  resolution                     RESOLVED or the status it has, where no status stands beside it
//	  assignee                       assigned
//	  priority                       facts: Highest, Blocker → SITE_UNUSABLE; High, Critical; Medium, Major → NORMAL; Low …
//	  labels                         facts or a request, by those added
//	  another field                  facts, a request or a flag, where the account's fields name it, by its id or name
//	comment_created, issue_commented note
//	comment_updated, …_edited        one more note, if the text is another
//	comment_deleted, …_deleted       nothing: what was read is not taken back
//	jira:issue_deleted               status CLOSED
//	an issue alone                   the ticket as it is, and its comments
//	anything else                    is named as what bears on no escalation
//
// Who writes is a customer, if Jira says so (accountType customer) or if they reported
// the issue; an app is a machine; who else is known to work there is an agent. A comment
// is internal if it says so (jsdPublic, sd.public.comment) or only some may see it.
//
// Whose the ticket is: Jira's organizations stand in a custom field, which the
// account's fields have to name ("customfield_10002: organization"; its first
// organization counts, by id or name); else the project's key may stand among the
// tenants; else the default tenant is taken. Jira Cloud leaves custom fields out where
// it tells of a comment. With organizations, send comments by an automation rule: "Send
// web request", with "Issue data" or this template as the body:
//
//	{"tocsin": 1,
//	 "ticket": {"id": "{{issue.key}}", "subject": {{issue.summary.asJsonString}},
//	   "description": {{issue.description.asJsonString}}, "status": "{{issue.status.name}}",
//	   "priority": "{{issue.priority.name}}", "tags": "{{issue.labels}}", "group": "{{issue.project.key}}",
//	   "organization_id": "{{issue.Organizations.first.id}}", "requester_id": "{{issue.reporter.accountId}}",
//	   "assignee_id": "{{issue.assignee.accountId}}",
//	   "created_at": "{{issue.created}}", "updated_at": "{{issue.updated}}"},
//	 "comment": {"id": "{{comment.id}}", "body": {{comment.body.asJsonString}},
//	   "author_id": "{{comment.author.accountId}}", "author_role": "{{comment.author.accountType}}",
//	   "is_internal": "{{comment.internal}}"},
//	 "actor_id": "{{initiator.accountId}}", "actor_role": "{{initiator.accountType}}"}
//
// Webhooks that an administrator makes are signed where they have a secret:
// X-Hub-Signature, by HMAC-SHA256 of the body. Automation rules sign nothing: give them
// the header Authorization and a door of their own, with "vendor: jira" and the same
// source, so that what comes by both is one event. X-Atlassian-Webhook-Identifier is a
// delivery's id.
package jira
