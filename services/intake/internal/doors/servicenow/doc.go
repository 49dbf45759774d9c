// Package servicenow reads what a ServiceNow instance is told to deliver, incidents and
// customer service cases, as ticket events.
//
// It promises that a journal entry is one note, however often it is sent, and that what
// is not taken is named with a reason. ServiceNow has no webhook of its own; understood
// are a record as the Table API has it ({"result": {…}}, {"record": {…}}, a list of
// them, or the record alone; values plain, or {"value", "display_value"}), and our
// template. This business rule sends the record (table Incident or Case, after insert
// and update, advanced):
//
//	(function executeRule(current) {
//	  var record = {}, fields = ['number', 'sys_id', 'short_description', 'description', 'state', 'hold_reason', 'priority',
//	    'caller_id', 'contact', 'opened_by', 'company', 'account', 'assignment_group', 'assigned_to', 'escalation',
//	    'sys_created_on', 'sys_updated_on', 'sys_mod_count', 'active'];   // and your own: 'u_…'
//	  fields.forEach(function (f) {
//	    if (current.isValidField(f)) record[f] = {value: '' + (current.getValue(f) || ''), display_value: '' + current[f].getDisplayValue()};
//	  });
//	  ['comments', 'work_notes'].forEach(function (f) { if (current[f].changes()) record[f] = '' + current[f].getJournalEntry(1); });
//	  var m = new sn_ws.RESTMessageV2();
//	  m.setEndpoint('https://intake.example/v1/hooks/servicenow');
//	  m.setHttpMethod('post');
//	  m.setRequestHeader('Authorization', 'Bearer ' + gs.getProperty('tocsin.token'));
//	  m.setRequestBody(JSON.stringify({table: '' + current.getTableName(), operation: '' + current.operation(), record: record,
//	    actor_id: '' + gs.getUserDisplayName(), actor_role: gs.hasRole('itil,sn_customerservice_agent') ? 'agent' : 'customer'}));
//	  m.executeAsync();
//	})(current);
//
// A ticket is known by its number. A record says how a ticket is, not what changed:
//
//	an insert             opened
//	state                 status: New, In Progress, On Hold (Awaiting Caller → AWAITING_CUSTOMER), Resolved, Closed,
//	                      Canceled; of a case Open, Awaiting Info → AWAITING_CUSTOMER, too; by name or number
//	priority              facts: 1 Critical → SITE_UNUSABLE, 2 High, 3 Moderate → NORMAL, 4 Low, 5 Planning
//	assigned_to           assigned
//	a delete              status CLOSED
//	comments, work_notes  note, public and internal; one for each entry of the journal
//	any other column      facts, a request or a flag, where the account's fields name it
//
// An entry names its author by the name that is shown; who is not the caller is an agent,
// where the caller's name is sent as well (display_value), else all are customers. CSMs
// and own users of the account are such names too.
//
// Whose the ticket is: its account or company, by sys_id or name; else its assignment group
// may stand among the tenants; else the default tenant is taken.
//
// ServiceNow signs nothing: give the message a bearer token or basic authentication.
package servicenow
