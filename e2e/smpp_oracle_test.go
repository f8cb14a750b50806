package e2e

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/linxGnu/gosmpp/data"
	"github.com/linxGnu/gosmpp/pdu"

	"github.com/repli-sms/repli/smpp"
	"github.com/repli-sms/repli/sms"
)

// TestGosmppReadsAndWritesTheSamePDUs lets gosmpp read what package smpp has written and write
// it again, which must give the same octets, and the reverse.
func TestGosmppReadsAndWritesTheSamePDUs(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		for _, p := range randomPDUs(r) {
			octets, err := smpp.Append(nil, p)
			if err != nil {
				t.Fatalf("%v: %v", p, err)
			}
			theirs, err := pdu.Parse(bytes.NewReader(octets))
			if err != nil {
				t.Fatalf("gosmpp reads %v: %v\n%x", p, err, octets)
			}
			buffer := pdu.NewBuffer(nil)
			theirs.Marshal(buffer)
			if !bytes.Equal(buffer.Bytes(), octets) {
				t.Fatalf("%v:\nwe write     %x\ngosmpp gives %x", p, octets, buffer.Bytes())
			}
		}
	}
}

// randomPDUs returns one PDU of each kind that gosmpp reads.
func randomPDUs(r *rand.Rand) []smpp.PDU {
	word := func(most int) string {
		return strings.Repeat("abcdefgh"[r.IntN(8):][:1], r.IntN(most+1))
	}
	address := func() smpp.Address {
		return smpp.Address{TON: smpp.TON(r.IntN(7)), NPI: smpp.NPI(r.IntN(19)), Addr: word(20)}
	}
	octet := func() uint8 { return uint8(r.IntN(256)) }
	// gosmpp v0.3.1 keeps TLVs in a map, so that several change places, and drops one without
	// a value, such as alert_on_message_delivery.
	tlvs := smpp.TLVs("").With(smpp.Tag(0x1400+r.IntN(100)), "x"+word(9))
	message := &smpp.Message{
		ServiceType: word(5), Source: address(), Dest: address(), ProtocolID: octet(), Priority: smpp.Priority(octet()),
		ScheduleTime: "261130193000000+", Validity: "", Registered: smpp.RegisteredDelivery(octet()), ReplaceIfPresent: octet(),
		DataCoding: 0, DefaultID: 0, ShortMessage: word(140), TLVs: tlvs,
	}
	id := &smpp.MessageResp{MessageID: word(60), TLVs: tlvs}
	pdus := []smpp.PDU{
		{Command: smpp.BindTransceiver, Body: &smpp.Bind{SystemID: word(15), Password: word(8), SystemType: word(12), Version: smpp.Version34, TON: smpp.TON(r.IntN(7)), Range: word(40)}},
		{Command: smpp.BindTransceiverResp, Body: &smpp.BindResp{SystemID: word(15), TLVs: tlvs}},
		{Command: smpp.Outbind, Body: &smpp.Bind{SystemID: word(15), Password: word(8)}},
		{Command: smpp.SubmitSM, Body: message}, {Command: smpp.DeliverSM, Body: message},
		{Command: smpp.SubmitSMResp, Body: id}, {Command: smpp.DeliverSMResp, Body: id}, {Command: smpp.DataSMResp, Body: id},
		{Command: smpp.DataSM, Body: &smpp.Data{ServiceType: word(5), Source: address(), Dest: address(), ESMClass: smpp.ESMClass(octet()), Registered: smpp.RegisteredDelivery(octet()), DataCoding: smpp.DataCoding(octet()), TLVs: tlvs}},
		{Command: smpp.QuerySM, Body: &smpp.Query{MessageID: word(60), Source: address()}},
		{Command: smpp.QuerySMResp, Body: &smpp.QueryResp{MessageID: word(60), FinalDate: "261130193000000+", State: smpp.State(octet()), ErrorCode: octet()}},
		{Command: smpp.CancelSM, Body: &smpp.Cancel{ServiceType: word(5), MessageID: word(60), Source: address(), Dest: address()}},
		{Command: smpp.AlertNotification, Body: &smpp.Alert{Source: address(), ESME: address(), TLVs: tlvs}},
		{Command: smpp.GenericNack, Status: smpp.StatusInvalidCommand}, {Command: smpp.Unbind}, {Command: smpp.EnquireLinkResp}, {Command: smpp.CancelSMResp},
	}
	for i := range pdus {
		pdus[i].Sequence = 1 + r.Uint32N(0x7FFFFFFF)
	}
	return pdus
}

// TestGosmppEncodesTextsAlike compares the octets of random texts.
func TestGosmppEncodesTextsAlike(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 2000 {
		text := randomText(r)
		if sms.Measure(text).Segments > 1 || !utf8.ValidString(text) || strings.ContainsAny(text, "\uFEFF\uFFFE") {
			continue
		}
		m := smpp.Alphabets{}.Encode(text, smpp.LongUDH, 1)[0]
		theirs := data.Encoding(data.UCS2)
		if m.DataCoding == smpp.CodingDefault {
			theirs = data.GSM7BIT
		}
		want, err := theirs.Encode(text)
		if err != nil || string(want) != m.ShortMessage {
			t.Errorf("%q: got %x, gosmpp has %x, %v", text, m.ShortMessage, want, err)
		}
		if got := (smpp.Alphabets{}).Decode(&m); got.Text != text {
			t.Errorf("%q came back as %q", text, got.Text)
		}
	}
}
