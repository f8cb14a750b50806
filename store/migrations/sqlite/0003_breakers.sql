-- +goose Up
CREATE TABLE breakers (
    account    BLOB NOT NULL,
    handler    TEXT NOT NULL, -- scheme, host, port and path
    state      TEXT NOT NULL, -- open or closed
    since      INTEGER NOT NULL,
    code       INTEGER NOT NULL, -- of the last failure, as are detail and failed_url
    detail     TEXT NOT NULL,
    failed_url TEXT NOT NULL,
    url        TEXT NOT NULL, -- for the health check
    version    INTEGER NOT NULL,
    PRIMARY KEY (account, handler)
);
CREATE INDEX breakers_closed ON breakers (since) WHERE state = 'closed';

-- +goose Down
DROP TABLE breakers;
