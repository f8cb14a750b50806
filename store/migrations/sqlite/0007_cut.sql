-- +goose Up
-- How many bytes of an attempt's headers and bodies were not kept.
ALTER TABLE attempts ADD COLUMN cut INTEGER NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE attempts DROP COLUMN cut;
