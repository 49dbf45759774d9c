-- +goose Up

-- Who has signed in. The browser has the id; here is only its hash, and that of
-- the id before, which is good for a moment longer.
CREATE TABLE sessions (
	hash TEXT PRIMARY KEY,
	previous TEXT NOT NULL,
	person TEXT NOT NULL,
	role TEXT NOT NULL,
	tenants TEXT NOT NULL,
	way TEXT NOT NULL,
	made_at BIGINT NOT NULL,
	turned_at BIGINT NOT NULL,
	seen_at BIGINT NOT NULL,
	idle_at BIGINT NOT NULL,
	ends_at BIGINT NOT NULL,
	CONSTRAINT a_person_signed_in CHECK (person <> '' AND role <> '')
);
CREATE INDEX sessions_by_previous ON sessions (previous);
CREATE INDEX sessions_of_person ON sessions (person);
CREATE INDEX sessions_by_end ON sessions (ends_at);

-- Tokens of programs. Only their hashes are kept.
CREATE TABLE tokens (
	token_id TEXT PRIMARY KEY,
	hash TEXT NOT NULL,
	name TEXT NOT NULL,
	role TEXT NOT NULL,
	tenants TEXT NOT NULL,
	reads_only BIGINT NOT NULL,
	made_by TEXT NOT NULL,
	made_at BIGINT NOT NULL,
	ends_at BIGINT NOT NULL,
	used_at BIGINT NOT NULL,
	revoked_at BIGINT NOT NULL,
	revoked_by TEXT NOT NULL,
	CONSTRAINT a_token_is_made_once UNIQUE (hash),
	CONSTRAINT it_names_somebody CHECK (name <> '' AND role <> ''),
	CONSTRAINT it_reads_only_or_it_does_not CHECK (reads_only IN (0, 1)),
	CONSTRAINT it_ends CHECK (ends_at > 0)
);

-- +goose Down
DROP TABLE tokens;
DROP TABLE sessions;
