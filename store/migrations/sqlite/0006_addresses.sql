-- +goose Up
-- An address is unique within its carrier and country; a phone number is so in the world.
CREATE TABLE numbers_by_kind (
    key           BLOB PRIMARY KEY,
    account       BLOB NOT NULL,
    kind          TEXT NOT NULL, -- number, short-code or alphanumeric
    country       TEXT NOT NULL, -- of a short code or a name, or empty
    address       TEXT NOT NULL,
    friendly_name TEXT NOT NULL,
    steps         TEXT NOT NULL, -- JSON
    last_resort   TEXT NOT NULL,
    answer_by     INTEGER NOT NULL,
    slow_after    INTEGER NOT NULL,
    repeat_after  INTEGER NOT NULL,
    application   BLOB,
    service       BLOB,
    joined        INTEGER NOT NULL, -- the service
    carrier       TEXT NOT NULL, -- or empty
    language      TEXT NOT NULL,
    breaker_off   INTEGER NOT NULL,
    rehearse      INTEGER NOT NULL,
    created       INTEGER NOT NULL,
    updated       INTEGER NOT NULL,
    UNIQUE (address, country, carrier)
);
INSERT INTO numbers_by_kind (key, account, kind, country, address, friendly_name, steps, last_resort, answer_by, slow_after,
    repeat_after, application, service, joined, carrier, language, breaker_off, rehearse, created, updated)
SELECT key, account, 'number', '', address, friendly_name, steps, last_resort, answer_by, slow_after,
    repeat_after, application, service, joined, carrier, language, breaker_off, rehearse, created, updated FROM numbers;
DROP TABLE numbers;
ALTER TABLE numbers_by_kind RENAME TO numbers;
CREATE UNIQUE INDEX numbers_e164 ON numbers (address) WHERE kind = 'number';
CREATE INDEX numbers_account ON numbers (account, key);
CREATE INDEX numbers_application ON numbers (application) WHERE application IS NOT NULL;
CREATE INDEX numbers_service ON numbers (service, key) WHERE service IS NOT NULL;

-- Two numbers may have one short code, so what is kept of a number names it by its key. The address
-- is there to be read.
ALTER TABLE faults ADD COLUMN number_key BLOB;
UPDATE faults SET number_key = (SELECT n.key FROM numbers AS n WHERE n.address = faults.number);
DROP INDEX faults_number;
CREATE INDEX faults_number ON faults (number_key);

CREATE TABLE maintenances_by_key (
    number_key BLOB PRIMARY KEY,
    number     TEXT NOT NULL,
    account    BLOB NOT NULL,
    until      INTEGER NOT NULL,
    english    TEXT NOT NULL,
    french     TEXT NOT NULL,
    began      INTEGER NOT NULL
);
INSERT INTO maintenances_by_key (number_key, number, account, until, english, french, began)
SELECT n.key, m.number, m.account, m.until, m.english, m.french, m.began
FROM maintenances AS m JOIN numbers AS n ON n.address = m.number;
DROP TABLE maintenances;
ALTER TABLE maintenances_by_key RENAME TO maintenances;

ALTER TABLE drills ADD COLUMN number_key BLOB; -- of older ones of a deleted number, NULL
UPDATE drills SET number_key = (SELECT n.key FROM numbers AS n WHERE n.address = drills.number AND n.account = drills.account);
DROP INDEX drills_number;
CREATE INDEX drills_number ON drills (number_key, key);

ALTER TABLE rehearsals ADD COLUMN number_key BLOB;
UPDATE rehearsals SET number_key =
    (SELECT n.key FROM numbers AS n WHERE n.address = rehearsals.number AND n.account = rehearsals.account);
DROP INDEX rehearsals_number;
CREATE INDEX rehearsals_number ON rehearsals (number_key, key);
