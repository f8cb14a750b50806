package smpp_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli/smpp"
)

var (
	phone = smpp.Address{TON: smpp.TONInternational, NPI: smpp.NPIE164, Addr: "15557770001"}
	shop  = smpp.Address{TON: smpp.TONAlphanumeric, Addr: "Repli"}
	extra = smpp.TLVs("").With(0x1403, "vendor's").WithUint16(smpp.TagUserReference, 7).WithCString(smpp.TagReceiptedMessageID, "a1")
)

// everyPDU returns one PDU of each kind, with a value in each field.
func everyPDU() []smpp.PDU {
	bind := &smpp.Bind{
		SystemID: "repli", Password: "a longer one", SystemType: "smpp", Version: smpp.Version34,
		TON: 1, NPI: 1, Range: "^1555", TLVs: extra,
	}
	message := &smpp.Message{
		ServiceType: "CMT", Source: shop, Dest: phone, ESMClass: smpp.FeatureUDHI, ProtocolID: 64, Priority: smpp.PriorityUrgent,
		ScheduleTime: "261130193000000+", Validity: "000007000000000R", Registered: smpp.ReceiptFinal, ReplaceIfPresent: 1,
		DataCoding: smpp.CodingUCS2, DefaultID: 3, ShortMessage: "\x00H\x00i", TLVs: extra,
	}
	id := &smpp.MessageResp{MessageID: "0123456789abcdef", TLVs: extra}
	multi := &smpp.Multi{Dests: []smpp.Dest{{Flag: smpp.DestAddress, Address: phone}, {Flag: smpp.DestList, List: "all"}}, Message: *message}
	multi.Dest = smpp.Address{}
	pdus := []smpp.PDU{
		{Command: smpp.GenericNack, Status: smpp.StatusInvalidCommand},
		{Command: smpp.BindReceiver, Body: bind}, {Command: smpp.BindTransmitter, Body: bind}, {Command: smpp.BindTransceiver, Body: bind},
		{Command: smpp.BindReceiverResp, Body: &smpp.BindResp{SystemID: "smsc", TLVs: extra}},
		{Command: smpp.BindTransmitterResp, Body: &smpp.BindResp{SystemID: "smsc", TLVs: extra}},
		{Command: smpp.BindTransceiverResp, Body: &smpp.BindResp{SystemID: "smsc", TLVs: extra}},
		{Command: smpp.Outbind, Body: &smpp.Bind{SystemID: "smsc", Password: "secret"}},
		{Command: smpp.Unbind}, {Command: smpp.UnbindResp}, {Command: smpp.EnquireLink}, {Command: smpp.EnquireLinkResp},
		{Command: smpp.SubmitSM, Body: message}, {Command: smpp.DeliverSM, Body: message},
		{Command: smpp.SubmitSMResp, Body: id}, {Command: smpp.DeliverSMResp, Body: id}, {Command: smpp.DataSMResp, Body: id},
		{Command: smpp.SubmitSMResp, Status: smpp.StatusThrottled},
		{Command: smpp.SubmitMulti, Body: multi},
		{Command: smpp.SubmitMultiResp, Body: &smpp.MultiResp{MessageID: "1", Failed: []smpp.Unsuccessful{{Address: phone, Status: smpp.StatusInvalidDestination}}, TLVs: extra}},
		{Command: smpp.DataSM, Body: &smpp.Data{ServiceType: "CMT", Source: shop, Dest: phone, ESMClass: 1, Registered: 1, DataCoding: 8, TLVs: extra}},
		{Command: smpp.QuerySM, Body: &smpp.Query{MessageID: "1", Source: shop}},
		{Command: smpp.QuerySMResp, Body: &smpp.QueryResp{MessageID: "1", FinalDate: "261130193000000+", State: smpp.StateDelivered, ErrorCode: 9}},
		{Command: smpp.CancelSM, Body: &smpp.Cancel{ServiceType: "CMT", MessageID: "1", Source: shop, Dest: phone}}, {Command: smpp.CancelSMResp},
		{Command: smpp.ReplaceSM, Body: &smpp.Replace{MessageID: "1", Source: shop, Registered: 1, DefaultID: 2, ShortMessage: "Hi"}}, {Command: smpp.ReplaceSMResp},
		{Command: smpp.AlertNotification, Body: &smpp.Alert{Source: phone, ESME: shop, TLVs: smpp.TLVs("").WithOctet(smpp.TagMSAvailability, 0)}},
	}
	for i := range pdus {
		pdus[i].Sequence = uint32(i + 1)
	}
	return pdus
}

func TestEveryPDUIsReadAsItWasWritten(t *testing.T) {
	want := everyPDU()
	var stream []byte
	for _, p := range want {
		var err error
		if stream, err = smpp.Append(stream, p); err != nil {
			t.Fatal(err)
		}
	}
	for name, source := range map[string]io.Reader{
		"all in one piece": bytes.NewReader(stream),
		"octet by octet":   iotest.OneByteReader(bytes.NewReader(stream)),
		"in halves":        iotest.HalfReader(bytes.NewReader(stream)),
	} {
		r := smpp.NewReader(source)
		for _, w := range want {
			got, err := r.Read()
			if err != nil {
				t.Fatalf("%s: %v: %v", name, w, err)
			}
			if diff := cmp.Diff(w, got); diff != "" {
				t.Errorf("%s: %v (-want +got)\n%s", name, w, diff)
			}
		}
		if _, err := r.Read(); !errors.Is(err, io.EOF) {
			t.Errorf("%s: at the end: %v", name, err)
		}
	}
}

func read(t testing.TB, octets string) (smpp.PDU, error) {
	t.Helper()
	raw, err := hex.DecodeString(octets)
	if err != nil {
		t.Fatal(err)
	}
	return smpp.NewReader(bytes.NewReader(raw)).Read()
}

// TestOctetsFromTheField reads PDUs that other software has written.
func TestOctetsFromTheField(t *testing.T) {
	tests := []struct {
		name, hex string
		want      smpp.PDU
	}{
		{"the example of Wikipedia's article", "0000003c0000000400000000000000050002083535350001013535353535353535350000000000000000000" + "00f48656c6c6f2077696b697065646961", smpp.PDU{
			Command: smpp.SubmitSM, Sequence: 5, Body: &smpp.Message{
				Source: smpp.Address{TON: 2, NPI: 8, Addr: "555"}, Dest: smpp.Address{TON: 1, NPI: 1, Addr: "555555555"}, ShortMessage: "Hello wikipedia",
			},
		}},
		{"a refusal with an id", "00000021800000040000000b000000023041303030303030413344333233413100", smpp.PDU{
			Command: smpp.SubmitSMResp, Status: smpp.StatusInvalidDestination, Sequence: 2, Body: &smpp.MessageResp{MessageID: "0A000000A3D323A1"},
		}},
		{"a TLV of SMPP 5", "0000003a80000004000000000000000133346630616331622d613131642d343137622d383730622d666562303435636664633333000428000100", smpp.PDU{
			Command: smpp.SubmitSMResp, Sequence: 1, Body: &smpp.MessageResp{MessageID: "34f0ac1b-a11d-417b-870b-feb045cfdc33", TLVs: "\x04\x28\x00\x01\x00"},
		}},
		{"a deliver_sm of nothing", "000000210000000500000000800000010000000000000000000000000000000000", smpp.PDU{
			Command: smpp.DeliverSM, Sequence: 0x80000001, Body: &smpp.Message{},
		}},
		{"a header with StatusOK", "00000010800000040000000000000009", smpp.PDU{Command: smpp.SubmitSMResp, Sequence: 9}},
		{"an id without its NUL", "0000001280000004000000000000000a4142", smpp.PDU{
			Command: smpp.SubmitSMResp, Sequence: 10, Body: &smpp.MessageResp{MessageID: "AB"},
		}},
		{"a NUL behind the text, not counted", "000000240000000500000000000000010000000000000000000000000000000002486900", smpp.PDU{
			Command: smpp.DeliverSM, Sequence: 1, Body: &smpp.Message{ShortMessage: "Hi"},
		}},
	}
	for _, test := range tests {
		got, err := read(t, test.hex)
		if diff := cmp.Diff(test.want, got); diff != "" || err != nil {
			t.Errorf("%s: %v (-want +got)\n%s", test.name, err, diff)
		}
	}
}

func TestMalformedPDUsNameTheFieldAndTheStatus(t *testing.T) {
	const header = "0000000400000000" + "00000007"
	tests := []struct {
		name, hex string
		field     string
		offset    int
		status    smpp.Status
		fatal     bool
	}{
		{"4 GB", "ffffffff" + header, "command_length", 0, smpp.StatusInvalidCommandLength, true},
		{"72 KiB and one", "00012001" + header, "command_length", 0, smpp.StatusInvalidCommandLength, true},
		{"nothing", "00000000" + header, "command_length", 0, smpp.StatusInvalidCommandLength, true},
		{"no command", "00000010000000ff0000000000000001", "command_id", 4, smpp.StatusInvalidCommand, false},
		{"no body", "00000010" + header, "service_type", 16, smpp.StatusInvalidCommandLength, false},
		{"a service type too long", "00000018" + header + "4142434445464748", "service_type", 16, smpp.StatusInvalidServiceType, false},
		{"an address without an end", "00000015" + header + "0001013535", "source_addr", 19, smpp.StatusInvalidSource, false},
		{"a text longer than the PDU", "00000022" + header + strings.Repeat("00", 16) + "0548", "sm_length", 32, smpp.StatusInvalidMessageLength, false},
		{"TLVs past the end", "00000026" + header + strings.Repeat("00", 17) + "0204000700", "optional parameters", 33, smpp.StatusInvalidTLVStream, false},
		{"300 octets announced as 44", "0000014d" + header + strings.Repeat("00", 16) + "2c" + strings.Repeat("41", 300), "sm_length", 77, smpp.StatusInvalidMessageLength, false},
		{"a bind without an end", "00000012000000090000000000000001" + "4142", "system_id", 16, smpp.StatusBindFailed, false},
		{"a destination of no kind", "00000019000000210000000000000001" + "000000000109000000", "dest_flag", 21, smpp.StatusInvalidDestFlag, false},
	}
	for _, test := range tests {
		_, err := read(t, test.hex)
		var bad *smpp.Error
		if !errors.As(err, &bad) {
			t.Errorf("%s: got %v", test.name, err)
			continue
		}
		if bad.Field != test.field || bad.Offset != test.offset || bad.Status != test.status || bad.Fatal() != test.fatal {
			t.Errorf("%s: got %v (fatal: %t), want %s at octet %d, %v", test.name, err, bad.Fatal(), test.field, test.offset, test.status)
		}
	}
}

func TestWhatCannotBeWrittenIsAnError(t *testing.T) {
	tests := []struct {
		name  string
		pdu   smpp.PDU
		field string
	}{
		{"an address too long", smpp.PDU{Command: smpp.SubmitSM, Body: &smpp.Message{Dest: smpp.Address{Addr: "123456789012345678901"}}}, "destination_addr"},
		{"a NUL", smpp.PDU{Command: smpp.SubmitSM, Body: &smpp.Message{ServiceType: "A\x00"}}, "service_type"},
		{"255 octets", smpp.PDU{Command: smpp.SubmitSM, Body: &smpp.Message{ShortMessage: strings.Repeat("A", 255)}}, "short_message"},
		{"TLVs that are none", smpp.PDU{Command: smpp.SubmitSM, Body: &smpp.Message{TLVs: "abc"}}, "optional parameters"},
		{"more than 72 KiB", smpp.PDU{Command: smpp.SubmitSM, Body: &smpp.Message{TLVs: smpp.TLVs("").With(1, strings.Repeat("A", 65535)).With(2, strings.Repeat("A", 9000))}}, "optional parameters"},
		{"another command's body", smpp.PDU{Command: smpp.Unbind, Body: new(smpp.Message)}, "command_id"},
		{"255 destinations", smpp.PDU{Command: smpp.SubmitMulti, Body: &smpp.Multi{Dests: make([]smpp.Dest, 255)}}, "number_of_dests"},
	}
	for _, test := range tests {
		before := []byte("before")
		got, err := smpp.Append(before, test.pdu)
		var bad *smpp.Error
		if !errors.As(err, &bad) || bad.Field != test.field || string(got) != "before" {
			t.Errorf("%s: got %q, %v, want an error of %s", test.name, got, err, test.field)
		}
	}
}

func TestATruncatedStreamIsNoEnd(t *testing.T) {
	if _, err := read(t, "0000001000000015"); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("within a header: %v", err)
	}
	if _, err := read(t, "00000021000000050000000080000001"); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("behind a header: %v", err)
	}
}

func TestALargePDUIsReadAndItsMemoryGivenBack(t *testing.T) {
	payload := strings.Repeat("long ", 13000)
	m := &smpp.Message{TLVs: smpp.TLVs("").With(smpp.TagMessagePayload, payload)}
	stream, err := smpp.Append(nil, smpp.PDU{Command: smpp.DeliverSM, Sequence: 1, Body: m})
	if err != nil {
		t.Fatal(err)
	}
	stream, _ = smpp.Append(stream, smpp.PDU{Command: smpp.EnquireLink, Sequence: 2})
	r := smpp.NewReader(bytes.NewReader(stream))
	p, err := r.Read()
	if err != nil || p.Body.(*smpp.Message).Octets() != payload {
		t.Errorf("got %v, %v", p, err)
	}
	if p, err = r.Read(); err != nil || p.Sequence != 2 {
		t.Errorf("behind it: %v, %v", p, err)
	}
}

func TestTLVs(t *testing.T) {
	if n, ok := extra.Uint(smpp.TagUserReference); n != 7 || !ok {
		t.Errorf("got %d, %t, want 7", n, ok)
	}
	if s, ok := extra.CString(smpp.TagReceiptedMessageID); s != "a1" || !ok {
		t.Errorf("got %q, %t, want a1", s, ok)
	}
	if _, ok := extra.Get(smpp.TagMessagePayload); ok {
		t.Error("has a payload")
	}
	var tags []smpp.Tag
	for tag := range extra.All() {
		tags = append(tags, tag)
	}
	if diff := cmp.Diff([]smpp.Tag{0x1403, smpp.TagUserReference, smpp.TagReceiptedMessageID}, tags); diff != "" {
		t.Error(diff)
	}
}

func TestNamesForPeople(t *testing.T) {
	for got, want := range map[string]string{
		smpp.StatusThrottled.String():    "0x58 ESME_RTHROTTLED",
		smpp.Status(0x401).String():      "0x401",
		smpp.DataSMResp.String():         "data_sm_resp",
		smpp.Command(0xFF).String():      "0x000000FF",
		smpp.GenericNack.String():        "generic_nack",
		smpp.StateUndeliverable.String(): "UNDELIV",
	} {
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
