// Package table reads open tickets, and what was written on them, from a table: CSV
// with a first line that names the columns, in any order.
//
//	ticket            its id; every row names one
//	tenant            whose it is; or organization, group as the doors' file knows them
//	subject, body     what it began with
//	status            NEW, OPEN, IN_PROGRESS, AWAITING_CUSTOMER, ON_HOLD, RESOLVED, CLOSED,
//	                  or a word of the doors' file
//	created_at        when it began
//	status_at         since when it has its status; last_agent_at, else created_at, where it is empty
//	updated_at        when it changed last
//	last_customer_at  when the customer wrote last, where there are no notes
//	last_agent_at     when support wrote last, where there are no notes
//	severity          SITE_UNUSABLE, HIGH, NORMAL, LOW, or a word of the doors' file
//	environment       PRODUCTION, BETA
//	affected_users    a number
//	components        names with spaces or commas between
//	tags              the same
//	requester, assignee, csm   ids of users
//	note_at           makes the row a note on the ticket, and is when it was written
//	note_id           the note's id; by what it says where it has none
//	author_kind       CUSTOMER, CSM, AGENT, SYSTEM
//	author, text      who wrote it, and what
//	public            true, false; false where it is empty
//	field.NAME        a custom field that the doors' file knows
//
// A row without note_at is the ticket itself, of which there is one; notes may stand
// before or behind it. Times are RFC 3339, or "2026-11-20 09:00" in UTC.
//
// It promises that a table with a mistake gives nothing: each is named with its line
// and column. It leaves to package desk what the words mean.
package table
