-- +goose Up
-- What is due at one carrier is found without looking at what waits for another. The sender is there
-- because a claim skips those that have too much under way already.
CREATE INDEX messages_carrier ON messages (carrier, state, due, sender) WHERE due > 0 AND carrier <> '';

-- +goose Down
DROP INDEX messages_carrier;
