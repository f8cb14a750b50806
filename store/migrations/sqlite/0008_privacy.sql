-- +goose Up
-- What stays of a phone that was forgotten does not name it. Its hash is made with this key.
CREATE TABLE pseudonyms (
    one INTEGER PRIMARY KEY CHECK (one = 1), -- there is one key
    key BLOB NOT NULL
);
INSERT INTO pseudonyms (one, key) VALUES (1, randomblob(32));

CREATE TABLE forgotten_phones (
    key     BLOB PRIMARY KEY,
    account BLOB NOT NULL,
    phone   BLOB NOT NULL, -- hashed
    counts  TEXT NOT NULL, -- JSON
    at      INTEGER NOT NULL
);
CREATE INDEX forgotten_phones_phone ON forgotten_phones (account, phone, key);

CREATE TABLE forgotten_opt_outs (
    account BLOB NOT NULL,
    sender  TEXT NOT NULL,
    phone   BLOB NOT NULL, -- hashed
    created INTEGER NOT NULL,
    PRIMARY KEY (account, sender, phone)
) WITHOUT ROWID;

-- Content may go before the message does.
ALTER TABLE messages ADD COLUMN erased INTEGER NOT NULL DEFAULT 0; -- 1 once its content was, because of its age
ALTER TABLE numbers ADD COLUMN keep_content INTEGER NOT NULL DEFAULT 0; -- how long; 0 is as the server does, -1 as long as the message

-- +goose Down
ALTER TABLE numbers DROP COLUMN keep_content;
ALTER TABLE messages DROP COLUMN erased;
DROP TABLE forgotten_opt_outs;
DROP TABLE forgotten_phones;
DROP TABLE pseudonyms;
