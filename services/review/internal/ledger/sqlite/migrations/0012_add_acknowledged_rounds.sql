-- +goose Up

-- When somebody first had seen a round that was decided, so that reports say how long
-- that took. 0: decided before that was kept.
ALTER TABLE decided_rounds ADD COLUMN acknowledged_at BIGINT NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE decided_rounds DROP COLUMN acknowledged_at;
