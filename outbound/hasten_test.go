package outbound_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/outbound"
)

func TestWhatHasWaitedLongGoesAtOnceWhenTheCarrierHasRoomAgain(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		var room atomic.Bool
		l := live(t, path, func(context.Context, *outbound.Engine, repli.Message) error {
			if room.Load() {
				return nil
			}
			return &repli.Error{Code: 30453, Temporary: true}
		})
		sid := l.sends("Hello.")
		<-time.After(time.Hour)
		room.Store(true)
		l.engine.Hasten()
		<-time.After(1500 * time.Millisecond)
		if got := fate(l.message(sid)); got != "sent 0" {
			t.Errorf("got %s, want it sent within 1.5 s", got)
		}
		l.stops()
	})
}

// A refusal may be committed just after the other messages were hastened.
func TestWhatIsBeingRefusedWhenTheCarrierHasRoomAgainGoesSoonToo(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		var tries atomic.Int32
		began := make(chan struct{}, 1)
		l := live(t, path, func(context.Context, *outbound.Engine, repli.Message) error {
			if tries.Add(1) != 10 { // the pauses are long by then
				if tries.Load() > 10 {
					return nil
				}
				return &repli.Error{Code: 30453, Temporary: true}
			}
			began <- struct{}{}
			<-time.After(5 * time.Second)
			return &repli.Error{Code: 30453, Temporary: true}
		})
		sid := l.sends("Hello.")
		<-began
		l.engine.Hasten()
		<-time.After(6500 * time.Millisecond)
		if got := fate(l.message(sid)); got != "sent 0" {
			t.Errorf("got %s, want it sent", got)
		}
		l.stops()
	})
}

func TestWhatWaitedForTheCarrierGoesAtOnceAfterARestart(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		l := live(t, path, func(context.Context, *outbound.Engine, repli.Message) error {
			return &repli.Error{Code: 30453, Temporary: true}
		})
		sid := l.sends("Hello.")
		<-time.After(time.Hour)
		l.stops()
		l = live(t, path, func(context.Context, *outbound.Engine, repli.Message) error { return nil })
		<-time.After(1500 * time.Millisecond)
		if got := fate(l.message(sid)); got != "sent 0" {
			t.Errorf("got %s, want it sent", got)
		}
		l.stops()
	})
}
