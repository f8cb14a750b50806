package simulator

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/carrier"
)

func TestPhonesAreListedByWhatTheySentOrGotLast(t *testing.T) {
	c := open(t, Config{})
	const ben, cleo = "+15557770002", "+15557770003"
	for _, from := range []string{ann, ben, cleo} {
		if _, err := c.Send(t.Context(), carrier.Inbound{From: from, To: shop, Body: "hello"}); err != nil {
			t.Fatal(err)
		}
	}
	if err := submitted(c, answer(ann, "world")); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{ann, cleo, ben}, c.Phones(5)); diff != "" {
		t.Error("all phones (-want +got):", diff)
	}
	if diff := cmp.Diff([]string{ann, cleo}, c.Phones(2)); diff != "" {
		t.Error("two phones (-want +got):", diff)
	}
}

func TestAnEntryShowsTheMessage(t *testing.T) {
	path := journalPath(t)
	c := open(t, Config{Path: path})
	id, err := c.Send(t.Context(), carrier.Inbound{
		From: ann, To: shop, Body: "Hé <b>&\u2028🍰", Media: []carrier.Media{{ContentType: "image/png", Data: []byte("png")}},
	})
	if err != nil {
		t.Fatal(err)
	}
	m := answer(ann, "world")
	m.Account, m.Service, m.InReplyTo, m.Segments = repli.NewSID("AC"), repli.NewSID("MG"), repli.NewSID("SM"), 3
	m.Media = []repli.Attachment{{URL: "https://example.com/cake.png"}}
	m.Callback, m.Lease, m.Tries = repli.Callback{URL: "https://example.com/"}, repli.Lease{By: "node"}, 2
	submit(t, c, m)

	for name, c := range map[string]*Carrier{"now": c, "after a restart": open(t, Config{Path: path})} {
		got, err := c.Conversation(ann, "")
		if err != nil || len(got) != 2 {
			t.Fatalf("%s, Conversation: %v, %v, want two entries", name, got, err)
		}
		for i, e := range got {
			if age := time.Since(e.Arrived); age < 0 || age > time.Minute {
				t.Errorf("%s, entry %d arrived %v ago, want just now", name, i, age)
			}
			if !e.Updated.Equal(e.Arrived) || !e.IsInbound() && !e.Sent.Equal(e.Arrived) || e.IsInbound() && !e.Created.Equal(e.Arrived) {
				t.Errorf("%s, entry %d has times %v, %v, %v, want its arrival %v", name, i, e.Created, e.Sent, e.Updated, e.Arrived)
			}
			got[i].Updated, got[i].Sent, got[i].Arrived = time.Time{}, time.Time{}, time.Time{}
		}
		want := []Entry{
			{ID: id, Message: repli.Message{
				Direction: repli.Inbound, From: ann, To: shop, Body: "Hé <b>&\u2028🍰",
				Media: []repli.Attachment{{ContentType: "image/png"}}, Created: got[0].Created,
			}},
			{ID: idOf(m.SID), Message: repli.Message{
				SID: m.SID, Account: m.Account, Service: m.Service, Direction: repli.OutboundReply, From: shop, To: ann,
				Body: "world", Segments: 3, Media: m.Media, State: repli.Delivered, InReplyTo: m.InReplyTo, Created: m.Created,
			}},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s, conversation (-want +got):\n%s", name, diff)
		}
	}
}

func TestConversationAfter(t *testing.T) {
	c := open(t, Config{})
	first := send(t, c, ann, "one")
	second := answer(ann, "two")
	submit(t, c, second, answer(bob, "not for Ann"))
	last := send(t, c, ann, "three")
	lost := answer("+15005530003", "lost")
	submit(t, c, lost)
	for _, tt := range []struct {
		name  string
		phone string
		after string
		want  []string
		code  int
	}{
		{"all of it", ann, "", []string{"one", "two", "three"}, 0},
		{"after what the phone sent", ann, first, []string{"two", "three"}, 0},
		{"after what the phone received", ann, idOf(second.SID), []string{"three"}, 0},
		{"after the last", ann, last, nil, 0},
		{"an unknown phone has nothing", "+15557779999", "", nil, 0},
		{"after what an unknown phone cannot have", "+15557779999", first, nil, 20404},
		{"after what another phone has", bob, first, nil, 20404},
		{"after what nobody has", ann, "SM00000000000000000000000000000000", nil, 20404},
		{"after what never arrived", lost.To, idOf(lost.SID), nil, 20404},
		{"a lost message is not there", lost.To, "", nil, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := c.Conversation(tt.phone, tt.after)
			if repli.CodeOf(err) != tt.code {
				t.Errorf("error %v, want code %d", err, tt.code)
			}
			if diff := cmp.Diff(tt.want, bodies(got)); diff != "" {
				t.Errorf("entries (-want +got):\n%s", diff)
			}
		})
	}
}

// waiting is the outcome of a Wait.
type waiting struct {
	bodies []string
	err    error
	took   time.Duration
}

// wait begins a Wait of ten seconds in a synctest bubble and lets it come to rest.
func wait(ctx context.Context, c *Carrier, phone string, after string) <-chan waiting {
	done := make(chan waiting, 1)
	go func() {
		start := time.Now()
		entries, err := c.Wait(ctx, phone, after, 10*time.Second)
		done <- waiting{bodies(entries), err, time.Since(start)}
	}()
	synctest.Wait()
	return done
}

func TestWait(t *testing.T) {
	for _, tt := range []struct {
		name    string
		happens func(t *testing.T, c *Carrier) // a second into the wait
		want    waiting
	}{
		{"an answer arrives", func(t *testing.T, c *Carrier) { submit(t, c, answer(ann, "world")) }, waiting{[]string{"world"}, nil, time.Second}},
		{"the phone sends more", func(t *testing.T, c *Carrier) { send(t, c, ann, "hello?") }, waiting{[]string{"hello?"}, nil, time.Second}},
		{"nothing happens", func(*testing.T, *Carrier) {}, waiting{nil, nil, 10 * time.Second}},
		{"another phone is answered", func(t *testing.T, c *Carrier) { submit(t, c, answer(bob, "no")) }, waiting{nil, nil, 10 * time.Second}},
		{"an answer is lost", func(t *testing.T, c *Carrier) { submit(t, c, answer("+15005530003", "no")) }, waiting{nil, nil, 10 * time.Second}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := open(t, Config{})
				hello := send(t, c, ann, "hello")
				done := wait(t.Context(), c, ann, hello)
				after(time.Second)
				tt.happens(t, c)
				if diff := cmp.Diff(tt.want, <-done, cmp.AllowUnexported(waiting{})); diff != "" {
					t.Errorf("Wait (-want +got):\n%s", diff)
				}
			})
		})
	}
}

func TestWaitDoesNotWaitForWhatIsThere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := open(t, Config{})
		send(t, c, ann, "hello")
		if got := <-wait(t.Context(), c, ann, ""); got.took != 0 || len(got.bodies) != 1 {
			t.Errorf("Wait returned %q after %v, want what is there at once", got.bodies, got.took)
		}
		if got := <-wait(t.Context(), c, ann, "SMx"); got.took != 0 || repli.CodeOf(got.err) != repli.CodeNotFound {
			t.Errorf("Wait for what follows an unknown message returned %v after %v, want 20404 at once", got.err, got.took)
		}
	})
}

func TestManyMayWaitForAPhoneNobodyKnows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := open(t, Config{})
		first, second := wait(t.Context(), c, ann, ""), wait(t.Context(), c, ann, "")
		submit(t, c, answer(ann, "surprise"))
		for _, done := range []<-chan waiting{first, second} {
			if got := <-done; len(got.bodies) != 1 || got.err != nil {
				t.Errorf("Wait returned %q, %v, want the message", got.bodies, got.err)
			}
		}
		<-wait(t.Context(), c, bob, "") // in vain
		if len(c.book.phones) != 1 {
			t.Errorf("the network knows %d phones, want only the one with a message", len(c.book.phones))
		}
	})
}

func TestWaitEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := open(t, Config{})
		ctx, cancel := context.WithCancelCause(t.Context())
		done := wait(ctx, c, ann, "")
		cancel(errDisk)
		if got := <-done; !errors.Is(got.err, errDisk) || got.took != 0 {
			t.Errorf("Wait returned %v after %v, want the context's cause at once", got.err, got.took)
		}
	})
}

func TestWaitEndsWhenTheNetworkStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := open(t, Config{})
		stop := run(t, c)
		done := wait(t.Context(), c, ann, "")
		stop()
		if got := <-done; got.err != nil || got.bodies != nil || got.took != 0 {
			t.Errorf("Wait returned %q, %v after %v, want nothing at once", got.bodies, got.err, got.took)
		}
	})
}

func TestAResetDoesNotLoseThoseWhoWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := open(t, Config{})
		hello := send(t, c, ann, "hello")
		fromStart, fromHello := wait(t.Context(), c, bob, ""), wait(t.Context(), c, ann, hello)
		if err := c.Reset(); err != nil {
			t.Fatal(err)
		}
		if got := <-fromHello; repli.CodeOf(got.err) != repli.CodeNotFound {
			t.Errorf("Wait after a message the reset forgot returned %v, want 20404", got.err)
		}
		submit(t, c, answer(bob, "fresh"))
		if got := <-fromStart; len(got.bodies) != 1 {
			t.Errorf("Wait returned %q, %v, want what came after the reset", got.bodies, got.err)
		}
	})
}
