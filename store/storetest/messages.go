package storetest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
)

var messageTests = map[string]func(*testing.T, *store.DB){
	"they are found by sender, recipient and time":     running(messageFilter),
	"they are found by who answered them":              running(answererFilter),
	"the newest tell what becomes of texts":            running(recentTexts),
	"its replies are found, and what is to be told":    running(replies),
	"replies to a text that had to wait are found":     running(repliesToAWaitingText),
	"a filtered list comes in pages":                   running(filteredPages),
	"a redacted one says nothing anywhere":             running(redact),
	"a deleted one goes with all it left behind":       running(deleteMessage),
	"one with work left is not deleted":                running(deleteUnfinished),
	"its media are listed without their bytes":         running(mediaPages),
	"its media are found by when they were made":       running(mediaFilter),
	"it no longer names media that are deleted":        running(deleteMedia),
	"feedback is kept in place of an older one":        running(feedback),
	"feedback and opt-outs are forgotten with a reset": running(resetFeedback),
}

func messageFilter(t *testing.T, db *store.DB) {
	at := func(minutes int) time.Time { return noon.Add(time.Duration(minutes) * time.Minute) }
	ben := "+15557770002"
	in, out, late, never := text("in"), reply(text(""), "out"), reply(text(""), "late"), reply(text(""), "never")
	in.Created = at(1)
	out.Created, out.Sent = at(0), at(2)
	late.Created, late.Sent, late.To = at(0), at(3), ben
	theirs := text("theirs")
	theirs.Account, theirs.Created = other, at(1)
	must(t, db, repli.Change{New: []repli.Message{in, out, late, never, theirs}})
	for _, row := range []struct {
		shows  string
		filter store.MessageFilter
		want   []string
	}{
		{"all of them", store.MessageFilter{}, []string{"never", "late", "out", "in"}},
		{"to a phone", store.MessageFilter{To: ann}, []string{"never", "out"}},
		{"from a phone", store.MessageFilter{From: ann}, []string{"in"}},
		{"from one to another", store.MessageFilter{From: shop, To: ben}, []string{"late"}},
		{"from on, what came in or was sent then", store.MessageFilter{SentFrom: at(1)}, []string{"late", "out", "in"}},
		{"from on, what was made earlier and sent later", store.MessageFilter{SentFrom: at(2)}, []string{"late", "out"}},
		{"before, and nothing that was never sent", store.MessageFilter{SentBefore: at(3)}, []string{"out", "in"}},
		{"between", store.MessageFilter{SentFrom: at(1), SentBefore: at(2)}, []string{"in"}},
		{"of a phone, either way", store.MessageFilter{Party: ben}, []string{"late"}},
		{"of a number, either way", store.MessageFilter{Party: shop, From: ann}, []string{"in"}},
		{"that came in", store.MessageFilter{Direction: repli.Inbound}, []string{"in"}},
		{"that went out", store.MessageFilter{Direction: repli.OutboundReply, To: ann}, []string{"never", "out"}},
		{"in a state", store.MessageFilter{State: repli.Pending}, []string{"in"}},
		{"before the first", store.MessageFilter{SentBefore: at(1)}, nil},
		{"before there was time", store.MessageFilter{SentBefore: time.Unix(-1, 0)}, nil},
		{"all at once", store.MessageFilter{From: shop, To: ann, SentFrom: at(1), SentBefore: at(3)}, []string{"out"}},
	} {
		got, err := db.FilteredMessages(t.Context(), account, row.filter, everything)
		same(t, row.shows, bodies(found(t, got, err)), row.want)
	}
}

func answererFilter(t *testing.T, db *store.DB) {
	saved, primary, out := doneAt("saved", noon), doneAt("served", noon), reply(text(""), "out")
	saved.AnsweredBy, primary.AnsweredBy = repli.ByFallback, repli.ByPrimary
	must(t, db, repli.Change{New: []repli.Message{saved, primary, out, text("waits")}})
	got, err := db.FilteredMessages(t.Context(), account, store.MessageFilter{AnsweredBy: repli.ByFallback}, everything)
	same(t, "answered by the fallback", bodies(found(t, got, err)), []string{"saved"})
}

func recentTexts(t *testing.T, db *store.DB) {
	old, saved, out, waits := text("old"), doneAt("saved", noon), reply(text(""), "out"), text("waits")
	saved.AnsweredBy, saved.Created = repli.ByFallback, noon
	elsewhere, theirs := text("elsewhere"), text("theirs")
	elsewhere.To, theirs.Account = "+15550009999", other
	must(t, db, repli.Change{New: []repli.Message{old, saved, out, elsewhere, waits, theirs}})
	recent, err := db.Recently(t.Context(), account, 4)
	same(t, "among the newest four", found(t, recent, err), []store.Recent{
		{To: elsewhere.To, State: repli.Pending, Created: elsewhere.Created},
		{To: shop, State: repli.Pending, Created: waits.Created},
		{To: shop, State: repli.Answered, AnsweredBy: repli.ByFallback, Created: noon},
	})
	for _, row := range []struct {
		shows           string
		messages, limit int
		want            []string
	}{
		{"among the newest four", 4, 9, []string{"waits", "saved"}},
		{"no more than asked for", 4, 1, []string{"waits"}},
		{"among all", 9, 9, []string{"waits", "saved", "old"}},
	} {
		got, err := db.RecentTo(t.Context(), account, shop, row.messages, row.limit)
		same(t, "to a number, "+row.shows, bodies(found(t, got, err)), row.want)
	}
}

func replies(t *testing.T, db *store.DB) {
	in, out := text("in"), text("another")
	in.Created = time.Now()
	first, second, stranger := reply(in, "first"), reply(in, "second"), reply(out, "another's")
	notice := aNotice(first.SID)
	must(t, db, repli.Change{New: []repli.Message{in, out, first, second, stranger}, Notices: []repli.Notice{notice}})
	got, err := db.Replies(t.Context(), in)
	same(t, "the replies", bodies(found(t, got, err)), []string{"first", "second"})
	told, err := db.NoticesOf(t.Context(), first.SID)
	same(t, "what is to be told", found(t, told, err), []repli.Notice{notice})
	told, err = db.NoticesOf(t.Context(), second.SID)
	same(t, "what is to be told of the other", len(found(t, told, err)), 0)
}

// A text that the process had to leave is answered much later; what confirmed its keyword was said
// at once. Whoever is asked aside from that answers too late for a reply.
func repliesToAWaitingText(t *testing.T, db *store.DB) {
	at := func(prefix string, m repli.Message, after time.Duration) repli.Message {
		m.SID, m.Created = repli.SIDAt(prefix, noon.Add(after)), noon.Add(after)
		return m
	}
	in := at(repli.MessagePrefix, text("STOP"), 0)
	confirmation := at(repli.MessagePrefix, reply(in, "confirmed"), 0)
	answer := at(repli.MMSPrefix, reply(in, "answered"), 24*time.Hour+time.Second)
	stranger := at(repli.MessagePrefix, reply(text("another"), "another's"), 24*time.Hour)
	attempt := func(verdict repli.Verdict, after time.Duration) repli.Attempt {
		return repli.Attempt{SID: repli.NewSID(repli.AttemptPrefix), Message: in.SID, Started: noon.Add(after), Total: time.Second, Verdict: verdict}
	}
	late, asked := attempt(repli.Late, time.Hour), attempt(repli.Use, 24*time.Hour)
	must(t, db, repli.Change{New: []repli.Message{in, confirmation, answer, stranger}, Attempts: []repli.Attempt{late, asked}})
	got, err := db.Replies(t.Context(), in)
	same(t, "the replies", bodies(found(t, got, err)), []string{"confirmed", "answered"})
}

func filteredPages(t *testing.T, db *store.DB) {
	var want []repli.SID
	for range 7 {
		m, stranger, o := text("m"), text("another phone's"), text("other")
		stranger.From, o.Account = "+15557770002", other
		must(t, db, repli.Change{New: []repli.Message{m, stranger, o}})
		want = append(want, m.SID)
	}
	pages(t, want, sids(t.Context(), func(m repli.Message) repli.SID { return m.SID },
		func(ctx context.Context, account repli.SID, p store.Page) ([]repli.Message, error) {
			return db.FilteredMessages(ctx, account, store.MessageFilter{From: ann, SentFrom: noon}, p)
		}))
}

func redact(t *testing.T, db *store.DB) {
	m, rest := doneAt("secret", noon), doneAt("kept", noon)
	asked, plain, alert := anAttempt(m.SID), anAttempt(m.SID), anAlert(m.SID)
	asked.URL, alert.URL = "https://example.com/sms?Body=secret#rc=2", "https://example.com/sms?Body=secret"
	untouched, unheard := anAttempt(rest.SID), anAlert(rest.SID)
	untouched.URL, unheard.URL = asked.URL, alert.URL
	must(t, db, repli.Change{
		New: []repli.Message{m, rest}, Attempts: []repli.Attempt{asked, plain, untouched}, Alerts: []repli.Alert{alert, unheard},
	})
	at := noon.Add(time.Hour)
	fine(t, db.RedactMessage(t.Context(), m.SID, at))

	m.Body, m.Updated = "", at
	alert.Detail, alert.URL = "", "https://example.com/sms"
	asked.URL = "https://example.com/sms#rc=2"
	for _, a := range []*repli.Attempt{&asked, &plain} {
		a.RequestHeaders, a.RequestBody, a.Headers, a.Body, a.ErrorDetail = nil, "", nil, nil, ""
	}
	for _, row := range []struct {
		message  repli.Message
		attempts []repli.Attempt
		alerts   []repli.Alert
	}{
		{m, []repli.Attempt{asked, plain}, []repli.Alert{alert}},
		{rest, []repli.Attempt{untouched}, []repli.Alert{unheard}},
	} {
		got, err := db.Message(t.Context(), row.message.SID)
		same(t, "the message", found(t, got, err), row.message)
		attempts, err := db.Attempts(t.Context(), row.message.SID, store.Page{Limit: 1000})
		same(t, "its attempts", found(t, attempts, err), row.attempts)
		alerts, err := db.AlertsOf(t.Context(), row.message.SID, store.Page{Limit: 1000})
		same(t, "its alerts", found(t, alerts, err), row.alerts)
	}
}

// remains says what of a message can be read.
func remains(t *testing.T, db *store.DB, m repli.Message) []string {
	t.Helper()
	var all []string
	if _, err := db.Message(t.Context(), m.SID); err == nil {
		all = append(all, "message")
	}
	if a, err := db.Attempts(t.Context(), m.SID, store.Page{Limit: 1000}); len(a) > 0 && err == nil {
		all = append(all, "attempt")
	}
	if a, err := db.AlertsOf(t.Context(), m.SID, store.Page{Limit: 1000}); len(a) > 0 && err == nil {
		all = append(all, "alert")
	}
	if a, err := db.MediaOf(t.Context(), m.SID, store.MediaFilter{}, everything); len(a) > 0 && err == nil {
		all = append(all, "media")
	}
	if _, err := db.Feedback(t.Context(), m.SID); err == nil {
		all = append(all, "feedback")
	}
	return all
}

// leaves commits a message with one of each kind of what it can leave behind.
func leaves(t *testing.T, db *store.DB, m repli.Message) {
	t.Helper()
	must(t, db, repli.Change{
		New: []repli.Message{m}, Attempts: []repli.Attempt{anAttempt(m.SID)}, Alerts: []repli.Alert{anAlert(m.SID)},
		Notices: []repli.Notice{aNotice(m.SID)}, Media: []repli.Media{aMedia(m.SID)},
	})
	fine(t, db.PutFeedback(t.Context(), repli.Feedback{Message: m.SID, Outcome: "confirmed", Created: noon, Updated: noon}))
}

func aMedia(message repli.SID) repli.Media {
	return repli.Media{
		SID: repli.NewSecretSID(repli.MediaPrefix), Account: account, Message: message,
		ContentType: "image/png", Data: []byte("\x89PNG"), Created: noon,
	}
}

func deleteMessage(t *testing.T, db *store.DB) {
	whole := []string{"message", "attempt", "alert", "media", "feedback"}
	m, rest := doneAt("gone", noon), doneAt("kept", noon)
	leaves(t, db, m)
	leaves(t, db, rest)
	same(t, "before", remains(t, db, m), whole)
	fine(t, db.DeleteMessage(t.Context(), m.SID))
	same(t, "what it left", remains(t, db, m), nil)
	same(t, "what another left", remains(t, db, rest), whole)
	notices, err := db.ClaimNotices(t.Context(), repli.Lease{By: "reader", Until: noon.Add(time.Hour)}, noon, 9)
	if notices = found(t, notices, err); len(notices) != 1 || notices[0].Message != rest.SID {
		t.Errorf("notices: got %v, want the other message's alone", notices)
	}
	err = db.DeleteMessage(t.Context(), m.SID)
	if !errors.Is(err, store.ErrConflict) {
		t.Errorf("deleted twice: got error %v, want ErrConflict", err)
	}
}

func deleteUnfinished(t *testing.T, db *store.DB) {
	due, held := text("due"), text("held")
	held.Lease = repli.Lease{By: "node 1", Until: noon.Add(time.Minute)}
	for _, m := range []repli.Message{due, held} {
		leaves(t, db, m)
		before := remains(t, db, m)
		err := db.DeleteMessage(t.Context(), m.SID)
		if repli.CodeOf(err) != repli.CodeNotFinished {
			t.Errorf("%s: got error %v, want code 20009", m.Body, err)
		}
		err = db.RedactMessage(t.Context(), m.SID, noon)
		if repli.CodeOf(err) != repli.CodeNotFinished {
			t.Errorf("%s, redacted: got error %v, want code 20009", m.Body, err)
		}
		same(t, "what is left of one that is "+m.Body, remains(t, db, m), before)
	}
}

func mediaPages(t *testing.T, db *store.DB) {
	m := doneAt("pictures", noon)
	var kept []repli.Media
	for i := range 7 {
		one := aMedia(m.SID)
		one.Created = noon.Add(time.Duration(i/2) * time.Microsecond)
		must(t, db, repli.Change{Media: []repli.Media{one, aMedia(repli.NewSID(repli.MMSPrefix))}})
		one.Data = nil
		kept = append(kept, one)
	}
	want := byBirth(kept, func(m repli.Media) (time.Time, repli.SID) { return m.Created, m.SID })
	pages(t, want, sids(t.Context(), func(m repli.Media) repli.SID { return m.SID },
		func(ctx context.Context, of repli.SID, p store.Page) ([]repli.Media, error) {
			if of == account { // pages asks for what belongs to account, and for what belongs to nobody
				of = m.SID
			}
			return db.MediaOf(ctx, of, store.MediaFilter{}, p)
		}))
	got, err := db.MediaOf(t.Context(), m.SID, store.MediaFilter{}, store.Page{Limit: 1})
	same(t, "the newest", found(t, got, err), kept[len(kept)-1:])
	gone := kept[3].SID
	fine(t, db.DeleteMedia(t.Context(), m.SID, gone))
	if _, err := db.MediaOf(t.Context(), m.SID, store.MediaFilter{}, store.Page{Limit: 9, Before: gone}); repli.CodeOf(err) != 21481 {
		t.Errorf("a page after what is gone: got error %v, want code 21481", err)
	}
}

func mediaFilter(t *testing.T, db *store.DB) {
	m := doneAt("pictures", noon)
	at := func(minutes int) time.Time { return noon.Add(time.Duration(minutes) * time.Minute) }
	for i := range 3 {
		one := aMedia(m.SID)
		one.ContentType, one.Created = fmt.Sprintf("image/%d", i), at(i)
		must(t, db, repli.Change{Media: []repli.Media{one}})
	}
	for _, row := range []struct {
		shows  string
		filter store.MediaFilter
		want   []string
	}{
		{"from on", store.MediaFilter{From: at(1)}, []string{"image/2", "image/1"}},
		{"before", store.MediaFilter{Before: at(1)}, []string{"image/0"}},
		{"between", store.MediaFilter{From: at(1), Before: at(2)}, []string{"image/1"}},
		{"neither", store.MediaFilter{From: at(3)}, nil},
	} {
		all, err := db.MediaOf(t.Context(), m.SID, row.filter, everything)
		var got []string
		for _, one := range found(t, all, err) {
			got = append(got, one.ContentType)
		}
		same(t, row.shows, got, row.want)
	}
}

func deleteMedia(t *testing.T, db *store.DB) {
	m := doneAt("pictures", noon)
	first, second := aMedia(m.SID), aMedia(m.SID)
	link := repli.Attachment{URL: "https://example.com/cake.jpg", ContentType: "image/jpeg"}
	m.Media = []repli.Attachment{{SID: first.SID, ContentType: "image/png"}, link, {SID: second.SID, ContentType: "image/png"}}
	must(t, db, repli.Change{New: []repli.Message{m}, Media: []repli.Media{first, second}})
	for i, row := range []struct {
		deleted repli.Media
		left    []repli.Attachment
	}{
		{first, []repli.Attachment{link, {SID: second.SID, ContentType: "image/png"}}},
		{second, []repli.Attachment{link}},
	} {
		fine(t, db.DeleteMedia(t.Context(), m.SID, row.deleted.SID))
		got, err := db.Message(t.Context(), m.SID)
		same(t, "what the message names", found(t, got, err).Media, row.left)
		all, err := db.MediaOf(t.Context(), m.SID, store.MediaFilter{}, everything)
		same(t, "what is kept", len(found(t, all, err)), 1-i)
	}
}

func feedback(t *testing.T, db *store.DB) {
	m := doneAt("how was it?", noon)
	must(t, db, repli.Change{New: []repli.Message{m}})
	want := repli.Feedback{Message: m.SID, Outcome: "unconfirmed", Created: noon, Updated: noon}
	fine(t, db.PutFeedback(t.Context(), want))
	got, err := db.Feedback(t.Context(), m.SID)
	same(t, "the first", found(t, got, err), want)
	later := repli.Feedback{Message: m.SID, Outcome: "confirmed", Created: noon.Add(time.Hour), Updated: noon.Add(time.Hour)}
	fine(t, db.PutFeedback(t.Context(), later))
	want.Outcome, want.Updated = later.Outcome, later.Updated
	got, err = db.Feedback(t.Context(), m.SID)
	same(t, "the second", found(t, got, err), want)
}

func resetFeedback(t *testing.T, db *store.DB) {
	m := doneAt("gone", noon)
	leaves(t, db, m)
	sticky, out := repli.Sticky{Service: aService().SID, Conversation: repli.Conversation{Sender: shop, Phone: ann}}, anOptOut()
	must(t, db, repli.Change{Stickies: []repli.Sticky{sticky}, OptOuts: []repli.OptOut{out}})
	fine(t, db.Reset(t.Context()))
	same(t, "what is left", remains(t, db, m), nil)
	stuck(t, db, "after a reset", sticky, false)
	isOut(t, db, "after a reset", out, false)
}
