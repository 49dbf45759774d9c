-- +goose Up

-- Whom or what else a transition concerns: the technician, the other case, the
-- level that is called. It is an id or a number, and the hash covers it where it
-- is not empty, so that rows from before keep theirs.
ALTER TABLE audit ADD COLUMN subject TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE audit DROP COLUMN subject;
