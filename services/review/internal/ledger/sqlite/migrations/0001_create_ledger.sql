-- +goose Up

-- A case as it now is. The body holds all of it, as JSON; the other columns are what it is found by.
CREATE TABLE cases (
	case_id TEXT PRIMARY KEY,
	tenant TEXT NOT NULL,
	state TEXT NOT NULL,
	version BIGINT NOT NULL,
	round BIGINT NOT NULL,
	decided_by TEXT NOT NULL,
	impact BIGINT NOT NULL,
	opened_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	wake_at BIGINT NOT NULL,
	body TEXT NOT NULL,
	CONSTRAINT state_is_known CHECK (state IN ('detected', 'needs_info', 'pending_review', 'approved', 'in_progress',
		'denied', 'resolved', 'withdrawn', 'expired', 'closed', 'merged')),
	CONSTRAINT versions_begin_at_one CHECK (version >= 1 AND round >= 1),
	CONSTRAINT a_person_decided_it CHECK (state NOT IN ('approved', 'in_progress', 'denied') OR decided_by <> ''),
	CONSTRAINT nobody_decided_it_yet CHECK (state NOT IN ('detected', 'needs_info', 'pending_review') OR decided_by = '')
);
CREATE INDEX cases_by_impact ON cases (impact DESC, opened_at DESC, case_id DESC);
CREATE INDEX cases_by_time ON cases (opened_at DESC, case_id DESC);
CREATE INDEX cases_not_final ON cases (tenant, state) WHERE state NOT IN ('closed', 'merged');
CREATE INDEX cases_to_wake ON cases (wake_at) WHERE wake_at > 0;

-- A ticket as it was heard of last, and the one case it belongs to. The body is
-- kept while the ticket is open and belongs to none.
CREATE TABLE tickets (
	tenant TEXT NOT NULL,
	ticket TEXT NOT NULL,
	revision BIGINT NOT NULL,
	heard_at BIGINT NOT NULL,
	claims BIGINT NOT NULL,
	case_id TEXT REFERENCES cases (case_id),
	body TEXT NOT NULL,
	CONSTRAINT a_ticket_belongs_to_one_case PRIMARY KEY (tenant, ticket),
	CONSTRAINT a_case_keeps_its_tickets CHECK (case_id IS NULL OR body = '')
);
CREATE INDEX tickets_of_case ON tickets (case_id);
CREATE INDEX tickets_without_case ON tickets (tenant, heard_at) WHERE case_id IS NULL AND body <> '';

-- A condition as it now is, and the one case it belongs to. It has none if its
-- end was heard before its beginning.
CREATE TABLE conditions (
	condition_id TEXT NOT NULL,
	case_id TEXT REFERENCES cases (case_id),
	scope TEXT NOT NULL,
	reason TEXT NOT NULL,
	state TEXT NOT NULL,
	changed_at BIGINT NOT NULL,
	body TEXT NOT NULL,
	CONSTRAINT a_condition_belongs_to_one_case PRIMARY KEY (condition_id),
	CONSTRAINT without_a_case_it_has_ended CHECK (case_id IS NOT NULL OR state <> 'raised')
);
CREATE INDEX conditions_of_case ON conditions (case_id);
CREATE INDEX conditions_that_hold ON conditions (scope) WHERE state = 'raised';

-- The causes that were applied, so that none is applied twice.
CREATE TABLE inbox (
	consumer TEXT NOT NULL,
	event_id TEXT NOT NULL,
	heard_at BIGINT NOT NULL,
	CONSTRAINT a_cause_is_applied_once PRIMARY KEY (consumer, event_id)
);
CREATE INDEX inbox_by_time ON inbox (heard_at);

-- The transitions of each case, with ids only; each row holds the hash of the one before.
CREATE TABLE audit (
	case_id TEXT NOT NULL REFERENCES cases (case_id),
	version BIGINT NOT NULL,
	event_id TEXT NOT NULL,
	name TEXT NOT NULL,
	from_state TEXT NOT NULL,
	to_state TEXT NOT NULL,
	actor TEXT NOT NULL,
	by_person BIGINT NOT NULL,
	happened_at BIGINT NOT NULL,
	cause TEXT NOT NULL,
	tenant TEXT NOT NULL,
	ticket TEXT NOT NULL,
	condition_id TEXT NOT NULL,
	ground TEXT NOT NULL,
	absorbed TEXT NOT NULL,
	prev_hash TEXT NOT NULL,
	hash TEXT NOT NULL,
	CONSTRAINT a_version_is_reached_once PRIMARY KEY (case_id, version),
	CONSTRAINT the_chain_never_forks UNIQUE (case_id, prev_hash),
	CONSTRAINT only_a_person_approves_or_denies CHECK (name NOT IN ('approved', 'denied') OR by_person = 1)
);
-- +goose StatementBegin
CREATE TRIGGER audit_rows_never_change BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'audit rows are only added'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_rows_are_never_deleted BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'audit rows are only added'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_rows_are_never_replaced BEFORE INSERT ON audit
WHEN EXISTS (SELECT 1 FROM audit WHERE case_id = NEW.case_id AND (version = NEW.version OR prev_hash = NEW.prev_hash))
BEGIN SELECT RAISE(ABORT, 'audit rows are only added'); END;
-- +goose StatementEnd

-- What a person wrote with a transition. It is personal text, and may be erased.
CREATE TABLE notes (
	case_id TEXT NOT NULL,
	version BIGINT NOT NULL,
	note TEXT NOT NULL,
	CONSTRAINT a_note_belongs_to_one_transition PRIMARY KEY (case_id, version)
);

-- What is to be published: the event, and the case as it was right after it.
CREATE TABLE outbox (
	seq INTEGER PRIMARY KEY AUTOINCREMENT,
	case_id TEXT NOT NULL,
	version BIGINT NOT NULL,
	event TEXT NOT NULL,
	body TEXT NOT NULL,
	added_at BIGINT NOT NULL,
	sent_at BIGINT NOT NULL,
	CONSTRAINT a_transition_is_published_once UNIQUE (case_id, version)
);
CREATE INDEX outbox_to_send ON outbox (seq) WHERE sent_at = 0;
CREATE INDEX outbox_sent ON outbox (sent_at) WHERE sent_at > 0;

-- The fate of each attempt to tell somebody something.
CREATE TABLE deliveries (
	delivery_id TEXT PRIMARY KEY,
	notification_id TEXT NOT NULL,
	case_id TEXT NOT NULL,
	tenant TEXT NOT NULL,
	audience TEXT NOT NULL,
	recipient TEXT NOT NULL,
	channel TEXT NOT NULL,
	destination TEXT NOT NULL,
	kind TEXT NOT NULL,
	outcome TEXT NOT NULL,
	attempt BIGINT NOT NULL,
	tried_at BIGINT NOT NULL,
	duration_ms BIGINT NOT NULL,
	answer TEXT NOT NULL
);
CREATE INDEX deliveries_of_case ON deliveries (case_id, tried_at);

-- Who may do what only one process should do at a time.
CREATE TABLE leases (
	name TEXT PRIMARY KEY,
	holder TEXT NOT NULL,
	expires_at BIGINT NOT NULL
);

-- +goose Down
DROP TABLE leases;
DROP TABLE deliveries;
DROP TABLE outbox;
DROP TABLE notes;
DROP TABLE audit;
DROP TABLE inbox;
DROP TABLE conditions;
DROP TABLE tickets;
DROP TABLE cases;
