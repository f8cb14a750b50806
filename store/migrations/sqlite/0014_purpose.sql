-- +goose Up
-- An alert may come of a fault on purpose, which is no crash: it is counted apart.
ALTER TABLE alerts ADD COLUMN fault TEXT NOT NULL DEFAULT ''; -- the kind of the fault, or ''
DROP INDEX alerts_code;
DROP INDEX alerts_number;
CREATE INDEX alerts_code ON alerts (account, code, key, fault);
CREATE INDEX alerts_number ON alerts (account, number, code, key, fault);

-- +goose Down
DROP INDEX alerts_number;
DROP INDEX alerts_code;
CREATE INDEX alerts_code ON alerts (account, code, key);
CREATE INDEX alerts_number ON alerts (account, number, code, key);
ALTER TABLE alerts DROP COLUMN fault;
