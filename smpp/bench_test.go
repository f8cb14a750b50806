package smpp_test

import (
	"bytes"
	"context"
	"io"
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/repli-sms/repli/smpp"
)

func benchmarkPDU() smpp.PDU {
	return smpp.PDU{Command: smpp.DeliverSM, Sequence: 1, Body: &smpp.Message{
		Source: phone, Dest: shop, ShortMessage: strings.Repeat("Hello ", 20),
		TLVs: smpp.TLVs("").WithCString(smpp.TagReceiptedMessageID, "0123456789").WithOctet(smpp.TagMessageState, 2),
	}}
}

func BenchmarkAppend(b *testing.B) {
	p := benchmarkPDU()
	var w smpp.Writer
	var buffer []byte
	b.ReportAllocs()
	for b.Loop() {
		buffer, _ = w.Append(buffer[:0], p)
	}
}

// repeated is a stream that gives the same octets for ever.
type repeated struct {
	octets []byte
	at     int
}

func (r *repeated) Read(b []byte) (int, error) {
	n := copy(b, r.octets[r.at:])
	r.at = (r.at + n) % len(r.octets)
	return n, nil
}

func BenchmarkRead(b *testing.B) {
	octets, err := smpp.Append(nil, benchmarkPDU())
	if err != nil {
		b.Fatal(err)
	}
	r := smpp.NewReader(&repeated{octets: bytes.Repeat(octets, 50)})
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.Read(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecode(b *testing.B) {
	m := &smpp.Message{ShortMessage: strings.Repeat("Hello ", 20)}
	b.ReportAllocs()
	for b.Loop() {
		if (smpp.Alphabets{}).Decode(m).Text == "" {
			b.Fatal("no text")
		}
	}
}

func BenchmarkParseReceipt(b *testing.B) {
	m := &smpp.Message{ESMClass: smpp.TypeReceipt, ShortMessage: "id:0123456789 sub:001 dlvrd:001 submit date:2611301930 done date:2611301930 stat:DELIVRD err:000 text:Your order"}
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := smpp.ParseReceipt(m); !ok {
			b.Fatal("no receipt")
		}
	}
}

// BenchmarkSession submits over the loopback with a window of 1,000; an operation is a
// submit_sm and its answer, both sides included.
func BenchmarkSession(b *testing.B) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	client, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		b.Fatal(err)
	}
	server, err := listener.Accept()
	if err != nil {
		b.Fatal(err)
	}
	_ = listener.Close()
	smsc := smpp.New(server, smpp.Config{Role: smpp.SMSC, Handle: func(_ context.Context, r *smpp.Request) {
		if r.Command == smpp.SubmitSM {
			_ = r.Respond(smpp.StatusOK, &smpp.MessageResp{MessageID: "0123456789"})
			return
		}
		_ = r.Respond(smpp.StatusOK, nil)
	}})
	esme := smpp.New(client, smpp.Config{Window: 1000})
	var running sync.WaitGroup
	running.Go(func() { _ = smsc.Run(b.Context()) })
	running.Go(func() { _ = esme.Run(b.Context()) })
	if _, err := esme.Bind(b.Context(), smpp.BindTransceiver, new(smpp.Bind)); err != nil {
		b.Fatal(err)
	}
	m := benchmarkPDU().Body
	var answered sync.WaitGroup
	b.ReportAllocs()
	for b.Loop() {
		place, err := esme.Reserve(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		answered.Add(1)
		if err := place.Send(smpp.SubmitSM, m, func(smpp.PDU, error) { answered.Done() }); err != nil {
			b.Fatal(err)
		}
	}
	answered.Wait()
	esme.Close()
	running.Wait()
	_, _ = io.Copy(io.Discard, server)
}
