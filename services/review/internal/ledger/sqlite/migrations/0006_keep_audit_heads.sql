-- +goose Up

-- Under whose key a note is sealed; empty for what was written before.
ALTER TABLE notes ADD COLUMN tenant TEXT NOT NULL DEFAULT '';

-- The sets of heads that were made of the audit, one after the other. Each holds the
-- hash of the one before; sent_at is when it was published, 0 is not yet.
CREATE TABLE audit_head_sets (
	seq BIGINT PRIMARY KEY,
	made_at BIGINT NOT NULL,
	prev_hash TEXT NOT NULL,
	hash TEXT NOT NULL,
	sent_at BIGINT NOT NULL,
	CONSTRAINT the_sets_never_fork UNIQUE (prev_hash)
);

-- The heads of a set: the last row of each chain that had moved.
CREATE TABLE audit_heads (
	case_id TEXT NOT NULL,
	version BIGINT NOT NULL,
	hash TEXT NOT NULL,
	seq BIGINT NOT NULL REFERENCES audit_head_sets (seq),
	CONSTRAINT a_row_is_head_once PRIMARY KEY (case_id, version)
) WITHOUT ROWID;
CREATE INDEX audit_heads_of_set ON audit_heads (seq, case_id);
-- +goose StatementBegin
CREATE TRIGGER audit_heads_never_change BEFORE UPDATE ON audit_heads
BEGIN SELECT RAISE(ABORT, 'heads of the audit are only added'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_heads_are_never_deleted BEFORE DELETE ON audit_heads
BEGIN SELECT RAISE(ABORT, 'heads of the audit are only added'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_head_sets_never_change BEFORE UPDATE OF seq, made_at, prev_hash, hash ON audit_head_sets
BEGIN SELECT RAISE(ABORT, 'heads of the audit are only added'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_head_sets_are_never_deleted BEFORE DELETE ON audit_head_sets
BEGIN SELECT RAISE(ABORT, 'heads of the audit are only added'); END;
-- +goose StatementEnd

-- +goose Down
DROP TABLE audit_heads;
DROP TABLE audit_head_sets;
ALTER TABLE notes DROP COLUMN tenant;
