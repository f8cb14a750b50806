package smpp_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli/smpp"
	"github.com/repli-sms/repli/sms"
)

func TestDecode(t *testing.T) {
	const udhi = smpp.FeatureUDHI
	gsmOne := smpp.Alphabets{One: smpp.GSM}
	tests := []struct {
		name      string
		alphabets smpp.Alphabets
		class     smpp.ESMClass
		coding    smpp.DataCoding
		octets    string
		want      smpp.Content // Data, UDH and Part aside
	}{
		{"GSM", smpp.Alphabets{}, 0, 0, "\x00 \x1be \x1b(x\x1b) \x5f \x10", smpp.Content{Text: "@ € {x} § Δ", Alphabet: smpp.GSM}},
		{"an escape at the end", smpp.Alphabets{}, 0, 0, "A\x1b", smpp.Content{Text: "A ", Alphabet: smpp.GSM, Mark: smpp.MarkDamaged}},
		{"an extension that is none", smpp.Alphabets{}, 0, 0, "\x1bA", smpp.Content{Text: "A", Alphabet: smpp.GSM}},
		{"UTF-8 under 0", smpp.Alphabets{}, 0, 0, "Zażółć €5 @ 8", smpp.Content{Text: "Zażółć €5 @ 8", Alphabet: smpp.GSM, Mark: smpp.MarkUTF8}},
		{"Latin-1 under 0", smpp.Alphabets{}, 0, 0, "\xa35", smpp.Content{Text: "£5", Alphabet: smpp.GSM, Mark: smpp.MarkDamaged}},
		{"Latin-1 agreed for 0", smpp.Alphabets{Zero: smpp.Latin1}, 0, 0, "\xa35 @", smpp.Content{Text: "£5 @", Alphabet: smpp.Latin1}},
		{"packed", smpp.Alphabets{Zero: smpp.GSMPacked}, 0, 0, "\xe8\x32\x9b\xfd\x06", smpp.Content{Text: "hello", Alphabet: smpp.GSMPacked}},
		{"packed, seven letters", smpp.Alphabets{Zero: smpp.GSMPacked}, 0, 0, "\x31\xd9\x8c\x56\xb3\xdd\x00", smpp.Content{Text: "1234567", Alphabet: smpp.GSMPacked}},
		{"ASCII", smpp.Alphabets{}, 0, 1, "@{}", smpp.Content{Text: "@{}", Alphabet: smpp.ASCII}},
		{"npm's smpp under 1", gsmOne, 0, 1, "\x00\x1b(", smpp.Content{Text: "@{", Alphabet: smpp.GSM}},
		{"Latin-1", smpp.Alphabets{}, 0, 3, "\xe9t\xe9", smpp.Content{Text: "été", Alphabet: smpp.Latin1}},
		{"Cyrillic", smpp.Alphabets{}, 0, 6, "\xbf\xe0\xd8\xd2\xd5\xe2", smpp.Content{Text: "Привет", Alphabet: smpp.Cyrillic}},
		{"Hebrew", smpp.Alphabets{}, 0, 7, "\xf9\xec\xe5\xed", smpp.Content{Text: "שלום", Alphabet: smpp.Hebrew}},
		{"UCS-2", smpp.Alphabets{}, 0, 8, "\x20\xac\xd8\x3c\xdf\x70", smpp.Content{Text: "€🍰", Alphabet: smpp.UCS2}},
		{"UCS-2 with a mark", smpp.Alphabets{}, 0, 8, "\xfe\xff\x00A", smpp.Content{Text: "A", Alphabet: smpp.UCS2}},
		{"UCS-2, little-endian", smpp.Alphabets{}, 0, 8, "\xff\xfeA\x00\x3c\xd8\x70\xdf", smpp.Content{Text: "A🍰", Alphabet: smpp.UCS2}},
		{"UCS-2 cut within a unit", smpp.Alphabets{}, 0, 8, "\x00A\x00", smpp.Content{Text: "A", Alphabet: smpp.UCS2, Mark: smpp.MarkDamaged}},
		{"half a pair", smpp.Alphabets{}, 0, 8, "\xd8\x3c\x00A", smpp.Content{Text: "\uFFFDA", Alphabet: smpp.UCS2, Mark: smpp.MarkDamaged}},
		{"flash", smpp.Alphabets{}, 0, 0x10, "A", smpp.Content{Text: "A", Alphabet: smpp.GSM, Flash: true}},
		{"flash in UCS-2", smpp.Alphabets{}, 0, 0x18, "\x00A", smpp.Content{Text: "A", Alphabet: smpp.UCS2, Flash: true}},
		{"flash by class", smpp.Alphabets{Zero: smpp.Latin1}, 0, 0xF0, "\x00", smpp.Content{Text: "@", Alphabet: smpp.GSM, Flash: true}},
		{"data for the phone", smpp.Alphabets{}, 0, 0xF5, "\x00", smpp.Content{Alphabet: smpp.Binary}},
		{"voice mail waits", smpp.Alphabets{}, 0, 0xC8, "A", smpp.Content{Text: "A", Alphabet: smpp.GSM}},
		{"voice mail waits, in UCS-2", smpp.Alphabets{}, 0, 0xE8, "\x00A", smpp.Content{Text: "A", Alphabet: smpp.UCS2}},
		{"binary", smpp.Alphabets{}, 0, 4, "A", smpp.Content{Alphabet: smpp.Binary}},
		{"Korean", smpp.Alphabets{}, 0, 14, "A", smpp.Content{Alphabet: smpp.Binary}},
		{"Turkish alphabet", smpp.Alphabets{}, udhi, 0, "\x03\x25\x01\x01\x07", smpp.Content{Text: "ı", Alphabet: smpp.GSM}},
		{"Turkish extension", smpp.Alphabets{}, udhi, 0, "\x03\x24\x01\x01\x1bg", smpp.Content{Text: "ğ", Alphabet: smpp.GSM}},
		{"Spanish extension", smpp.Alphabets{}, udhi, 0, "\x03\x24\x01\x02\x1ba", smpp.Content{Text: "á", Alphabet: smpp.GSM}},
		{"an unknown language", smpp.Alphabets{}, udhi, 0, "\x03\x25\x01\xee\x07", smpp.Content{Text: "ì", Alphabet: smpp.GSM}},
		{"ports", smpp.Alphabets{}, udhi, 0, "\x06\x05\x04\x0b\x84\x23\xf0A", smpp.Content{Alphabet: smpp.Binary}},
		{"a header longer than the text", smpp.Alphabets{}, udhi, 0, "\x40AB", smpp.Content{Text: "¡AB", Alphabet: smpp.GSM, Mark: smpp.MarkDamaged}},
	}
	for _, test := range tests {
		got := test.alphabets.Decode(&smpp.Message{ESMClass: test.class, DataCoding: test.coding, ShortMessage: test.octets})
		got.Data, got.UDH, got.Part = "", smpp.UDH{}, smpp.Part{}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s (-want +got)\n%s", test.name, diff)
		}
	}
}

func TestPartsOfLongTexts(t *testing.T) {
	sar := smpp.TLVs("").WithUint16(smpp.TagSARReference, 300).WithOctet(smpp.TagSARTotal, 3).WithOctet(smpp.TagSARNumber, 2)
	tests := []struct {
		name    string
		message smpp.Message
		text    string
		want    smpp.Part
		whole   bool
	}{
		{"8 bits", smpp.Message{ESMClass: smpp.FeatureUDHI, ShortMessage: "\x05\x00\x03\x07\x02\x01Hi"}, "Hi", smpp.Part{Reference: 7, Total: 2, Number: 1}, false},
		{"reference 0", smpp.Message{ESMClass: smpp.FeatureUDHI, ShortMessage: "\x05\x00\x03\x00\x02\x01Hi"}, "Hi", smpp.Part{Total: 2, Number: 1}, false},
		{"16 bits", smpp.Message{ESMClass: smpp.FeatureUDHI, ShortMessage: "\x06\x08\x04\x01\x07\x02\x01Hi"}, "Hi", smpp.Part{Reference: 263, Total: 2, Number: 1, Wide: true}, false},
		{"behind another element", smpp.Message{ESMClass: smpp.FeatureUDHI, ShortMessage: "\x08\x70\x01\x00\x00\x03\x07\x02\x01Hi"}, "Hi", smpp.Part{Reference: 7, Total: 2, Number: 1}, false},
		{"in the payload", smpp.Message{ESMClass: smpp.FeatureUDHI, TLVs: smpp.TLVs("").With(smpp.TagMessagePayload, "\x05\x00\x03\x07\x02\x01Hi")}, "Hi", smpp.Part{Reference: 7, Total: 2, Number: 1}, false},
		{"sar", smpp.Message{ShortMessage: "Hi", TLVs: sar}, "Hi", smpp.Part{Reference: 300, Total: 3, Number: 2, Wide: true}, false},
		{"1 of 1", smpp.Message{ESMClass: smpp.FeatureUDHI, ShortMessage: "\x05\x00\x03\x07\x01\x01Hi"}, "Hi", smpp.Part{Reference: 7, Total: 1, Number: 1}, true},
		{"3 of 2", smpp.Message{ESMClass: smpp.FeatureUDHI, ShortMessage: "\x05\x00\x03\x07\x02\x03Hi"}, "Hi", smpp.Part{}, true},
		{"no header announced", smpp.Message{ShortMessage: "Hi"}, "Hi", smpp.Part{}, true},
		{"half of sar", smpp.Message{ShortMessage: "Hi", TLVs: smpp.TLVs("").WithOctet(smpp.TagSARTotal, 3)}, "Hi", smpp.Part{}, true},
	}
	for _, test := range tests {
		got := smpp.Alphabets{}.Decode(&test.message)
		if got.Text != test.text || got.Part != test.want || got.Part.Whole() != test.whole {
			t.Errorf("%s: got %q, %+v, want %q, %+v", test.name, got.Text, got.Part, test.text, test.want)
		}
	}
}

// TestEncodedTextsAreCutAsTheyAreCounted cuts texts in each way and reads them again.
func TestEncodedTextsAreCutAsTheyAreCounted(t *testing.T) {
	texts := map[string]string{
		"short": "Your order is ready.", "empty": "", "extension": "{€} @!",
		"160": strings.Repeat("a", 160), "161": strings.Repeat("a", 161), "a pair at the cut": strings.Repeat("a", 152) + "€" + strings.Repeat("b", 60),
		"70": strings.Repeat("я", 70), "71": strings.Repeat("я", 71), "emoji": strings.Repeat("🍰", 110), "1600": strings.Repeat("lorem ip", 200),
		"Latin-1": strings.Repeat("été ", 60),
	}
	alphabets := map[string]smpp.Alphabets{
		"GSM": {}, "packed": {Zero: smpp.GSMPacked}, "Latin-1": {Zero: smpp.Latin1}, "ASCII": {Zero: smpp.ASCII}, "UCS-2": {Zero: smpp.UCS2},
	}
	for name, text := range texts {
		for which, a := range alphabets {
			for _, long := range []smpp.Long{smpp.LongUDH, smpp.LongSAR, smpp.LongPayload} {
				messages := a.Encode(text, long, 0x1234)
				var joined strings.Builder
				for i, m := range messages {
					got := a.Decode(&m)
					joined.WriteString(got.Text)
					if _, err := smpp.Append(nil, smpp.PDU{Command: smpp.SubmitSM, Body: &m}); err != nil {
						t.Errorf("%s, %s, %s: %v", name, which, long, err)
					}
					if len(messages) > 1 && (int(got.Part.Number) != i+1 || int(got.Part.Total) != len(messages) || got.Part.Reference&0xFF != 0x34) {
						t.Errorf("%s, %s, %s: part %d of %d is %+v", name, which, long, i+1, len(messages), got.Part)
					}
					if got.Mark != "" {
						t.Errorf("%s, %s, %s: marked %s", name, which, long, got.Mark)
					}
				}
				if joined.String() != text {
					t.Errorf("%s, %s, %s: got %q", name, which, long, joined.String())
				}
				want := sms.Measure(text).Segments
				if long == smpp.LongPayload {
					want = 1
				}
				if (which == "GSM" || which == "packed") && len(messages) != want {
					t.Errorf("%s, %s, %s: %d messages, want %d", name, which, long, len(messages), want)
				}
			}
		}
	}
}

func TestPartsFitAPhone(t *testing.T) {
	for name, text := range map[string]string{"GSM": strings.Repeat("a", 1000), "UCS-2": strings.Repeat("я", 1000)} {
		for _, m := range (smpp.Alphabets{Zero: smpp.GSMPacked}).Encode(text, smpp.LongUDH, 1) {
			if len(m.ShortMessage) > 140 {
				t.Errorf("%s: a part has %d octets, a phone's message 140", name, len(m.ShortMessage))
			}
		}
	}
}
