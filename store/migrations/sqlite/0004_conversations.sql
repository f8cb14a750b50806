-- +goose Up
-- The two sides of a conversation have the same names everywhere: the sender is ours.
ALTER TABLE cookies RENAME COLUMN sender TO phone;
ALTER TABLE cookies RENAME COLUMN recipient TO sender;
ALTER TABLE sayings RENAME COLUMN number TO sender;

-- A row is written and deleted to find out whether the store is writable.
CREATE TABLE probes (
    id     INTEGER PRIMARY KEY,
    filler BLOB NOT NULL
);

-- +goose Down
DROP TABLE probes;
ALTER TABLE sayings RENAME COLUMN sender TO number;
ALTER TABLE cookies RENAME COLUMN sender TO recipient;
ALTER TABLE cookies RENAME COLUMN phone TO sender;
