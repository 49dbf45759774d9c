-- +goose Up

-- What leadership says of how a ticket was read: the labels of examples. The body
-- holds all of one, as JSON, but for what the person wrote.
CREATE TABLE labels (
	seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	label_id TEXT NOT NULL,
	case_id TEXT NOT NULL REFERENCES cases (case_id),
	tenant TEXT NOT NULL,
	ticket TEXT NOT NULL,
	corrects BIGINT NOT NULL,
	made_by TEXT NOT NULL,
	made_at BIGINT NOT NULL,
	body TEXT NOT NULL,
	CONSTRAINT a_label_is_added_once UNIQUE (label_id),
	CONSTRAINT a_person_made_it CHECK (made_by <> ''),
	CONSTRAINT it_corrects_or_it_does_not CHECK (corrects IN (0, 1))
);
CREATE INDEX labels_of_ticket ON labels (tenant, ticket, corrects, seq);
CREATE INDEX labels_of_case ON labels (case_id, seq);
CREATE INDEX labels_by_time ON labels (made_at);
-- +goose StatementBegin
CREATE FUNCTION refuse_to_change_labels() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION 'labels are only added';
END;
$$;
-- +goose StatementEnd
CREATE TRIGGER labels_never_change BEFORE UPDATE OR DELETE ON labels
	FOR EACH ROW EXECUTE FUNCTION refuse_to_change_labels();
CREATE TRIGGER labels_are_never_emptied BEFORE TRUNCATE ON labels
	FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_labels();

-- What the person wrote with a label. It is personal text, and may be erased.
CREATE TABLE label_comments (
	label_id TEXT NOT NULL,
	comment TEXT NOT NULL,
	CONSTRAINT a_comment_belongs_to_one_label PRIMARY KEY (label_id)
);

-- +goose Down
DROP TABLE label_comments;
DROP TABLE labels;
DROP FUNCTION refuse_to_change_labels;
