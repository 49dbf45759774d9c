-- +goose Up

-- That each term names a case need not be looked up for every one that is written:
-- they are written with their case, and no case is ever deleted.
ALTER TABLE case_terms DROP CONSTRAINT case_terms_case_id_fkey;

-- +goose Down
ALTER TABLE case_terms ADD CONSTRAINT case_terms_case_id_fkey FOREIGN KEY (case_id) REFERENCES cases (case_id);
