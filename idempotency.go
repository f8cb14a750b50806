package repli

import "github.com/google/uuid"

// APIVersion is the version of Twilio's API that Repli speaks.
const APIVersion = "2010-04-01"

// IdempotencyToken returns the I-Twilio-Idempotency-Token of one question about a thing. The
// same question about the same thing has the same token, also after a crash.
func IdempotencyToken(about SID, question string) string {
	return uuid.NewSHA1(uuid.UUID(about.Key()), []byte(question)).String()
}
