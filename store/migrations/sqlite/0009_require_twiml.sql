-- +goose Up
-- Whether a text/plain answer is a failure.
ALTER TABLE numbers ADD COLUMN require_twiml INTEGER NOT NULL DEFAULT 0;

-- What a complete drill did not cover, because the number's settings do not defend against it.
ALTER TABLE drills ADD COLUMN uncovered TEXT NOT NULL DEFAULT 'null'; -- JSON

-- How the latest answers of a number's primary looked.
ALTER TABLE standings ADD COLUMN spoken INTEGER NOT NULL DEFAULT 0;   -- a bit for each, the last one lowest, above them a 1
ALTER TABLE standings ADD COLUMN suspects INTEGER NOT NULL DEFAULT 0; -- how many in a row looked like an error
ALTER TABLE standings ADD COLUMN blank INTEGER NOT NULL DEFAULT 0;    -- 1 if the last one had neither type nor body

-- +goose Down
ALTER TABLE standings DROP COLUMN blank;
ALTER TABLE standings DROP COLUMN suspects;
ALTER TABLE standings DROP COLUMN spoken;
ALTER TABLE drills DROP COLUMN uncovered;
ALTER TABLE numbers DROP COLUMN require_twiml;
