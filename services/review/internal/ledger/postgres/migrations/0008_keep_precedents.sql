-- +goose Up

-- What was decided, once for each reason, so that past cases are found by it: ids and
-- numbers only. People is -1 where nobody knew.
CREATE TABLE decisions (
	case_id TEXT NOT NULL REFERENCES cases (case_id),
	round BIGINT NOT NULL,
	reason TEXT NOT NULL,
	rank BIGINT NOT NULL,
	tenant TEXT NOT NULL,
	verdict TEXT NOT NULL,
	ground TEXT NOT NULL,
	decided_by TEXT NOT NULL,
	people BIGINT NOT NULL,
	environment TEXT NOT NULL,
	priority TEXT NOT NULL,
	asked_at BIGINT NOT NULL,
	decided_at BIGINT NOT NULL,
	CONSTRAINT a_round_is_decided_once PRIMARY KEY (case_id, round, reason)
);
CREATE INDEX decisions_by_reason ON decisions (reason, decided_at DESC);

-- Who asked, how often, and what became of it: counts for leadership.
CREATE TABLE requests (
	tenant TEXT NOT NULL,
	ticket TEXT NOT NULL,
	csm TEXT NOT NULL,
	asks TEXT NOT NULL,
	asked_at BIGINT NOT NULL,
	repeats BIGINT NOT NULL,
	status TEXT NOT NULL,
	status_moves BIGINT NOT NULL,
	contradicted BIGINT NOT NULL,
	verdict TEXT NOT NULL,
	CONSTRAINT a_ticket_asks_once_and_again PRIMARY KEY (tenant, ticket)
);
CREATE INDEX requests_of_tenant ON requests (tenant, asked_at);
CREATE INDEX requests_of_csm ON requests (csm, asked_at) WHERE csm <> '';

-- +goose Down
DROP TABLE requests;
DROP TABLE decisions;
