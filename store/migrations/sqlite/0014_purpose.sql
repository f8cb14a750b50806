-- +goose Up
-- An alert may come of a fault on purpose, which is no crash: it is counted apart.
ALTER TABLE alerts ADD COLUMN fault TEXT NOT NULL DEFAULT ''; -- the kind of the fault, or ''
DROP INDEX alerts_code;
DROP INDEX alerts_number;
CREATE INDEX alerts_code ON alerts (account, code, key, fault);
CREATE INDEX alerts_number ON alerts (account, number, code, key, fault);

-- What came of the last test message to a subscriber.
ALTER TABLE subscriptions ADD COLUMN tested INTEGER NOT NULL DEFAULT 0; -- when it was sent; 0 is never
ALTER TABLE subscriptions ADD COLUMN test_error TEXT NOT NULL DEFAULT ''; -- why it failed

-- +goose Down
ALTER TABLE subscriptions DROP COLUMN test_error;
ALTER TABLE subscriptions DROP COLUMN tested;
DROP INDEX alerts_number;
DROP INDEX alerts_code;
CREATE INDEX alerts_code ON alerts (account, code, key);
CREATE INDEX alerts_number ON alerts (account, number, code, key);
ALTER TABLE alerts DROP COLUMN fault;
