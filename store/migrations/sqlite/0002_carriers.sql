-- +goose Up
ALTER TABLE numbers ADD COLUMN carrier TEXT NOT NULL DEFAULT '';

ALTER TABLE messages ADD COLUMN carrier TEXT NOT NULL DEFAULT '';

-- What carriers call inbound messages, in the order in which those were made, so that the old ones
-- are at the beginning.
CREATE TABLE inbound_ids (
    message INTEGER PRIMARY KEY, -- its id
    carrier TEXT NOT NULL,
    id      TEXT NOT NULL,
    UNIQUE (carrier, id)
);

-- What carriers call outbound messages. By day, so that the old ones are together.
CREATE TABLE carrier_ids (
    day     INTEGER NOT NULL, -- since 1970
    carrier TEXT NOT NULL,
    id      TEXT NOT NULL,
    message INTEGER NOT NULL, -- its id
    part    INTEGER NOT NULL,
    created INTEGER NOT NULL,
    PRIMARY KEY (day, carrier, id, message, part)
) WITHOUT ROWID;

-- The parts of messages that a carrier took in several.
CREATE TABLE parts (
    message INTEGER NOT NULL, -- its id
    part    INTEGER NOT NULL,
    state   TEXT NOT NULL,
    PRIMARY KEY (message, part)
) WITHOUT ROWID;
