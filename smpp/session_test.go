package smpp_test

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/repli-sms/repli/smpp"
	"github.com/repli-sms/repli/smpp/smpptest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// play runs a test in fake time with an SMSC and an ESME bound to it. The ESME is closed and the
// SMSC too at the end.
func play(t *testing.T, smsc *smpptest.SMSC, config smpp.Config, test func(t *testing.T, esme *smpp.Session)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		esme, ended := connect(t, smsc, config)
		if _, err := esme.Bind(t.Context(), smpp.BindTransceiver, &smpp.Bind{SystemID: "repli", Password: "secret", Version: smpp.Version34}); err != nil {
			t.Fatal(err)
		}
		test(t, esme)
		esme.Close()
		<-ended
		smsc.Close()
	})
}

// connect returns a session that is not bound yet, and a channel that gives the error of Run.
func connect(t *testing.T, smsc *smpptest.SMSC, config smpp.Config) (*smpp.Session, <-chan error) {
	t.Helper()
	conn, err := smsc.Dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	esme := smpp.New(conn, config)
	ended := make(chan error, 1)
	go func() { ended <- esme.Run(context.WithoutCancel(t.Context())) }()
	return esme, ended
}

func hello() *smpp.Message {
	return &smpp.Message{Dest: smpp.Address{TON: smpp.TONInternational, NPI: smpp.NPIE164, Addr: "15557770001"}, ShortMessage: "Hello"}
}

func TestASubmittedMessageIsAnsweredWithItsID(t *testing.T) {
	smsc := &smpptest.SMSC{Passwords: map[string]string{"repli": "secret"}}
	play(t, smsc, smpp.Config{}, func(t *testing.T, esme *smpp.Session) {
		for want := range 3 {
			p, err := esme.Do(t.Context(), smpp.SubmitSM, hello())
			if err != nil || p.Status != smpp.StatusOK || p.MessageID() != fmt.Sprint(want+1) {
				t.Errorf("got %v %q %v, want id %d", p, p.MessageID(), err, want+1)
			}
		}
		if got := smsc.Submits(); len(got) != 3 || got[0].Message.ShortMessage != "Hello" {
			t.Errorf("the SMSC has %+v", got)
		}
	})
}

func TestARefusedBindNamesTheStatusAndEndsTheSession(t *testing.T) {
	for password, want := range map[string]smpp.Status{"wrong": smpp.StatusInvalidPassword} {
		synctest.Test(t, func(t *testing.T) {
			smsc := &smpptest.SMSC{Passwords: map[string]string{"repli": "secret"}}
			esme, ended := connect(t, smsc, smpp.Config{})
			_, err := esme.Bind(t.Context(), smpp.BindTransceiver, &smpp.Bind{SystemID: "repli", Password: password})
			var refused *smpp.RefusedError
			if !errors.As(err, &refused) || refused.Status != want {
				t.Errorf("got %v, want %v", err, want)
			}
			<-ended
			smsc.Close()
		})
	}
}

func TestAReceiptMayOvertakeTheAnswer(t *testing.T) {
	smsc := &smpptest.SMSC{Answer: func(int, *smpp.Message) smpptest.Answer {
		return smpptest.Answer{Early: []smpp.Receipt{{State: smpp.StateDelivered}}}
	}}
	var got []string
	config := smpp.Config{Handle: func(_ context.Context, r *smpp.Request) {
		receipt, ok := smpp.ParseReceipt(r.Body.(*smpp.Message))
		got = append(got, fmt.Sprint("receipt ", receipt.ID, " ", receipt.State, " ", ok))
		_ = r.Respond(smpp.StatusOK, nil)
	}}
	play(t, smsc, config, func(t *testing.T, esme *smpp.Session) {
		p, err := esme.Do(t.Context(), smpp.SubmitSM, hello())
		got = append(got, fmt.Sprint("answer ", p.MessageID(), " ", err))
		if want := "[receipt 1 DELIVRD true answer 1 <nil>]"; fmt.Sprint(got) != want {
			t.Errorf("got %v, want %v", got, want)
		}
	})
}

func TestAFullWindowWaitsForAnAnswer(t *testing.T) {
	smsc := &smpptest.SMSC{Answer: func(int, *smpp.Message) smpptest.Answer {
		return smpptest.Answer{After: time.Second}
	}}
	play(t, smsc, smpp.Config{Window: 2}, func(t *testing.T, esme *smpp.Session) {
		start := time.Now()
		var all sync.WaitGroup
		for range 6 {
			all.Go(func() {
				if _, err := esme.Do(t.Context(), smpp.SubmitSM, hello()); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if took := time.Since(start); took != 3*time.Second {
			t.Errorf("six messages in a window of two took %v, want 3s", took)
		}
	})
}

func TestAPlaceInTheWindowCanBeGivenBack(t *testing.T) {
	smsc := new(smpptest.SMSC)
	play(t, smsc, smpp.Config{Window: 1}, func(t *testing.T, esme *smpp.Session) {
		place, err := esme.Reserve(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := esme.Reserve(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a second place: %v, want that the time is over", err)
		}
		place.Release()
		if _, err := esme.Do(t.Context(), smpp.SubmitSM, hello()); err != nil {
			t.Error(err)
		}
	})
}

func TestASlowHandlerStopsNothingElse(t *testing.T) {
	smsc := new(smpptest.SMSC)
	hang := 45 * time.Second
	config := smpp.Config{EnquireLink: 10 * time.Second, Handle: func(_ context.Context, r *smpp.Request) {
		<-time.After(hang)
		hang = 0
		_ = r.Respond(smpp.StatusOK, nil)
	}}
	play(t, smsc, config, func(t *testing.T, esme *smpp.Session) {
		var delivered sync.WaitGroup
		for range 5 {
			delivered.Go(func() {
				if p, err := smsc.Deliver(t.Context(), hello()); err != nil || p.Status != smpp.StatusOK {
					t.Errorf("deliver: %v, %v", p, err)
				}
			})
		}
		<-time.After(44 * time.Second) // several enquire_links each way
		if p, err := esme.Do(t.Context(), smpp.SubmitSM, hello()); err != nil || p.MessageID() != "1" {
			t.Errorf("submit while the handler hangs: %v, %v", p, err)
		}
		delivered.Wait()
	})
}

func TestRequestsMayBeAnsweredInAnyOrder(t *testing.T) {
	smsc := new(smpptest.SMSC)
	var waiting []*smpp.Request
	config := smpp.Config{Handle: func(_ context.Context, r *smpp.Request) {
		if waiting = append(waiting, r); len(waiting) == 3 {
			for i := range waiting {
				_ = waiting[2-i].Respond(smpp.StatusOK, nil)
				_ = waiting[2-i].Respond(smpp.StatusSystemError, nil) // the second answer is dropped
			}
		}
	}}
	play(t, smsc, config, func(t *testing.T, _ *smpp.Session) {
		var all sync.WaitGroup
		for range 3 {
			all.Go(func() {
				if p, err := smsc.Deliver(t.Context(), hello()); err != nil || p.Status != smpp.StatusOK {
					t.Errorf("deliver: %v, %v", p, err)
				}
			})
		}
		all.Wait()
	})
}

func TestOutcomesOfALostConnection(t *testing.T) {
	tests := []struct {
		name   string
		answer smpptest.Answer
		cut    bool
	}{
		{"ended within the answer", smpptest.Answer{Cut: true}, false},
		{"ended without an answer", smpptest.Answer{Mute: true}, true},
		{"unanswered for too long", smpptest.Answer{Mute: true}, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			smsc := &smpptest.SMSC{Answer: func(int, *smpp.Message) smpptest.Answer { return test.answer }}
			play(t, smsc, smpp.Config{}, func(t *testing.T, esme *smpp.Session) {
				if test.cut {
					time.AfterFunc(time.Second, smsc.Cut)
				}
				if _, err := esme.Do(t.Context(), smpp.SubmitSM, hello()); !errors.Is(err, smpp.ErrUnanswered) {
					t.Errorf("got %v, want ErrUnanswered", err)
				}
			})
		})
	}
}

func TestARequestBehindAStuckWriteWasNotSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ours, theirs := net.Pipe()
		esme := smpp.New(ours, smpp.Config{Window: 3, WriteTimeout: 5 * time.Second})
		ended := make(chan error, 1)
		go func() { ended <- esme.Run(t.Context()) }()
		go func() {
			p, _ := smpp.NewReader(theirs).Read()
			octets, _ := smpp.Append(nil, smpp.PDU{Command: smpp.BindTransceiverResp, Sequence: p.Sequence})
			_, _ = theirs.Write(octets) // and then it reads no more
		}()
		if _, err := esme.Bind(t.Context(), smpp.BindTransceiver, new(smpp.Bind)); err != nil {
			t.Fatal(err)
		}
		outcomes := make(chan error, 2)
		for range 2 {
			place, err := esme.Reserve(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if err := place.Send(smpp.SubmitSM, hello(), func(_ smpp.PDU, err error) { outcomes <- err }); err != nil {
				t.Fatal(err)
			}
			synctest.Wait() // the first is with the connection, the second behind it
		}
		if err := <-ended; err == nil {
			t.Error("the session survived a peer that takes nothing")
		}
		unanswered, unsent := 0, 0
		for range 2 {
			switch err := <-outcomes; {
			case errors.Is(err, smpp.ErrUnanswered):
				unanswered++
			case errors.Is(err, smpp.ErrNotSent):
				unsent++
			}
		}
		if unanswered != 1 || unsent != 1 {
			t.Errorf("%d unanswered and %d not sent, want one each", unanswered, unsent)
		}
		_ = theirs.Close()
	})
}

func TestUnbindWaitsForAnswersBothWays(t *testing.T) {
	smsc := &smpptest.SMSC{Answer: func(int, *smpp.Message) smpptest.Answer { return smpptest.Answer{After: 3 * time.Second} }}
	var handled *smpp.Request
	config := smpp.Config{Handle: func(_ context.Context, r *smpp.Request) { handled = r }}
	play(t, smsc, config, func(t *testing.T, esme *smpp.Session) {
		var all sync.WaitGroup
		all.Go(func() {
			if p, err := esme.Do(t.Context(), smpp.SubmitSM, hello()); err != nil || p.MessageID() != "1" {
				t.Errorf("submit: %v, %v", p, err)
			}
		})
		all.Go(func() {
			if p, err := smsc.Deliver(t.Context(), hello()); err != nil || p.Status != smpp.StatusOK {
				t.Errorf("deliver: %v, %v", p, err)
			}
		})
		synctest.Wait()
		time.AfterFunc(5*time.Second, func() { _ = handled.Respond(smpp.StatusOK, nil) })
		start := time.Now()
		if err := esme.Unbind(t.Context()); err != nil {
			t.Errorf("unbind: %v", err)
		}
		if took := time.Since(start); took != 5*time.Second {
			t.Errorf("unbinding took %v, want the 5s of the slowest answer", took)
		}
		if _, err := esme.Do(t.Context(), smpp.SubmitSM, hello()); !errors.Is(err, smpp.ErrClosed) {
			t.Errorf("submit afterwards: %v, want ErrClosed", err)
		}
		all.Wait()
	})
}

func TestAnUnbindOfThePeerEndsTheSession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		smsc := new(smpptest.SMSC)
		esme, ended := connect(t, smsc, smpp.Config{})
		if _, err := esme.Bind(t.Context(), smpp.BindReceiver, new(smpp.Bind)); err != nil {
			t.Fatal(err)
		}
		smsc.Close()
		if err := <-ended; !errors.Is(err, smpp.ErrUnbound) {
			t.Errorf("got %v, want ErrUnbound", err)
		}
	})
}

func TestTheEndOfTheContextUnbinds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		smsc := new(smpptest.SMSC)
		conn, _ := smsc.Dial(t.Context())
		esme := smpp.New(conn, smpp.Config{})
		ctx, stop := context.WithCancelCause(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- esme.Run(ctx) }()
		if _, err := esme.Bind(t.Context(), smpp.BindTransceiver, new(smpp.Bind)); err != nil {
			t.Fatal(err)
		}
		reason := errors.New("the program stops")
		stop(reason)
		if err := <-ended; !errors.Is(err, reason) {
			t.Errorf("got %v, want %v", err, reason)
		}
		smsc.Close()
	})
}

// TestTimers has a peer that says nothing, or nothing more after the bind.
func TestTimers(t *testing.T) {
	tests := []struct {
		name   string
		config smpp.Config
		bind   bool
		want   error
		after  time.Duration
	}{
		{"nobody binds", smpp.Config{Role: smpp.SMSC, InitTimeout: 10 * time.Second}, false, smpp.ErrInit, 10 * time.Second},
		{"enquire_link is not answered", smpp.Config{EnquireLink: 20 * time.Second}, true, smpp.ErrSilence, 40 * time.Second},
		{"no message for long", smpp.Config{Inactivity: time.Minute, UnbindTimeout: time.Second, EnquireLink: time.Hour}, true, smpp.ErrInactive, 61 * time.Second},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ours, theirs := net.Pipe()
				go func() {
					if p, err := smpp.NewReader(theirs).Read(); err == nil {
						octets, _ := smpp.Append(nil, smpp.PDU{Command: p.Command.Response(), Sequence: p.Sequence})
						_, _ = theirs.Write(octets)
						_, _ = io.Copy(io.Discard, theirs)
					}
				}()
				s := smpp.New(ours, test.config)
				ended := make(chan error, 1)
				start := time.Now()
				go func() { ended <- s.Run(t.Context()) }()
				if test.bind {
					if _, err := s.Bind(t.Context(), smpp.BindTransceiver, new(smpp.Bind)); err != nil {
						t.Fatal(err)
					}
				}
				if err := <-ended; !errors.Is(err, test.want) {
					t.Errorf("got %v, want %v", err, test.want)
				}
				if late := time.Since(start) - test.after; late < 0 || late > time.Second {
					t.Errorf("ended after %v, want %v", time.Since(start), test.after)
				}
				_ = theirs.Close()
			})
		})
	}
}

// TestAPeerThatSendsGarbageIsAnswered writes raw octets to an SMSC's session and reads what
// comes back, until nothing more does or the connection ends.
func TestAPeerThatSendsGarbageIsAnswered(t *testing.T) {
	const bound = "bound first"
	tests := []struct {
		name  string
		state string
		hex   string
		want  string // PDUs in short
		ends  error
	}{
		{"HTTP", "", "474554202f20485454502f312e310d0a0d0a", "generic_nack 0x02 0", nil},
		{"a bind two bytes short", "", "002a000000090000000000000001736d7070636c69656e74310070617373776f7264000050010100", "generic_nack 0x02 0", nil},
		{"a length below 16", bound, "0000000f000000040000000000000001", "generic_nack 0x02 0", nil},
		{"an unknown command", bound, "00000010000000aa0000000000000007", "generic_nack 0x03 7", io.EOF},
		{"submit before bind", "", "00000010000000150000000000000005" + "000000210000000400000000000000060000000000000000000000000000000000", "enquire_link_resp 0x00 5, submit_sm_resp 0x04 6", io.EOF},
		{"a TLV past the end", bound, "000000460000000400000000000000630000007261772d66726f6d0000007261772d746f00000000000000000000137472756e636174656420746c762070726f6265001d00c8", "submit_sm_resp 0xC0 99", io.EOF},
		{"an answer to nothing", bound, "0000001080000005000000000000000a" + "00000010000000150000000000000005", "enquire_link_resp 0x00 5", io.EOF},
		{"a sequence above 0x7FFFFFFF", bound, "00000010000000150000000080000001", "enquire_link_resp 0x00 2147483649", io.EOF},
		{"half a PDU and silence", bound, "000000210000000400", "", smpp.ErrPDUTimeout},
		{"a nack of sequence 0", bound, "00000010800000000000000200000000", "", smpp.ErrNack},
		{"a bind that is malformed", "", "000000120000000900000000000000014141", "bind_transceiver_resp 0x0D 1", nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { garbage(t, test.state == bound, test.hex, test.want, test.ends) })
		})
	}
}

func garbage(t *testing.T, bind bool, octets, want string, ends error) {
	ours, theirs := net.Pipe()
	smsc := smpp.New(ours, smpp.Config{Role: smpp.SMSC, Handle: func(_ context.Context, r *smpp.Request) { _ = r.Respond(smpp.StatusOK, nil) }})
	ended := make(chan error, 1)
	go func() { ended <- smsc.Run(t.Context()) }()
	answers := smpp.NewReader(theirs)
	if bind {
		raw, _ := smpp.Append(nil, smpp.PDU{Command: smpp.BindTransceiver, Sequence: 1, Body: new(smpp.Bind)})
		_, _ = theirs.Write(raw)
		if p, err := answers.Read(); err != nil || p.Status != smpp.StatusOK {
			t.Fatal(p, err)
		}
	}
	var got string
	finished := make(chan struct{})
	go func() {
		defer close(finished)
		for {
			p, err := answers.Read()
			if err != nil {
				return
			}
			if p.Command == smpp.EnquireLink {
				continue
			}
			if got != "" {
				got += ", "
			}
			got += fmt.Sprintf("%v 0x%02X %d", p.Command, uint32(p.Status), p.Sequence)
		}
	}()
	raw, err := hex.DecodeString(octets)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = theirs.Write(raw)
	if ends != nil {
		if errors.Is(ends, io.EOF) {
			synctest.Wait()
			_ = theirs.Close()
		}
		if err := <-ended; !errors.Is(err, ends) {
			t.Errorf("ended with %v, want %v", err, ends)
		}
	} else if err := <-ended; err == nil {
		t.Error("ended without an error")
	}
	_ = theirs.Close()
	<-finished
	if got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
