-- +goose Up
-- Two sides of a conversation have the same names everywhere: the sender is ours.
ALTER TABLE cookies RENAME COLUMN sender TO phone;
ALTER TABLE cookies RENAME COLUMN recipient TO sender;
ALTER TABLE sayings RENAME COLUMN number TO sender;

-- +goose Down
ALTER TABLE sayings RENAME COLUMN sender TO number;
ALTER TABLE cookies RENAME COLUMN sender TO recipient;
ALTER TABLE cookies RENAME COLUMN phone TO sender;
