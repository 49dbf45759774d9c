-- +goose Up

-- What lists of cases are filtered and sorted by. They speak of the version in
-- indexed_version; where it is another than the case's, an older program wrote
-- the case, and the next start brings them up to date. A case with nothing due
-- stands at the end of year 9999.
ALTER TABLE cases ADD COLUMN priority TEXT NOT NULL DEFAULT '';
ALTER TABLE cases ADD COLUMN recommendation TEXT NOT NULL DEFAULT '';
ALTER TABLE cases ADD COLUMN claimed_by TEXT NOT NULL DEFAULT '';
ALTER TABLE cases ADD COLUMN due_at BIGINT NOT NULL DEFAULT 253402300799000000;
ALTER TABLE cases ADD COLUMN indexed_version BIGINT NOT NULL DEFAULT 0;
CREATE INDEX cases_to_index ON cases (case_id) WHERE indexed_version <> version;
CREATE INDEX cases_by_due ON cases (due_at, case_id);
CREATE INDEX cases_of_state_by_impact ON cases (state, impact DESC, opened_at DESC, case_id DESC);
CREATE INDEX cases_undecided_by_impact ON cases (impact DESC, opened_at DESC, case_id DESC)
	WHERE state IN ('detected', 'needs_info', 'pending_review');
CREATE INDEX cases_of_claimer ON cases (claimed_by) WHERE claimed_by <> '';

-- What cases are found by: tenants, reasons, ids, and keyed hashes of words.
CREATE TABLE case_terms (
	term TEXT NOT NULL,
	tenant TEXT NOT NULL,
	case_id TEXT NOT NULL REFERENCES cases (case_id),
	CONSTRAINT a_case_has_each_term_once PRIMARY KEY (case_id, term, tenant)
) WITHOUT ROWID;
CREATE INDEX cases_of_term ON case_terms (term, case_id, tenant);

-- Keys that this database's own rows are made with.
CREATE TABLE secrets (
	name TEXT PRIMARY KEY,
	secret TEXT NOT NULL
);

CREATE INDEX tickets_by_time ON tickets (heard_at DESC, tenant DESC, ticket DESC);
CREATE INDEX tickets_of_tenant_by_time ON tickets (tenant, heard_at DESC, ticket DESC);
CREATE INDEX deliveries_by_time ON deliveries (tried_at DESC, delivery_id DESC);
CREATE INDEX deliveries_of_recipient ON deliveries (recipient, tried_at DESC, delivery_id DESC);
CREATE INDEX audit_by_time ON audit (happened_at DESC, case_id DESC, version DESC);
CREATE INDEX audit_of_actor ON audit (actor, happened_at DESC, case_id DESC, version DESC);
CREATE INDEX audit_of_name ON audit (name, happened_at DESC, case_id DESC, version DESC);

-- +goose Down
DROP INDEX audit_of_name;
DROP INDEX audit_of_actor;
DROP INDEX audit_by_time;
DROP INDEX deliveries_of_recipient;
DROP INDEX deliveries_by_time;
DROP INDEX tickets_of_tenant_by_time;
DROP INDEX tickets_by_time;
DROP TABLE secrets;
DROP TABLE case_terms;
DROP INDEX cases_of_claimer;
DROP INDEX cases_undecided_by_impact;
DROP INDEX cases_of_state_by_impact;
DROP INDEX cases_by_due;
DROP INDEX cases_to_index;
ALTER TABLE cases DROP COLUMN indexed_version;
ALTER TABLE cases DROP COLUMN due_at;
ALTER TABLE cases DROP COLUMN claimed_by;
ALTER TABLE cases DROP COLUMN recommendation;
ALTER TABLE cases DROP COLUMN priority;
