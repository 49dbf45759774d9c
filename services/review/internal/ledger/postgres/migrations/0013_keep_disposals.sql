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
CREATE FUNCTION refuse_to_change_disposals() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION 'disposals are only added';
END;
$$;
-- +goose StatementEnd
CREATE TRIGGER disposals_never_change BEFORE UPDATE OR DELETE ON disposals
	FOR EACH ROW EXECUTE FUNCTION refuse_to_change_disposals();
CREATE TRIGGER disposals_are_never_emptied BEFORE TRUNCATE ON disposals
	FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_disposals();

-- +goose Down
DROP TABLE disposals;
DROP FUNCTION refuse_to_change_disposals;
