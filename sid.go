package repli

import (
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/repli-sms/repli/quote"
)

// A SID identifies a thing permanently: two capital letters for its kind, then 32 lower-case hex
// digits. The zero SID is "" and identifies nothing.
type SID string

// The kinds of SID. From attempts on, they are never visible to an SDK and the prefixes are ours.
//
// twilio: glossary/what-is-a-sid
const (
	AccountPrefix  = "AC"
	MessagePrefix  = "SM"
	MMSPrefix      = "MM" // a message with media
	MediaPrefix    = "ME"
	NumberPrefix   = "PN"
	BinPrefix      = "EH"
	AlertPrefix    = "NO"
	ServicePrefix  = "MG"
	AppPrefix      = "AP" // an application
	APIKeyPrefix   = "SK"
	AttemptPrefix  = "AT"
	NoticePrefix   = "NT"
	EventPrefix    = "EV"
	FaultPrefix    = "FA"
	DrillPrefix    = "DR"
	sidHexDigits   = 32
	sidTotalLength = 2 + sidHexDigits
)

// A Key is the part of a SID that is stored: 16 bytes.
type Key [16]byte

// NewSID returns a SID whose key is a UUIDv7. Keys created later sort later, within one process
// even in the same millisecond.
func NewSID(prefix string) SID {
	return Key(uuid.Must(uuid.NewV7())).SID(prefix)
}

// SIDAt returns a SID as if it had been created at the given time, to the millisecond.
//
// RFC 9562 §5.7
func SIDAt(prefix string, at time.Time) SID {
	k := Key(uuid.Must(uuid.NewV7()))
	for i := range 6 {
		k[i] = byte(at.UnixMilli() >> (40 - 8*i))
	}
	return k.SID(prefix)
}

// NewSecretSID returns a SID of 128 random bits, for things whose URL is a secret: bins and
// media.
func NewSecretSID(prefix string) SID {
	var k Key
	rand.Read(k[:]) // never fails, since Go 1.24
	return k.SID(prefix)
}

// SID returns the SID with this key and prefix.
func (k Key) SID(prefix string) SID {
	var b [sidTotalLength]byte
	copy(b[:2], prefix)
	hex.Encode(b[2:], k[:])
	return SID(b[:])
}

// ParseSID parses a SID of one of the given kinds; hex digits may be upper case. Anything else is
// error 20423.
func ParseSID(s string, prefixes ...string) (SID, error) {
	if len(s) == sidTotalLength {
		for _, p := range prefixes {
			if s[:2] != p {
				continue
			}
			if _, err := hex.DecodeString(s[2:]); err == nil {
				return SID(p + strings.ToLower(s[2:])), nil
			}
		}
	}
	return "", &Error{Code: 20423, Detail: fmt.Sprintf("%q is not a SID of the form %s followed by 32 hex digits", quote.Name(s), strings.Join(prefixes, " or "))}
}

// Key returns the key of a well-formed SID, or the zero Key for any other.
func (s SID) Key() Key {
	var k Key
	if len(s) == sidTotalLength {
		if _, err := hex.Decode(k[:], []byte(s[2:])); err != nil {
			return Key{}
		}
	}
	return k
}

// Made returns when a SID of [NewSID] was created, to the millisecond.
func (s SID) Made() time.Time {
	k := s.Key()
	return time.UnixMilli(int64(binary.BigEndian.Uint64(k[:8]) >> 16)).UTC()
}

// Prefix returns the two letters of the SID's kind, or "" for the zero SID.
func (s SID) Prefix() string {
	if len(s) < 2 {
		return ""
	}
	return string(s[:2])
}
