-- +goose Up

-- What an order said, as a keyed hash: the same key with other words in the order
-- is another order, and refused. Empty: a message, or an order from before.
ALTER TABLE inbox ADD COLUMN said TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE inbox DROP COLUMN said;
