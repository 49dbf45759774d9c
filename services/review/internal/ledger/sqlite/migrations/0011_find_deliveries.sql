-- +goose Up

-- What a destination is called in the file of routes stands before its host, as
-- "ops: hooks.example.com"; one that is not in it has its host alone.
ALTER TABLE deliveries ADD COLUMN destination_name TEXT NOT NULL GENERATED ALWAYS AS
	(CASE WHEN instr(destination, ': ') > 0 THEN substr(destination, 1, instr(destination, ': ') - 1) ELSE destination END) VIRTUAL;
CREATE INDEX deliveries_of_destination ON deliveries (destination_name, tried_at DESC, delivery_id DESC);
CREATE INDEX deliveries_of_tenant ON deliveries (tenant, tried_at DESC, delivery_id DESC);
CREATE INDEX deliveries_of_channel ON deliveries (channel, tried_at DESC, delivery_id DESC);
CREATE INDEX deliveries_of_audience ON deliveries (audience, tried_at DESC, delivery_id DESC);
-- Most is sent: what was is found by time.
CREATE INDEX deliveries_of_outcome ON deliveries (outcome, tried_at DESC, delivery_id DESC) WHERE outcome <> 'sent';
CREATE INDEX deliveries_of_notification ON deliveries (notification_id);

-- +goose Down
DROP INDEX deliveries_of_notification;
DROP INDEX deliveries_of_outcome;
DROP INDEX deliveries_of_audience;
DROP INDEX deliveries_of_channel;
DROP INDEX deliveries_of_tenant;
DROP INDEX deliveries_of_destination;
ALTER TABLE deliveries DROP COLUMN destination_name;
