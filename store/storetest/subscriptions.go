package storetest

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
)

var subscriptionTests = map[string]func(*testing.T, *store.DB){
	"they read as they were written":            running(subscriptionsRead),
	"they are listed newest first":              subscriptionPages,
	"one begins with what becomes true next":    running(subscriptionBegins),
	"what is new is found in groups":            running(groups),
	"events and alerts are read in their order": running(newsInOrder),
	"an id is never given twice":                running(idsAfterReset),
	"who is to be told of a deleted message is": running(untoldStays),
	"nothing is skipped by who reads meanwhile": running(nothingSkipped),
}

func aSubscription() repli.Subscription {
	return repli.Subscription{
		SID: repli.NewSID(repli.SubscriptionPrefix), Account: account, To: "smtp://ann:secret@mail.example.com/?to=a@example.com",
		Events: []repli.EventKind{repli.AlertRaised, repli.LeftFallback}, Created: noon,
	}
}

func subscribe(t *testing.T, db *store.DB, s repli.Subscription) {
	t.Helper()
	configure(t, db, func(ctx context.Context, tx *store.Tx) error { return tx.AddSubscription(ctx, s) })
}

func subscriptionsRead(t *testing.T, db *store.DB) {
	want := aSubscription()
	subscribe(t, db, want)
	got, err := db.Subscription(t.Context(), want.SID)
	same(t, "a new one", found(t, got, err), want)
	want.Delivery = repli.Delivery{
		After: repli.Position{Event: 1, Alert: 2}, Upto: repli.Position{Event: 3, Alert: 4}, Tries: 5,
		Failing: noon, Due: noon.AddDate(0, 0, 1), Told: noon.AddDate(0, 0, 2), Error: "The server answered 502", GivenUp: 6,
	}
	if err := db.SetDelivery(t.Context(), want.SID, want.Delivery); err != nil {
		t.Fatal(err)
	}
	all, err := db.AllSubscriptions(t.Context())
	same(t, "all of them", found(t, all, err), []repli.Subscription{want})
	configure(t, db, func(ctx context.Context, tx *store.Tx) error { return tx.DeleteSubscription(ctx, want.SID) })
	if _, err := db.Subscription(t.Context(), want.SID); !repli.IsNotFound(err) {
		t.Errorf("a deleted subscription: got error %v, want code 20404", err)
	}
	again := db.Configure(t.Context(), func(tx *store.Tx) error { return tx.DeleteSubscription(t.Context(), want.SID) })
	if !errors.Is(again, store.ErrConflict) {
		t.Errorf("deleting it again: got error %v, want %v", again, store.ErrConflict)
	}
	if err := db.SetDelivery(t.Context(), want.SID, want.Delivery); err != nil {
		t.Errorf("the delivery of one that is gone: %v", err)
	}
}

func subscriptionPages(t *testing.T, db *store.DB) {
	var want []repli.SID
	for range 7 {
		s, o := aSubscription(), aSubscription()
		o.Account = other
		subscribe(t, db, s)
		subscribe(t, db, o)
		want = append(want, s.SID)
	}
	pages(t, want, sids(t.Context(), func(s repli.Subscription) repli.SID { return s.SID }, db.Subscriptions))
}

func subscriptionBegins(t *testing.T, db *store.DB) {
	must(t, db, repli.Change{Alerts: []repli.Alert{anAlert(""), anAlert("")}, Events: []repli.Event{anEvent()}})
	s := aSubscription()
	subscribe(t, db, s)
	newest, err := db.Newest(t.Context())
	same(t, "the newest position", found(t, newest, err), repli.Position{Event: 1, Alert: 2})
	got, err := db.Subscription(t.Context(), s.SID)
	same(t, "its delivery", found(t, got, err).Delivery, repli.Delivery{After: newest})
}

func groups(t *testing.T, db *store.DB) {
	var c repli.Change
	at := noon
	alert := func(code int, number string, of repli.SID) {
		a := anAlert("")
		at = at.Add(1_000_000_000)
		a.Code, a.Number, a.Account, a.Created, a.Detail = code, number, of, at, at.String()
		c.Alerts = append(c.Alerts, a)
	}
	alert(11205, shop, account) // before the position
	must(t, db, c)
	after, err := db.Newest(t.Context())
	found(t, after, err)
	c = repli.Change{Events: []repli.Event{anEvent()}}
	alert(11205, shop, account)
	alert(11205, shop, other)
	alert(12100, shop, account)
	alert(11205, ann, account)
	alert(11205, shop, account)
	c.Alerts[4].Message = "MM0000000000000000000000000000000d"
	alert(11205, shop, account) // on purpose: a group of its own
	c.Alerts[5].Fault = repli.FaultStatus500
	must(t, db, c)
	upto, err := db.Newest(t.Context())
	found(t, upto, err)
	must(t, db, repli.Change{Alerts: []repli.Alert{anAlert("")}}) // after it
	of := func(first, last repli.Alert, n int) repli.Group {
		return repli.Group{
			Kind: repli.AlertRaised, Code: last.Code, Number: last.Number, Count: n, First: first.Created, Last: last.Created,
			Sentence: last.Detail, Message: last.Message, URL: last.URL,
		}
	}
	e := anEvent()
	a := c.Alerts
	purposely := of(a[5], a[5], 1)
	purposely.OnPurpose = true
	got, err := db.Groups(t.Context(), account, after, upto)
	same(t, "the groups", found(t, got, err), []repli.Group{
		{Kind: e.Kind, Number: e.Number, Count: 1, First: e.Created, Last: e.Created, Sentence: e.Sentence, Since: e.Since, Texts: e.Texts, Message: e.Message},
		of(a[2], a[2], 1), of(a[3], a[3], 1), of(a[0], a[4], 2), purposely,
	})
}

func newsInOrder(t *testing.T, db *store.DB) {
	var c repli.Change
	for range 5 { // newest keys first
		e, a := anEvent(), anAlert("")
		e.SID = repli.NewSID(repli.EventPrefix)
		c.Events, c.Alerts = append([]repli.Event{e}, c.Events...), append([]repli.Alert{a}, c.Alerts...)
	}
	must(t, db, c)
	after, upto := repli.Position{Event: 1, Alert: 1}, repli.Position{Event: 4, Alert: 4}
	events, err := db.EventsAfter(t.Context(), after, upto)
	same(t, "events", found(t, events, err), c.Events[1:4])
	alerts, err := db.AlertsAfter(t.Context(), after, upto, 2)
	same(t, "alerts", found(t, alerts, err), []store.PlacedAlert{{Alert: c.Alerts[1], Place: 2}, {Alert: c.Alerts[2], Place: 3}})
}

func idsAfterReset(t *testing.T, db *store.DB) {
	must(t, db, repli.Change{Alerts: []repli.Alert{anAlert("")}, Events: []repli.Event{anEvent()}})
	fine(t, db.Reset(t.Context()))
	must(t, db, repli.Change{Alerts: []repli.Alert{anAlert("")}, Events: []repli.Event{anEvent()}})
	newest, err := db.Newest(t.Context())
	same(t, "the position after a reset", found(t, newest, err), repli.Position{Event: 2, Alert: 2})
}

// nothingSkipped has many commit alerts, each of which made its key long before, and one read
// meanwhile from where it was.
func nothingSkipped(t *testing.T, db *store.DB) {
	const writers, each = 16, 20
	made := map[repli.SID]bool{}
	var all [writers][]repli.Alert
	for i := range writers * each {
		a := anAlert("")
		made[a.SID] = true
		all[i%writers] = append(all[i%writers], a)
	}
	var wait sync.WaitGroup
	for _, mine := range all {
		wait.Go(func() {
			for _, a := range mine {
				if err := db.Commit(t.Context(), repli.Change{Alerts: []repli.Alert{a}}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	done := make(chan struct{})
	go func() { wait.Wait(); close(done) }()
	var at repli.Position
	for over := false; !over; {
		select {
		case <-done:
			over = true // and a last look
		default:
		}
		newest, err := db.Newest(t.Context())
		alerts, err2 := db.AlertsAfter(t.Context(), at, found(t, newest, err), writers*each)
		for _, a := range found(t, alerts, err2) {
			delete(made, a.SID)
		}
		at = newest
	}
	if len(made) > 0 {
		t.Errorf("%d of %d alerts were skipped", len(made), writers*each)
	}
}

// An alert goes with its message, unless somebody who asked for it was not told yet.
func untoldStays(t *testing.T, db *store.DB) {
	for _, row := range []struct {
		asks []repli.EventKind
		told bool
		left int
	}{
		{[]repli.EventKind{repli.AlertRaised}, false, 1},
		{[]repli.EventKind{repli.DrillFailed, repli.AnyEvent}, false, 1},
		{[]repli.EventKind{repli.AlertRaised}, true, 0},
		{[]repli.EventKind{repli.DrillFailed}, false, 0},
	} {
		s := aSubscription()
		s.Events = row.asks
		subscribe(t, db, s)
		m := doneAt("secret", noon)
		a := repli.Alert{
			SID: repli.NewSID(repli.AlertPrefix), Account: account, Code: 12100, Message: m.SID, Number: shop,
			URL: "https://shop.example/?Body=secret", Detail: "secret", Created: noon,
		}
		before, err := db.Newest(t.Context())
		found(t, before, err)
		must(t, db, repli.Change{New: []repli.Message{m}, Alerts: []repli.Alert{a}})
		after, err := db.Newest(t.Context())
		if row.told {
			same(t, "told", db.SetDelivery(t.Context(), s.SID, repli.Delivery{After: found(t, after, err)}), nil)
		}
		fine(t, db.DeleteMessage(t.Context(), m.SID))
		groups, err := db.Groups(t.Context(), account, before, after)
		same(t, "groups of "+string(row.asks[0]), len(found(t, groups, err)), row.left)
		for _, g := range groups {
			want := repli.Group{
				Kind: repli.AlertRaised, Code: 12100, Number: shop, Count: 1, First: noon, Last: noon,
				Sentence: "The message that this is about was deleted",
			}
			same(t, "the group", g, want)
		}
		configure(t, db, func(ctx context.Context, tx *store.Tx) error { return tx.DeleteSubscription(ctx, s.SID) })
	}
}
