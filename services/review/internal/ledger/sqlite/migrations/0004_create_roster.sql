-- +goose Up

-- Who works on cases. The body holds all of one, as JSON. Names and absences are
-- personal data: nothing else keeps them, so that a row that is deleted is gone.
CREATE TABLE technicians (
	technician_id TEXT PRIMARY KEY,
	version BIGINT NOT NULL,
	changed_by TEXT NOT NULL,
	changed_at BIGINT NOT NULL,
	body TEXT NOT NULL,
	CONSTRAINT versions_begin_at_one CHECK (version >= 1),
	CONSTRAINT somebody_changed_it CHECK (changed_by <> '')
);

-- One row, which those who change the roster hold while they do.
CREATE TABLE rosters (
	changed_at BIGINT NOT NULL
);
INSERT INTO rosters (changed_at) VALUES (0);

-- The rounds of cases that were decided, with what reports count. Asked says that
-- a ticket asked for it, recommended is empty where that was not kept.
CREATE TABLE decided_rounds (
	case_id TEXT NOT NULL REFERENCES cases (case_id),
	version BIGINT NOT NULL,
	verdict TEXT NOT NULL,
	recommended TEXT NOT NULL,
	priority TEXT NOT NULL,
	reasons TEXT NOT NULL,
	asked BIGINT NOT NULL,
	began_at BIGINT NOT NULL,
	decided_at BIGINT NOT NULL,
	CONSTRAINT a_decision_counts_once PRIMARY KEY (case_id, version),
	CONSTRAINT it_was_approved_or_denied CHECK (verdict IN ('approved', 'denied'))
);
CREATE INDEX decided_rounds_by_time ON decided_rounds (decided_at);

-- The ETAs that were given, and what became of each; empty while it stands.
CREATE TABLE promises (
	case_id TEXT NOT NULL REFERENCES cases (case_id),
	number BIGINT NOT NULL,
	given_at BIGINT NOT NULL,
	outcome TEXT NOT NULL,
	CONSTRAINT a_promise_counts_once PRIMARY KEY (case_id, number)
);
CREATE INDEX promises_by_time ON promises (given_at);

CREATE INDEX audit_of_openings ON audit (happened_at) WHERE name IN ('opened', 'reopened', 'condition_linked');

INSERT INTO decided_rounds (case_id, version, verdict, recommended, priority, reasons, asked, began_at, decided_at)
SELECT a.case_id, a.version, a.name, '',
	COALESCE(json_extract(c.body, '$.impact.priority'), 'normal'),
	COALESCE((SELECT group_concat(r.value, ' ') FROM json_each(c.body, '$.reasons') r), ''),
	CASE WHEN json_extract(c.body, '$.tickets') IS NULL THEN 0 ELSE 1 END,
	(SELECT max(o.happened_at) FROM audit o WHERE o.case_id = a.case_id AND o.version <= a.version AND o.name IN ('opened', 'reopened')),
	a.happened_at
FROM audit a JOIN cases c ON c.case_id = a.case_id WHERE a.name IN ('approved', 'denied');

-- +goose Down
DROP INDEX audit_of_openings;
DROP TABLE promises;
DROP TABLE decided_rounds;
DROP TABLE rosters;
DROP TABLE technicians;
