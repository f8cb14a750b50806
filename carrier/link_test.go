package carrier_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/carrier"
)

// A line is a carrier and an inbox that answer as the test has them.
type line struct{ err error }

func (line) Name() string                 { return "line" }
func (line) Abilities() carrier.Abilities { return carrier.Abilities{ConfirmsKeywords: true} }
func (line) Bound() bool                  { return true }
func (l line) Submit(context.Context, repli.Message) (carrier.Taken, error) {
	return carrier.Taken{}, l.err
}
func (line) Run(ctx context.Context) error                    { <-ctx.Done(); return nil }
func (l line) Message(context.Context, carrier.Inbound) error { return l.err }
func (line) Receipt(context.Context, carrier.Receipt) error   { return nil }

func TestALinkCountsWhatPassesAndForgetsTheRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l carrier.Link
		out, in := l.To(line{}), l.From(line{})
		for range 20 {
			_, _ = out.Submit(t.Context(), repli.Message{From: "+15550001000", To: "+15557770001"})
			_ = in.Message(t.Context(), carrier.Inbound{})
			<-time.After(500 * time.Millisecond)
		}
		s := l.Status()
		if s.Out.Total != 20 || s.In.Total != 20 {
			t.Errorf("got %d out and %d in, want 20 each", s.Out.Total, s.In.Total)
		}
		if s.Out.PerSecond < 1.7 || s.Out.PerSecond > 2 {
			t.Errorf("got %.1f a second, want 2", s.Out.PerSecond)
		}
		<-time.After(carrier.Window)
		if s = l.Status(); s.Out.PerSecond != 0 || s.Out.Total != 20 {
			t.Errorf("after a pause: got %.1f a second and %d in all, want 0 and 20", s.Out.PerSecond, s.Out.Total)
		}
	})
}

func TestALinkSaysSinceWhenItIsWhatItIs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l carrier.Link
		c := l.To(line{})
		ctx, end := context.WithCancel(t.Context())
		done := make(chan error)
		begun := time.Now()
		go func() { done <- c.Run(ctx) }()
		synctest.Wait()
		<-time.After(time.Minute)
		if s := l.Status(); !s.Running || !s.Since.Equal(begun) {
			t.Errorf("got %+v, want one running since %v", s, begun)
		}
		l.Pause()
		paused := time.Now()
		<-time.After(time.Minute)
		l.Pause()
		if s := l.Status(); !s.Paused || !s.Since.Equal(paused) {
			t.Errorf("got %+v, want one paused since %v", s, paused)
		}
		end()
		<-done
		if s := l.Status(); s.Running {
			t.Error("it still runs")
		}
	})
}

func TestAPausedLinkHoldsMessagesAndLetsReceiptsPass(t *testing.T) {
	var l carrier.Link
	out, in := l.To(line{}), l.From(line{})
	l.Pause()
	for name, err := range map[string]error{
		"a message to a phone":   submit(out),
		"a message from a phone": in.Message(t.Context(), carrier.Inbound{}),
	} {
		if known := (*repli.Error)(nil); !errors.As(err, &known) || !known.Temporary {
			t.Errorf("%s: got error %v, want a temporary one", name, err)
		}
	}
	if err := in.Receipt(t.Context(), carrier.Receipt{}); err != nil {
		t.Errorf("a receipt: got error %v", err)
	}
	if s := l.Status(); s.Error != "" || s.Out.Total != 0 {
		t.Errorf("got %+v, want no error: nobody has failed", s)
	}
	resumed := 0
	l.Resumed = func() { resumed++ }
	l.Resume()
	if err := submit(out); err != nil {
		t.Errorf("after the pause: got error %v", err)
	}
	if l.Resume(); resumed != 1 {
		t.Errorf("it was said %d times that the pause has ended, want once", resumed)
	}
}

func TestALinkKeepsWhyAMessageWasNotTaken(t *testing.T) {
	var l carrier.Link
	_ = submit(l.To(line{repli.Errorf(30005, "There is no such phone")}))
	if s := l.Status(); s.Error != "There is no such phone" || s.Failed.IsZero() {
		t.Errorf("got %q at %v", s.Error, s.Failed)
	}
}

// submit hands a message over and returns what went wrong.
func submit(c carrier.Carrier) error {
	_, err := c.Submit(context.Background(), repli.Message{From: "+15550001000", To: "+15557770001"})
	return err
}

// A witness notes what an inbox is given.
type witness struct {
	in *carrier.Inbound
	r  *carrier.Receipt
}

func (w witness) Message(_ context.Context, in carrier.Inbound) error { *w.in = in; return nil }
func (w witness) Receipt(_ context.Context, r carrier.Receipt) error  { *w.r = r; return nil }

func TestALinkSaysWhichCarrierBringsWhat(t *testing.T) {
	var l carrier.Link
	w := witness{&carrier.Inbound{}, &carrier.Receipt{}}
	from := l.From(w)
	l.To(line{})
	_ = from.Message(t.Context(), carrier.Inbound{ID: "7"})
	_ = from.Receipt(t.Context(), carrier.Receipt{ID: "8"})
	if w.in.Carrier != "line" || !w.in.Confirmed || w.r.Carrier != "line" {
		t.Errorf("got %+v and %+v, want both by the carrier line", *w.in, *w.r)
	}
}

func TestALinkIsBoundWhileItRunsAndIsNotPaused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l carrier.Link
		c := l.To(line{})
		if l.Status().Bound {
			t.Error("it is bound before it runs")
		}
		ctx, end := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- c.Run(ctx) }()
		synctest.Wait()
		if !l.Status().Bound || !c.Bound() {
			t.Error("it is not bound while it runs")
		}
		if l.Pause(); c.Bound() {
			t.Error("messages can pass while it is paused")
		}
		end()
		<-done
	})
}

func TestNamesOfCarriers(t *testing.T) {
	for name, good := range map[string]bool{"simulator": true, "smsc-2": true, "": false, "SMSC": false, "a b": false, "a/b": false, "é": false} {
		if err := carrier.CheckName(name); (err == nil) != good {
			t.Errorf("%q: got error %v, want it to be fine: %t", name, err, good)
		}
	}
}
