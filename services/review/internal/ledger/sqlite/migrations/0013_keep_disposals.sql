-- +goose Up

-- What people ordered to be done with dead letters, before it was done. Reason and
-- note are personal texts, and may be erased.
CREATE TABLE disposals (
	disposal_id TEXT PRIMARY KEY,
	letter BIGINT NOT NULL,
	parked_at BIGINT NOT NULL,
	consumer TEXT NOT NULL,
	subject TEXT NOT NULL,
	reason TEXT NOT NULL,
	notification_id TEXT NOT NULL,
	case_id TEXT NOT NULL,
	tenant TEXT NOT NULL,
	act TEXT NOT NULL,
	done_by TEXT NOT NULL,
	note TEXT NOT NULL,
	done_at BIGINT NOT NULL,
	CONSTRAINT a_person_ordered_it CHECK (done_by <> ''),
	CONSTRAINT act_is_known CHECK (act IN ('retry', 'drop'))
);
CREATE INDEX disposals_of_letter ON disposals (letter, done_at);
CREATE INDEX disposals_by_time ON disposals (done_at);
-- +goose StatementBegin
CREATE TRIGGER disposals_never_change BEFORE UPDATE ON disposals
BEGIN SELECT RAISE(ABORT, 'disposals are only added'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER disposals_are_never_deleted BEFORE DELETE ON disposals
BEGIN SELECT RAISE(ABORT, 'disposals are only added'); END;
-- +goose StatementEnd

-- +goose Down
DROP TABLE disposals;
