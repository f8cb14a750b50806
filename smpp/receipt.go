package smpp

import (
	"strings"
	"time"
)

// A Receipt is the content of a delivery receipt. Peers may leave out any part of it.
type Receipt struct {
	ID        string    // receipted_message_id, else the text's id; see IDs
	TextID    string    // the text's id
	State     State     // message_state, else what Stat means; StateNone if neither is there
	Stat      string    // the text's word: "DELIVRD"
	Err       string    // the text's, of no common meaning: "000", "21b"
	Submitted time.Time // on the SMSC's clock, in no known time zone; zero if not there
	Done      time.Time // likewise
	Text      string    // the beginning of the message, or anything
	Network   string    // network_error_code: three octets, "" if not there
	Declared  bool      // whether esm_class says that it is a receipt
	Interim   bool      // whether esm_class says that another one follows
}

// Final reports whether no other receipt follows. Some operators mark every receipt as final in
// esm_class, so the state decides, and esm_class can only say that it is not final.
func (r Receipt) Final() bool { return r.State.Final() && !r.Interim }

// ParseReceipt parses a message as a receipt. It reports false if the message is none: esm_class
// does not declare it, and it has no id together with a state.
//
// Some SMSCs do not declare their receipts, and anybody can send a text that looks like one.
// Therefore accept a Receipt that is not Declared only if its ID is that of a message to its
// sender.
func ParseReceipt(m *Message) (Receipt, bool) {
	r := Receipt{
		State:    StateNone,
		Declared: m.ESMClass.IsReceipt(),
		Interim:  m.ESMClass&typeBits&TypeIntermediate != 0 && m.ESMClass.IsReceipt(),
	}
	r.parseText(receiptText(m))
	r.parseTLVs(m.TLVs)
	return r, r.Declared || r.ID != "" && r.State != StateNone
}

// parseTLVs overwrites the values of the text with those of the TLVs.
func (r *Receipt) parseTLVs(t TLVs) {
	if id, _ := t.CString(TagReceiptedMessageID); strings.TrimSpace(id) != "" {
		r.ID = strings.TrimSpace(id)
	}
	if state, found := t.Uint(TagMessageState); found && int(state) < len(stateWords) {
		r.State = State(state)
	}
	r.Network, _ = t.Get(TagNetworkError)
}

// parseText reads the text of SMPP 3.4 appendix B: labels in any order and case, any of them
// missing, and others in between.
//
//	id:IIIIIIIIII sub:SSS dlvrd:DDD submit date:YYMMDDhhmm done date:YYMMDDhhmm stat:DDDDDDD err:E text:…
func (r *Receipt) parseText(text string) {
	labels := findLabels(text)
	first := len(text)
	for i, l := range labels {
		first = min(first, l.start)
		end := len(text)
		if i+1 < len(labels) {
			end = labels[i+1].start
		}
		value := strings.TrimSpace(strings.Trim(text[l.end:end], "\x00"))
		switch l.name {
		case "id":
			r.TextID = firstWord(value)
		case "submit date":
			r.Submitted = parseDate(firstWord(value))
		case "done date":
			r.Done = parseDate(firstWord(value))
		case "stat":
			r.Stat = firstWord(value)
		case "err":
			r.Err = firstWord(value)
		case "text":
			r.Text = value
		}
	}
	r.ID = r.TextID
	if r.Stat == "" {
		r.Stat = bareStat(text[:textStart(labels, len(text))])
	}
	r.State = stateOf(r.Stat)
}

// textStart returns where the label text begins, or otherwise if there is none.
func textStart(labels []label, otherwise int) int {
	for _, l := range labels {
		if l.name == "text" {
			return l.start
		}
	}
	return otherwise
}

// A label is where a name with its colon stands in a receipt.
type label struct {
	name       string
	start, end int
}

// labelNames holds the labels in lower case. "date" alone is none.
var labelNames = [...]string{"id", "sub", "dlvrd", "submit date", "done date", "stat", "err", "text"}

// findLabels returns the labels of a receipt in order. It ignores everything after "text:", the
// message's own content, which may imitate labels. Of equal labels the first counts.
func findLabels(text string) []label {
	var labels []label
	seen := 0
	for colon := 0; colon < len(text); colon++ {
		if text[colon] != ':' {
			continue
		}
		for n, name := range labelNames {
			start, ok := endsIn(text[:colon], name)
			if !ok || seen&(1<<n) != 0 {
				continue
			}
			seen |= 1 << n
			labels = append(labels, label{name, start, colon + 1})
			if name == "text" {
				return labels
			}
			break
		}
	}
	return labels
}

// endsIn reports whether s ends in a label, in any case and after no letter or digit, and
// where that begins. Spaces between the label and its colon are allowed.
func endsIn(s, name string) (start int, ok bool) {
	s = strings.TrimRight(s, " ")
	start = len(s) - len(name)
	if start < 0 || !strings.EqualFold(s[start:], name) {
		return 0, false
	}
	return start, start == 0 || !isAlphanumeric(s[start-1])
}

func isAlphanumeric(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z'
}

func firstWord(s string) string {
	word, _, _ := strings.Cut(s, " ")
	return strings.Trim(word, "\x00\r\n\t,;")
}

// bareStat returns the first word that is a state, for receipts without the label.
func bareStat(text string) string {
	for word := range strings.FieldsSeq(text) {
		if state := stateOf(word); state != StateNone && state != StateUnknown {
			return word
		}
	}
	return ""
}

// stateOf returns the state a word means, ignoring case: those of SMPP 3.4 appendix B, and those
// that operators use besides. Any other word is StateNone.
func stateOf(word string) State {
	switch strings.ToUpper(word) {
	case "DELIVRD", "DELIVERD", "DELIVERED":
		return StateDelivered
	case "EXPIRED":
		return StateExpired
	case "DELETED":
		return StateDeleted
	case "UNDELIV", "UNDELIVERABLE", "UNDELIVERED", "FAILED":
		return StateUndeliverable
	case "ACCEPTD", "ACCEPTED", "ACKED":
		return StateAccepted
	case "REJECTD", "REJECTED":
		return StateRejected
	case "ENROUTE", "BUFFRED", "BUFFERD", "BUFFERED":
		return StateEnroute
	case "SCHEDLD", "SCHEDULED":
		return StateScheduled
	case "SKIPPED":
		return StateSkipped
	case "UNKNOWN":
		return StateUnknown
	}
	return StateNone
}

// parseDate parses YYMMDDhhmm, optionally with seconds and with a four-digit year; it returns the
// zero time for anything else. A date of 12 digits is ambiguous: the form without a century is
// tried first.
func parseDate(s string) time.Time {
	var layouts []string
	switch len(s) {
	case 10:
		layouts = []string{"0601021504"}
	case 12:
		layouts = []string{"060102150405", "200601021504"}
	case 14:
		layouts = []string{"20060102150405"}
	}
	for _, layout := range layouts {
		if t, err := time.Parse(layout, s); err == nil {
			return t
		}
	}
	return time.Time{}
}

// receiptText returns the text of a receipt. It ignores data_coding, which many SMSCs copy from
// the message. Octets that alternate with NUL are UCS-2, others are one octet a character.
func receiptText(m *Message) string {
	octets := m.Octets()
	if m.ESMClass.HasUDH() { // Kannel sets it without a header
		if _, rest, ok := ParseUDH(octets); ok {
			octets = rest
		}
	}
	big := len(octets) >= 4 && octets[0] == 0 && octets[2] == 0
	little := len(octets) >= 4 && octets[1] == 0 && octets[3] == 0
	marked := strings.HasPrefix(octets, "\xFE\xFF") || strings.HasPrefix(octets, "\xFF\xFE")
	switch {
	case little && !big:
		text, _ := decodeUTF16("\xFF\xFE" + octets)
		return text
	case big || marked:
		text, _ := decodeUTF16(octets)
		return text
	}
	return strings.ToValidUTF8(octets, "\uFFFD")
}
