package smpp

import (
	"fmt"
	"time"
	"unicode/utf8"
)

// Message returns the receipt as an SMSC sends it: in the words of SMPP 3.4 appendix B with
// ten-digit dates in UTC, in one-octet characters, and with the TLVs receipted_message_id,
// which ends in NUL, and message_state. The addresses are left to the caller: those of the
// message, swapped.
func (r Receipt) Message() *Message {
	class := TypeReceipt
	if r.Interim {
		class = TypeIntermediate
	}
	tlvs := TLVs("").WithCString(TagReceiptedMessageID, r.ID)
	if r.State != StateNone {
		tlvs = tlvs.WithOctet(TagMessageState, byte(r.State))
	}
	if r.Network != "" {
		tlvs = tlvs.With(TagNetworkError, r.Network)
	}
	return &Message{ESMClass: class, ShortMessage: r.String(), TLVs: tlvs}
}

// String returns the receipt's text.
func (r Receipt) String() string {
	delivered := 0
	if r.State == StateDelivered {
		delivered = 1
	}
	stat, code := r.Stat, r.Err
	if stat == "" {
		stat = r.State.String()
	}
	if code == "" {
		code = "000"
	}
	return fmt.Sprintf("id:%s sub:001 dlvrd:%03d submit date:%s done date:%s stat:%s err:%s text:%s",
		r.ID, delivered, date(r.Submitted), date(r.Done), stat, code, excerpt(r.Text))
}

func date(t time.Time) string {
	if t.IsZero() {
		return "0000000000"
	}
	return t.UTC().Format("0601021504")
}

// excerpt returns the first 20 characters of a text in ASCII, a dot for any other character.
func excerpt(text string) string {
	out := make([]byte, 0, 20)
	for _, r := range text {
		if len(out) == cap(out) {
			break
		}
		if r < ' ' || r >= utf8.RuneSelf {
			r = '.'
		}
		out = append(out, byte(r))
	}
	return string(out)
}
