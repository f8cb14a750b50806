package smpp_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli/smpp"
)

func minute(s string) time.Time {
	t, _ := time.Parse("2006-01-02T15:04", s)
	return t
}

// TestReceiptsInTheDialectsOfTheField has the forms that SMSCs and gateways were seen to write.
func TestReceiptsInTheDialectsOfTheField(t *testing.T) {
	const ours = smpp.TypeReceipt
	at := minute("2026-11-30T19:30")
	tlvs := smpp.TLVs("").WithCString(smpp.TagReceiptedMessageID, "77").WithOctet(smpp.TagMessageState, 2)
	tests := []struct {
		name  string
		class smpp.ESMClass
		text  string
		tlvs  smpp.TLVs
		want  smpp.Receipt // Declared is not compared
	}{
		{"the specification's", ours, "id:0123456789 sub:001 dlvrd:001 submit date:2611301930 done date:2611301930 stat:DELIVRD err:000 text:Your order", "",
			smpp.Receipt{ID: "0123456789", State: smpp.StateDelivered, Stat: "DELIVRD", Err: "000", Submitted: at, Done: at, Text: "Your order"}},
		{"twelve digits", ours, "id:1 submit date:261130193000 done date:202611301930 stat:EXPIRED err:21b text:", "",
			smpp.Receipt{ID: "1", State: smpp.StateExpired, Stat: "EXPIRED", Err: "21b", Submitted: at, Done: at}},
		{"fourteen digits, eight letters", ours, "id:1 done date:20261130193000 stat:DELIVERD err:0", "",
			smpp.Receipt{ID: "1", State: smpp.StateDelivered, Stat: "DELIVERD", Err: "0", Done: at}},
		{"no date at all", ours, "id:1 submit date:0000000000 stat:FAILED err:0000", "",
			smpp.Receipt{ID: "1", State: smpp.StateUndeliverable, Stat: "FAILED", Err: "0000"}},
		{"no label stat", ours, "id:816 sub:001 DELIVRD err:000 text:x", "",
			smpp.Receipt{ID: "816", State: smpp.StateDelivered, Stat: "DELIVRD", Err: "000", Text: "x"}},
		{"other case, order and labels", ours, "STAT:rejectd ID: ab12 mcc:208 mnc:01 price:0.05 Err: 5 Text:no", "",
			smpp.Receipt{ID: "ab12", State: smpp.StateRejected, Stat: "rejectd", Err: "5", Text: "no"}},
		{"TLVs only", ours, "", tlvs, smpp.Receipt{ID: "77", State: smpp.StateDelivered}},
		{"TLVs win", ours, "id:78 stat:UNDELIV err:1", tlvs, smpp.Receipt{ID: "77", State: smpp.StateDelivered, Stat: "UNDELIV", Err: "1"}},
		{"an id without its NUL", ours, "", smpp.TLVs("").With(smpp.TagReceiptedMessageID, "77"), smpp.Receipt{ID: "77", State: smpp.StateNone}},
		{"a text that imitates one", ours, "id:1 stat:UNDELIV err:9 text:id:2 stat:DELIVRD err:000", "",
			smpp.Receipt{ID: "1", State: smpp.StateUndeliverable, Stat: "UNDELIV", Err: "9", Text: "id:2 stat:DELIVRD err:000"}},
		{"UCS-2", ours, "\x00i\x00d\x00:\x005\x00 \x00s\x00t\x00a\x00t\x00:\x00D\x00E\x00L\x00I\x00V\x00R\x00D", "",
			smpp.Receipt{ID: "5", State: smpp.StateDelivered, Stat: "DELIVRD"}},
		{"a vendor's state", ours, "id:5 stat:CA:0051 err:0", "", smpp.Receipt{ID: "5", State: smpp.StateNone, Stat: "CA:0051", Err: "0"}},
		{"Kannel's 44", 0x44, "id:5 stat:DELIVRD err:000 text:", "", smpp.Receipt{ID: "5", State: smpp.StateDelivered, Stat: "DELIVRD", Err: "000"}},
		{"not final yet", smpp.TypeIntermediate, "id:5 stat:ENROUTE err:000", "", smpp.Receipt{ID: "5", State: smpp.StateEnroute, Stat: "ENROUTE", Err: "000", Interim: true}},
		{"not declared", 0, "id:5 stat:DELIVRD err:000", "", smpp.Receipt{ID: "5", State: smpp.StateDelivered, Stat: "DELIVRD", Err: "000"}},
		{"octets that are no UTF-8", ours, "id:5 stat:DELIVRD text:\xe9", "", smpp.Receipt{ID: "5", State: smpp.StateDelivered, Stat: "DELIVRD", Text: "\uFFFD"}},
	}
	for _, test := range tests {
		got, ok := smpp.ParseReceipt(&smpp.Message{ESMClass: test.class, DataCoding: 8, ShortMessage: test.text, TLVs: test.tlvs})
		if !ok || got.Declared != (test.class != 0) {
			t.Errorf("%s: is a receipt: %t, declared: %t", test.name, ok, got.Declared)
		}
		got.Declared, got.TextID = false, ""
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s (-want +got)\n%s", test.name, diff)
		}
	}
}

func TestTextsOfPeopleAreNoReceipts(t *testing.T) {
	for _, text := range []string{"", "Hello", "my id: 5", "the stat:DELIVRD of it", "paid: yes stat:no", "\x00H\x00i"} {
		if got, ok := smpp.ParseReceipt(&smpp.Message{ShortMessage: text}); ok {
			t.Errorf("%q is taken for %+v", text, got)
		}
	}
}

func TestFinalStates(t *testing.T) {
	for r, want := range map[smpp.Receipt]bool{
		{State: smpp.StateDelivered}:                true,
		{State: smpp.StateUndeliverable}:            true,
		{State: smpp.StateEnroute}:                  false,
		{State: smpp.StateAccepted}:                 false,
		{State: smpp.StateNone}:                     false,
		{State: smpp.StateDelivered, Interim: true}: false,
	} {
		if r.Final() != want {
			t.Errorf("%+v is final: %t", r, !want)
		}
	}
}

func TestAWrittenReceiptIsReadAgain(t *testing.T) {
	at := minute("2026-11-30T19:30")
	want := smpp.Receipt{
		ID: "a1", TextID: "a1", State: smpp.StateUndeliverable, Stat: "UNDELIV", Err: "005",
		Submitted: at, Done: at, Text: "Your order is ready ", Network: "\x03\x00\x05", Declared: true,
	}
	m := want.Message()
	if wantText := "id:a1 sub:001 dlvrd:000 submit date:2611301930 done date:2611301930 stat:UNDELIV err:005 text:Your order is ready "; m.ShortMessage != wantText {
		t.Errorf("got %q", m.ShortMessage)
	}
	want.Text = "Your order is ready"
	got, ok := smpp.ParseReceipt(m)
	if diff := cmp.Diff(want, got); diff != "" || !ok {
		t.Errorf("%t (-want +got)\n%s", ok, diff)
	}
}

func TestFormsOfAnID(t *testing.T) {
	tests := []struct {
		name            string
		submit, receipt string
		want            bool
	}{
		{"as it is", "a1b2", "a1b2", true},
		{"other case", "A1B2", "a1b2", true},
		{"leading zeros", "123", "0000000123", true},
		{"hexadecimal, then decimal", "4d2", "1234", true},
		{"hexadecimal of eight, then decimal of ten", "000004D2", "0000001234", true},
		{"decimal, then hexadecimal", "1234", "4D2", true},
		{"trailing spaces", "1234", "1234  ", true},
		{"another one", "1234", "1235", false},
		{"a part of it", "1234", "12345", false},
		{"a UUID", "34f0ac1b-a11d-417b-870b-feb045cfdc33", "34F0AC1B-A11D-417B-870B-FEB045CFDC33", true},
		{"none", "1234", "", false},
	}
	for _, test := range tests {
		if got := slices.Contains(slices.Collect(smpp.IDs(test.receipt)), test.submit); got != test.want {
			t.Errorf("%s: %q among the forms of %q: %t", test.name, test.submit, test.receipt, got)
		}
	}
	if got := slices.Collect(smpp.IDs("x-1")); !slices.Equal(got, []string{"x-1", "X-1"}) {
		t.Errorf("got %q", got)
	}
}
