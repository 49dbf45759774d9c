-- +goose Up

-- What leadership says of how a ticket was read: the labels of examples. The body
-- holds all of one, as JSON, but for what the person wrote.
CREATE TABLE labels (
	seq INTEGER PRIMARY KEY AUTOINCREMENT,
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
CREATE TRIGGER labels_never_change BEFORE UPDATE ON labels
BEGIN SELECT RAISE(ABORT, 'labels are only added'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER labels_are_never_deleted BEFORE DELETE ON labels
BEGIN SELECT RAISE(ABORT, 'labels are only added'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER labels_are_never_replaced BEFORE INSERT ON labels
WHEN EXISTS (SELECT 1 FROM labels WHERE seq = NEW.seq)
BEGIN SELECT RAISE(ABORT, 'labels are only added'); END;
-- +goose StatementEnd

-- What the person wrote with a label. It is personal text, and may be erased.
CREATE TABLE label_comments (
	label_id TEXT NOT NULL,
	comment TEXT NOT NULL,
	CONSTRAINT a_comment_belongs_to_one_label PRIMARY KEY (label_id)
);

-- +goose Down
DROP TABLE label_comments;
DROP TABLE labels;
