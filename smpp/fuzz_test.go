package smpp_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli/smpp"
)

func seedPDUs(f *testing.F) {
	f.Helper()
	for _, p := range everyPDU() {
		octets, err := smpp.Append(nil, p)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(octets)
	}
}

// FuzzRead checks that what is read is written and read again as it is, and that an error
// points into the PDU.
func FuzzRead(f *testing.F) {
	seedPDUs(f)
	f.Fuzz(func(t *testing.T, octets []byte) {
		p, err := smpp.NewReader(bytes.NewReader(octets)).Read()
		var bad *smpp.Error
		switch {
		case errors.As(err, &bad):
			if bad.Offset < 0 || bad.Offset > len(octets) || bad.Status == smpp.StatusOK || bad.Error() == "" {
				t.Errorf("%#v", bad)
			}
			return
		case err != nil:
			return
		}
		again, err := smpp.Append(nil, p)
		if errors.As(err, &bad) && bad.Field == "short_message" {
			return // 255 octets, which are read and not written
		}
		if err != nil {
			t.Fatalf("%v: %v", p, err)
		}
		got, err := smpp.NewReader(bytes.NewReader(again)).Read()
		if diff := cmp.Diff(p, got); diff != "" || err != nil {
			t.Errorf("%v (-first +second)\n%s", err, diff)
		}
	})
}

// FuzzSession sends octets to a session of each role, and checks that it ends.
func FuzzSession(f *testing.F) {
	seedPDUs(f)
	bind, _ := smpp.Append(nil, smpp.PDU{Command: smpp.BindTransceiver, Sequence: 1, Body: new(smpp.Bind)})
	submit, _ := smpp.Append(bind, smpp.PDU{Command: smpp.SubmitSM, Sequence: 2, Body: new(smpp.Message)})
	unbind, _ := smpp.Append(submit, smpp.PDU{Command: smpp.Unbind, Sequence: 3})
	f.Add(bind)
	f.Add(submit)
	f.Add(unbind)
	f.Fuzz(func(t *testing.T, octets []byte) {
		for _, role := range []smpp.Role{smpp.ESME, smpp.SMSC} {
			ours, theirs := net.Pipe()
			s := smpp.New(ours, smpp.Config{
				Role: role, PeerWindow: 4, Report: func(err error) { _ = err.Error() },
				Handle: func(_ context.Context, r *smpp.Request) { _ = r.Respond(smpp.StatusOK, nil) },
			})
			go func() { _, _ = io.Copy(io.Discard, theirs) }()
			go func() {
				_, _ = theirs.Write(octets)
				_ = theirs.Close()
			}()
			if err := s.Run(t.Context()); err == nil {
				t.Error("ended without an error")
			}
		}
	})
}

func FuzzReceipt(f *testing.F) {
	f.Add(byte(4), "id:0123456789 sub:001 dlvrd:001 submit date:2611301930 done date:2611301930 stat:DELIVRD err:000 text:Your order", "")
	f.Add(byte(0), "id:1 DELIVRD", string(smpp.TLVs("").WithCString(smpp.TagReceiptedMessageID, "77")))
	f.Add(byte(0x44), "\x00i\x00d\x00:\x001", "")
	f.Fuzz(func(t *testing.T, class byte, text, tlvs string) {
		r, ok := smpp.ParseReceipt(&smpp.Message{ESMClass: smpp.ESMClass(class), ShortMessage: text, TLVs: smpp.TLVs(tlvs)})
		if !ok {
			return
		}
		if !utf8.ValidString(r.Text) || !utf8.ValidString(r.Stat) || !utf8.ValidString(r.TextID) {
			t.Errorf("not UTF-8: %+v", r)
		}
		for form := range smpp.IDs(r.ID) {
			if form == "" {
				t.Errorf("an empty form of %q", r.ID)
			}
		}
		if again, ok := smpp.ParseReceipt(r.Message()); !ok || r.Stat == "" && again.State != r.State {
			t.Errorf("%+v is read again as %+v", r, again)
		}
	})
}

func FuzzUDH(f *testing.F) {
	f.Add("\x05\x00\x03\x07\x02\x01Hi")
	f.Add("\x08\x70\x01\x00\x00\x03\x07\x02\x01Hi")
	f.Fuzz(func(t *testing.T, octets string) {
		u, rest, ok := smpp.ParseUDH(octets)
		if !ok && rest != octets || ok && u.Octets+len(rest) != len(octets) {
			t.Errorf("%+v leaves %q, %t", u, rest, ok)
		}
		if p := u.Part; p.Number > p.Total || p.Total > 0 && p.Number == 0 {
			t.Errorf("part %d of %d", p.Number, p.Total)
		}
	})
}

// FuzzText checks that any octets give UTF-8, and that a text comes back from its messages.
func FuzzText(f *testing.F) {
	f.Add(byte(0), byte(0), "Zażółć €5 @ 8", uint16(1))
	f.Add(byte(0x40), byte(8), "\x05\x00\x03\x07\x02\x01\x00H", uint16(7))
	f.Add(byte(0), byte(0xF0), "\x00\x1be", uint16(9))
	zeros := []smpp.Alphabet{smpp.GSM, smpp.GSMPacked, smpp.Latin1, smpp.ASCII, smpp.UCS2}
	longs := []smpp.Long{smpp.LongUDH, smpp.LongSAR, smpp.LongPayload}
	f.Fuzz(func(t *testing.T, class, coding byte, octets string, n uint16) {
		a := smpp.Alphabets{Zero: zeros[int(n)%len(zeros)], One: zeros[int(n)/8%len(zeros)]}
		m := &smpp.Message{ESMClass: smpp.ESMClass(class), DataCoding: smpp.DataCoding(coding), ShortMessage: octets}
		if got := a.Decode(m); !utf8.ValidString(got.Text) {
			t.Errorf("not UTF-8: %q", got.Text)
		}
		if len(octets) > 10000 || !utf8.ValidString(octets) || strings.ContainsAny(octets, "\uFEFF\uFFFE") || a.Zero == smpp.GSMPacked && strings.Contains(octets, "@") {
			return // a mark is taken off; packed, '@' may be padding
		}
		long, joined := longs[int(n)/3%len(longs)], ""
		for _, m := range a.Encode(octets, long, n) {
			joined += a.Decode(&m).Text
		}
		if joined != octets {
			t.Errorf("%q came back as %q by %s under %s", octets, joined, long, a.Zero)
		}
	})
}
