// Package smpp speaks SMPP 3.4, the language in which applications and operators exchange
// short messages, in both roles.
//
// The application is the ESME, the operator's message centre the SMSC. The ESME connects and
// binds with a name and a password; from then on either side sends requests over the one
// connection and the other answers each of them, in any order:
//
//	ESME                                   SMSC
//	bind_transceiver (system_id, password) →
//	                    ← bind_transceiver_resp
//	submit_sm (a text for a phone) →
//	                    ← submit_sm_resp (the message_id it was given)
//	                    ← deliver_sm (a text from a phone, or a receipt for one submitted)
//	deliver_sm_resp →
//
// The package has four layers, each usable without those above it:
//
//   - A [PDU] is one packet: a header and a [Body]. [Append] writes one and a [Reader] reads
//     them from a stream. Malformed input is an [*Error] that names the field and the octet,
//     and the status to answer with.
//   - A [Session] is one connection, the same for both roles. It matches answers to requests,
//     keeps the windows and the specification's timers, and hands requests to a handler that
//     may answer whenever it likes.
//   - An [Alphabets] turns texts into messages and messages into texts: alphabets, headers and
//     the cutting of long texts. These are pure functions.
//   - A [Receipt] is what a delivery receipt says, in any of the dialects met in the field.
//
// What peers do differently from the specification is accepted where it can be understood, and
// the place says so. Octets are held in strings: they are immutable, so a PDU that was read is
// one allocation for its octets, which all its fields share, and one for its body.
package smpp
