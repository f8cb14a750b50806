package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
)

var nounTests = map[string]func(*testing.T, *store.DB){
	"accounts read as they were written":           accountsRead,
	"numbers read as they were written":            numbersRead,
	"bins read as they were written":               binsRead,
	"messages read as they were written":           running(messagesRead),
	"attempts read as they were written":           running(attemptsRead),
	"alerts read as they were written":             running(alertsRead),
	"events read as they were written":             running(eventsRead),
	"notices are claimed as they were written":     running(noticesRead),
	"media read as they were written":              running(mediaRead),
	"a cookie replaces its elder until it expires": running(cookiesRead),
}

func anAccount() repli.Account {
	return repli.Account{
		SID: account, AuthToken: "0123456789abcdef0123456789abcdef", FriendlyName: "Ann's & Bob's shop 🍰",
		Status: repli.Active, Created: noon, Updated: noon.Add(time.Second),
	}
}

func anEvent() repli.Event {
	return repli.Event{
		SID: "EV0000000000000000000000000000001c", Account: account, Kind: repli.LeftFallback, Number: shop,
		Sentence: "The shop's handler answers again", Since: noon, Texts: 12,
		Message: "MM0000000000000000000000000000000d", Created: noon.Add(time.Hour),
	}
}

func aNumber() repli.Number {
	return repli.Number{
		SID:          "PN0000000000000000000000000000000b",
		Account:      account,
		Address:      shop,
		FriendlyName: "Shop",
		Chain: repli.Chain{
			Steps: []repli.Step{
				{URL: "https://example.com/sms?a=1#rt=500", Method: "GET"},
				{Bin: "EH0000000000000000000000000000000c"},
			},
			LastResort: "We have read your text. 'Back soon'; \"promise\".",
			AnswerBy:   42*time.Second + 7*time.Microsecond,
			SlowAfter:  9 * time.Second, RepeatAfter: time.Hour,
		},
		RequireTwiML: true,
		BreakerOff:   true,
		Rehearse:     true,
		Application:  "AP0000000000000000000000000000001a",
		Service:      "MG0000000000000000000000000000000d",
		Joined:       noon.Add(2 * time.Microsecond),
		Language:     "fr",
		Created:      noon,
		Updated:      noon.Add(time.Microsecond),
	}
}

func aBin() repli.Bin {
	return repli.Bin{
		SID: "EH0000000000000000000000000000000c", Account: account, FriendlyName: "Backup Message bin",
		TwiML: "<Response>\r\n\t<Message>🍰 {{From}}</Message>\n</Response>", Version: 1, Created: noon, Updated: noon,
	}
}

// aMessage returns a message with every field filled that a row at rest can have.
func aMessage() repli.Message {
	return repli.Message{
		SID: repli.NewSID(repli.MMSPrefix), Account: account, Service: "MG0000000000000000000000000000000d",
		Direction: repli.OutboundAPI, From: "Repli", To: ann, Body: "Zwölf Boxkämpfer 🥊\n", Segments: 3,
		Media: []repli.Attachment{
			{SID: "ME0000000000000000000000000000000e", ContentType: "image/png"},
			{URL: "https://example.com/cake.jpg", ContentType: "image/jpeg"},
		},
		State: repli.Queued, AnsweredBy: repli.ByLastResort, ErrorCode: 30036, InReplyTo: repli.NewSID(repli.MMSPrefix),
		Callback: repli.Callback{URL: "https://example.com/status", Method: "GET"}, Confirms: true, Tries: 7,
		Retention: repli.Retention{DiscardContent: true, ObfuscateAddress: true}, Fault: repli.FaultDrip, Validity: time.Hour,
		Created: noon, Updated: noon.Add(time.Second), Sent: noon.Add(2 * time.Second), Due: noon.Add(time.Hour),
	}
}

func anAttempt(message repli.SID) repli.Attempt {
	return repli.Attempt{
		SID: repli.NewSID(repli.AttemptPrefix), Message: message, Step: "fallback 2", Try: 2,
		URL: "https://example.com/sms#rc=2", Method: "POST", Started: noon,
		DNS: time.Microsecond, Connect: 2 * time.Millisecond, TLS: 3 * time.Millisecond, Wait: 4 * time.Second, Total: 5 * time.Second,
		RequestHeaders: repli.Header{"Content-Type": {"application/x-www-form-urlencoded"}, "X-Twilio-Signature": {"RSOYDt4T1cUTdK1PDd93/VVr8B8="}},
		RequestBody:    "Body=%F0%9F%8D%B0&From=%2B15557770001",
		Status:         502,
		Headers:        repli.Header{"Set-Cookie": {"a=1", "b=2"}, "Server": {"nginx"}},
		Body:           []byte("<html>\x00\xff not text"),
		ErrorCode:      11217, ErrorDetail: "The server answered 502", Line: 3, Column: 14, Verdict: repli.Next,
	}
}

func anAlert(message repli.SID) repli.Alert {
	return repli.Alert{
		SID: repli.NewSID(repli.AlertPrefix), Account: account, Code: 11217, Message: message,
		Attempt: "AT0000000000000000000000000000000f", Number: shop, URL: "https://example.com/sms", Method: "POST",
		Detail: "The server answered 502", Created: noon,
	}
}

func aNotice(message repli.SID) repli.Notice {
	return repli.Notice{
		SID: repli.NewSID(repli.NoticePrefix), Account: account, Message: message, Service: "MG0000000000000000000000000000000d",
		From: shop, To: ann, Callback: repli.Callback{URL: "https://example.com/status", Method: "POST"},
		Status: "undelivered", ErrorCode: 30003, Done: noon.Add(-time.Second), Created: noon, Due: noon,
	}
}

func accountsRead(t *testing.T, db *store.DB) {
	want := anAccount()
	configure(t, db, func(ctx context.Context, tx *store.Tx) error { return tx.PutAccount(ctx, want) })
	got, err := db.Account(t.Context(), want.SID)
	same(t, "Account", found(t, got, err), want)
}

func numbersRead(t *testing.T, db *store.DB) {
	want := aNumber()
	configure(t, db, func(ctx context.Context, tx *store.Tx) error { return tx.AddNumber(ctx, want) })
	got, err := db.Number(t.Context(), want.SID)
	same(t, "Number", found(t, got, err), want)
	got, err = db.NumberByAddress(t.Context(), want.Address)
	same(t, "NumberByAddress", found(t, got, err), want)
	all, err := db.Numbers(t.Context(), account, store.NumberFilter{}, everything)
	same(t, "Numbers", found(t, all, err), []repli.Number{want})
}

func binsRead(t *testing.T, db *store.DB) {
	want := aBin()
	configure(t, db, func(ctx context.Context, tx *store.Tx) error { return tx.AddBin(ctx, want) })
	got, err := db.Bin(t.Context(), want.SID)
	same(t, "Bin", found(t, got, err), want)
	all, err := db.Bins(t.Context(), account, everything)
	same(t, "Bins", found(t, all, err), []repli.Bin{want})
}

func messagesRead(t *testing.T, db *store.DB) {
	leased := aMessage()
	leased.Lease = repli.Lease{By: "node 1", Until: noon.Add(time.Minute)}
	leased.Due = leased.Lease.Until // a held row is due when its lease ends
	plain := aMessage()
	plain.SID, plain.InReplyTo, plain.Media = repli.NewSID(repli.MessagePrefix), repli.NewSID(repli.MessagePrefix), nil
	stripped := aMessage() // it was born with media, and keeps the SID that says so
	stripped.Media = nil
	bare := repli.Message{SID: repli.NewSID(repli.MessagePrefix), Account: account}
	for what, want := range map[string]repli.Message{
		"with every field": aMessage(), "held": leased, "without media": plain, "robbed of its media": stripped, "with no field": bare,
	} {
		must(t, db, repli.Change{New: []repli.Message{want}})
		got, err := db.Message(t.Context(), want.SID)
		same(t, "a message "+what, found(t, got, err), want)
	}
}

func attemptsRead(t *testing.T, db *store.DB) {
	mms, sms := repli.NewSID(repli.MMSPrefix), repli.NewSID(repli.MessagePrefix)
	want := []repli.Attempt{anAttempt(mms), {SID: repli.NewSID(repli.AttemptPrefix), Message: mms}, anAttempt(mms)}
	must(t, db, repli.Change{Attempts: want[:2]})
	must(t, db, repli.Change{Attempts: []repli.Attempt{anAttempt(sms)}})
	must(t, db, repli.Change{Attempts: want[2:]})
	got, err := db.Attempts(t.Context(), mms, store.Page{Limit: 1000})
	same(t, "attempts of one message, in the order they were made", found(t, got, err), want)
}

func alertsRead(t *testing.T, db *store.DB) {
	message := repli.NewSID(repli.MMSPrefix)
	lone := repli.Alert{SID: repli.NewSID(repli.AlertPrefix), Account: account, Created: noon}
	first, second := anAlert(message), anAlert(message)
	must(t, db, repli.Change{Alerts: []repli.Alert{lone, first, second}})
	got, err := db.AlertsOf(t.Context(), message, store.Page{Limit: 1000})
	same(t, "alerts of one message, newest first", found(t, got, err), []repli.Alert{second, first})
	got, err = db.Alerts(t.Context(), account, store.AlertFilter{}, everything)
	same(t, "alerts of an account, newest first", found(t, got, err), []repli.Alert{second, first, lone})
	for _, want := range []repli.Alert{lone, first} {
		got, err := db.Alert(t.Context(), want.SID)
		same(t, "Alert", found(t, got, err), want)
	}
}

func eventsRead(t *testing.T, db *store.DB) {
	plain := repli.Event{SID: repli.NewSID(repli.EventPrefix), Account: account, Kind: repli.FaultBegan, Created: noon}
	full := anEvent()
	full.SID = repli.NewSID(repli.EventPrefix)
	elsewhere := anEvent()
	elsewhere.SID, elsewhere.Account = repli.NewSID(repli.EventPrefix), "AC000000000000000000000000000000b2"
	must(t, db, repli.Change{Events: []repli.Event{plain, full, elsewhere}})
	got, err := db.Events(t.Context(), account, everything)
	same(t, "events of an account, newest first", found(t, got, err), []repli.Event{full, plain})
}

func noticesRead(t *testing.T, db *store.DB) {
	lease := repli.Lease{By: "node 1", Until: noon.Add(time.Minute)}
	bare := repli.Notice{SID: repli.NewSID(repli.NoticePrefix), Account: account, Message: repli.NewSID(repli.MessagePrefix), Due: noon}
	for what, want := range map[string]repli.Notice{
		"with every field": aNotice(repli.NewSID(repli.MMSPrefix)), "with no field": bare,
	} {
		must(t, db, repli.Change{Notices: []repli.Notice{want}})
		want.Lease, want.Due = lease, lease.Until
		got, err := db.ClaimNotices(t.Context(), lease, noon, 1)
		same(t, "a notice "+what, found(t, got, err), []repli.Notice{want})
	}
}

func mediaRead(t *testing.T, db *store.DB) {
	want := repli.Media{
		SID: repli.NewSecretSID(repli.MediaPrefix), Account: account, Message: repli.NewSID(repli.MMSPrefix),
		ContentType: "image/png", Data: []byte("\x89PNG\r\n\x1a\n\x00\xff"), Created: noon,
	}
	must(t, db, repli.Change{Media: []repli.Media{want}})
	got, err := db.Media(t.Context(), want.Message, want.SID)
	same(t, "Media", found(t, got, err), want)
}

func cookiesRead(t *testing.T, db *store.DB) {
	now := time.Now().UTC().Truncate(time.Microsecond)
	cookie := func(origin, name, value string, life time.Duration) repli.Cookie {
		return repli.Cookie{Account: account, Conversation: repli.Conversation{Sender: shop, Phone: ann}, Origin: origin, Name: name, Line: name + "=" + value + "; Path=/", Expires: now.Add(life)}
	}
	const here, there = "https://a.example", "https://b.example"
	elder, younger := cookie(here, "id", "1", time.Hour), cookie(here, "id", "2", 2*time.Hour)
	other, elsewhere := cookie(here, "lang", "de", time.Hour), cookie(there, "id", "3", time.Hour)
	stranger := cookie(here, "id", "4", time.Hour)
	stranger.Phone = "+15557770002"
	must(t, db, repli.Change{Cookies: []repli.Cookie{elder, other, elsewhere, stranger}})
	must(t, db, repli.Change{Cookies: []repli.Cookie{younger}})
	must(t, db, repli.Change{Cookies: []repli.Cookie{cookie(here, "lang", "", -time.Second)}}) // how a server forgets one
	for _, row := range []struct {
		shows string
		now   time.Time
		want  []repli.Cookie
	}{
		{"the youngest of each name", now, []repli.Cookie{younger, elsewhere}},
		{"not what a server made us forget, as if time went back", now.Add(-time.Minute), []repli.Cookie{younger, elsewhere}},
		{"only what has not expired", now.Add(time.Hour), []repli.Cookie{younger}},
		{"nothing in the end", now.Add(2 * time.Hour), nil},
	} {
		got, err := db.Cookies(t.Context(), account, repli.Conversation{Sender: shop, Phone: ann}, row.now)
		same(t, row.shows, found(t, got, err), row.want)
	}
}
