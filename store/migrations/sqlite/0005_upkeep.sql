-- +goose Up
-- What a start has to know of the runs before it. Times are microseconds since 1970, and 0 is "never".

CREATE TABLE upkeep (
    ran       INTEGER NOT NULL, -- when a server was last known to run
    held      INTEGER NOT NULL, -- since when retention waits, because it would take much at once
    resetting INTEGER NOT NULL  -- 1 until the phones too have forgotten what the store has
);
INSERT INTO upkeep (ran, held, resetting) VALUES (0, 0, 0);

-- +goose Down
DROP TABLE upkeep;
