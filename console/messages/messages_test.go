package messages_test

import (
	"html"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/app/apptest"
	"github.com/repli-sms/repli/carrier"
	"github.com/repli-sms/repli/console/consoletest"
	"github.com/repli-sms/repli/sms"
	"github.com/repli-sms/repli/store"
)

func TestTheTimelineShowsWhyTheFallbackAnsweredAndTheReplysWay(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, s *apptest.Server, b *consoletest.Browser) {
		s.Number(consoletest.Shop, apptest.TwiML("<?xml version=\"1.0\"?>\n<response/>"), apptest.TwiML("<Response><Say>x</Say><Message>Back soon</Message></Response>"))
		phone := s.Phone(consoletest.Ann)
		sid := phone.Texts(consoletest.Shop, "Cake? </textarea><script>alert(1)</script>")
		phone.Expects("Back soon")
		<-time.After(time.Second)
		page := b.Opens("/console/messages/" + string(sid))
		page.Has(t, 200,
			"The primary failed with 12102, so the fallback answered",
			"Failed, then: Fallback", "Root element is not Response", `<mark class="error" id="AT`, "&lt;response</mark>",
			`<mark class="warning" id="AT`, "&lt;Say</mark>", "X-Twilio-Signature", "Delivered", "Cake? &lt;/textarea&gt;&lt;script&gt;alert(1)",
			`<rect class="`, `<a class="mono" href="/console/debugger/NO`)
		page.Lacks(t, "<script>alert")
		reply := consoletest.Find(t, page.Body, `<p class="says"><a href="(/console/messages/SM[0-9a-f]{32})">`)
		b.Opens(reply).Has(t, 200, "Message to "+consoletest.Ann, "In reply to", "Sent", "Delivered", string(sid))
		b.Header.Set("Accept-Language", "fr")
		b.Opens("/console/messages/"+string(sid)).Has(t, 200, "Le gestionnaire principal a échoué (12102)", "Échec, puis\u00a0: Secours")
	})
}

func TestAMessageSaysHowItsCarrierWroteAnAddress(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, s *apptest.Server, b *consoletest.Browser) {
		s.Number(consoletest.Shop, apptest.Says("Hi"))
		as := repli.Wires{To: sms.Wire{TON: sms.TONUnknown, NPI: sms.NPIE164, Digits: "00" + consoletest.Shop[1:]}}
		sid := s.Phone(consoletest.Ann).Sends(carrier.Inbound{To: consoletest.Shop, Wires: as, Body: "Hello"})
		page := b.Opens("/console/messages/" + string(sid))
		page.Has(t, 200, "To, as the carrier wrote it", "00"+consoletest.Shop[1:], "TON 0, NPI 1")
		page.Lacks(t, "From, as the carrier wrote it")
		usual := s.Phone(consoletest.Ann).Texts(consoletest.Shop, "Hello")
		b.Opens("/console/messages/"+string(usual)).Lacks(t, "as the carrier wrote it")
	})
}

func TestTheTimelineShowsEachWayATextMayEnd(t *testing.T) {
	for _, row := range []struct {
		shows string
		chain repli.Chain
		by    []apptest.Handler
		want  []string
	}{
		{"the primary", repli.Chain{}, []apptest.Handler{apptest.Says("Yes")}, []string{"The primary answered after"}},
		{"nobody", repli.Chain{}, []apptest.Handler{apptest.Fails(500)}, []string{"Nobody answered", "11217"}},
		{"silence", repli.Chain{}, []apptest.Handler{apptest.TwiML("<Response/>")}, []string{"without a message to send"}},
		{
			"the last resort, after a primary that hangs and answers too late", repli.Chain{LastResort: "Call us.", AnswerBy: 5 * time.Second},
			[]apptest.Handler{apptest.After(10*time.Second, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) })},
			[]string{"No handler answered, so the last resort was sent", "Repli answered instead", "Call us.", "Too late, not sent"},
		},
	} {
		t.Run(row.shows, func(t *testing.T) {
			consoletest.Visited(t, func(t *testing.T, s *apptest.Server, b *consoletest.Browser) {
				s.Chain(consoletest.Shop, row.chain, row.by...)
				sid := s.Phone(consoletest.Ann).Texts(consoletest.Shop, "Hello?")
				<-time.After(time.Minute)
				b.Opens("/console/messages/"+string(sid)).Has(t, 200, row.want...)
			})
		})
	}
}

func TestATimelineShowsEachStatusCallbackAndWhatCameOfIt(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, s *apptest.Server, b *consoletest.Browser) {
		url := s.URL(func(w http.ResponseWriter, r *http.Request) {
			<-time.After(2 * time.Second)
			if r.FormValue("MessageStatus") == "delivered" {
				w.WriteHeader(503)
			}
		})
		s.Number(consoletest.Shop, apptest.TwiML(`<Response><Message statusCallback="`+url+`">Yes</Message></Response>`))
		sid := s.Phone(consoletest.Ann).Texts(consoletest.Shop, "Hello?")
		events, stop := consoletest.Looks(t, s.Handler, "topic=message&sid="+string(sid))
		defer stop()
		<-time.After(time.Second) // all is done but the callbacks
		synctest.Wait()
		for len(events) > 0 {
			<-events
		}
		<-time.After(time.Minute)
		consoletest.Until(t, events, "event: refresh")
		want := []string{"Status callbacks", "Accepted", "HTTP 200", "Failed", "11217", "none is pending"}
		page := b.Opens("/console/messages/" + string(sid))
		page.Has(t, 200, want...)
		b.Opens(consoletest.Find(t, page.Body, `<p class="says"><a href="([^"]*)"`)).Has(t, 200, want...)
	})
}

func TestAnAttemptThatWasNotAskedOrHasAStrangeVerdictReadsWell(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, s *apptest.Server, b *consoletest.Browser) {
		s.Number(consoletest.Shop)
		sid := s.Phone(consoletest.Ann).Texts(consoletest.Shop, "Hello?")
		<-time.After(time.Second)
		at := time.Now()
		consoletest.Commit(t, s, repli.Change{Attempts: []repli.Attempt{
			{SID: repli.NewSID(repli.AttemptPrefix), Message: sid, Step: "primary", URL: "https://example.com/sms", Method: "POST", Started: at, ErrorDetail: "Maintenance until 12:00", Verdict: repli.Skipped},
			{SID: repli.NewSID(repli.AttemptPrefix), Message: sid, Step: "oracle", Try: 2, Started: at, Status: 200, Verdict: "pondered"},
		}})
		b.Opens("/console/messages/"+string(sid)).Has(t, 200, "Skipped", "Maintenance until 12:00", "https://example.com/sms", "oracle", "try 2", "pondered")
	})
}

// An older build kept any number of attempts and alerts of one text.
func TestAPageShowsAPartOfAVeryLongTimeline(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, s *apptest.Server, b *consoletest.Browser) {
		s.Number(consoletest.Shop)
		sid := s.Phone(consoletest.Ann).Texts(consoletest.Shop, "Hello?")
		<-time.After(time.Second)
		at := time.Now()
		doc := []byte("<Response>" + strings.Repeat("<Message/>", 6500) + "</Response>")
		for range 10 {
			var c repli.Change
			for i := range 100 {
				c.Attempts = append(c.Attempts, repli.Attempt{
					SID: repli.NewSID(repli.AttemptPrefix), Message: sid, Step: "primary", Try: i, Method: "POST", URL: "https://example.com/sms",
					Started: at, Status: 200, Body: doc, Cut: 1234, Verdict: repli.Use,
				})
			}
			for range 1000 {
				c.Alerts = append(c.Alerts, repli.Alert{
					SID: repli.NewSID(repli.AlertPrefix), Account: apptest.Account, Message: sid, Code: 14103, Detail: "The message is empty", Created: at,
				})
			}
			consoletest.Commit(t, s, c)
		}
		page := b.Opens("/console/messages/" + string(sid))
		page.Has(t, 200, "Later attempts", "1,234 bytes of these headers and bodies are not kept", "Older")
		if tries, alerts := strings.Count(page.Body, `class="try"`), strings.Count(page.Body, "The message is empty"); tries != 20 || alerts != 50 {
			t.Errorf("%d attempts and %d alerts are shown, want 20 and 50", tries, alerts)
		}
		later := b.Opens(html.UnescapeString(consoletest.Find(t, page.Body, `href="([^"]*attempts=[^"]*)"`)))
		later.Has(t, 200, "First attempts", "Later attempts", "try 21")
		older := b.Opens(html.UnescapeString(consoletest.Find(t, page.Body, `href="([^"]*alerts=[^"]*)"`)))
		older.Has(t, 200, "Newest", "Older", "The message is empty")
	})
}

func TestTheLogIsFilteredByItsAddressAndPaged(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, s *apptest.Server, b *consoletest.Browser) {
		b.Opens("/console/messages").Has(t, 200, "No messages yet", `href="/console/phone"`)
		s.Number(consoletest.Shop, apptest.Fails(500), apptest.Says("Back soon"))
		phone, other := s.Phone(consoletest.Ann), s.Phone("+15557770002")
		phone.Texts(consoletest.Shop, "alpha")
		other.Texts(consoletest.Shop, "bravo")
		<-time.After(time.Second)
		for query, want := range map[string]struct{ has, lacks []string }{
			"":                                  {[]string{"alpha", "bravo", "Back soon"}, nil},
			"?direction=inbound":                {[]string{"alpha", "bravo"}, []string{"Back soon</bdi>"}},
			"?direction=outbound-reply":         {[]string{"Back soon"}, []string{"alpha", "bravo"}},
			"?number=%2B15557770002":            {[]string{"bravo", "Back soon"}, []string{"alpha"}},
			"?number=1+(555)+777-0002":          {[]string{"bravo"}, []string{"alpha"}},
			"?answered_by=fallback":             {[]string{"alpha", "bravo"}, []string{"Back soon</bdi>"}},
			"?answered_by=primary":              {[]string{"No matching messages"}, []string{"alpha"}},
			"?status=delivered":                 {[]string{"Back soon"}, []string{"alpha"}},
			"?status=failed":                    {[]string{"No matching messages"}, nil},
			"?status=nonsense&direction=upward": {[]string{"alpha", "Back soon"}, nil},
		} {
			page := b.Opens("/console/messages" + query)
			page.Has(t, 200, want.has...)
			page.Lacks(t, want.lacks...)
		}
		b.Opens("/console/messages?answered_by=fallback").Has(t, 200, `value="fallback" selected`, "answered_by=fallback&amp;topic=messages")
		for range 60 {
			phone.Texts(consoletest.Shop, "again")
		}
		<-time.After(time.Second)
		page := b.Opens("/console/messages?direction=inbound")
		if n := strings.Count(page.Body, "<tr id="); n != 50 {
			t.Errorf("a page has %d rows, want 50", n)
		}
		if len(page.Body) > 300<<10 {
			t.Errorf("a page has %d bytes, want at most 300 kB", len(page.Body))
		}
		next := strings.ReplaceAll(consoletest.Find(t, page.Body, `rel="next" href="([^"]*)"`), "&amp;", "&")
		b.Opens(next).Has(t, 200, "alpha", "bravo", "data-older", `name="direction"`)
	})
}

func TestRowsOfTheLogComeAndChangeByThemselves(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, s *apptest.Server, _ *consoletest.Browser) {
		s.Number(consoletest.Shop, apptest.Says("Yes"))
		all, stop := consoletest.Looks(t, s.Handler, "topic=messages&direction=inbound")
		defer stop()
		replies, stopReplies := consoletest.Looks(t, s.Handler, "topic=messages&direction=outbound-reply")
		defer stopReplies()
		sid := s.Phone(consoletest.Ann).Texts(consoletest.Shop, "Hello?")
		consoletest.Until(t, all, `<tr id="`+string(sid))
		consoletest.Until(t, replies, "Yes")
	})
}

func TestATimelineIsFetchedAgainWhenItsTextOrAReplyMoves(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, s *apptest.Server, _ *consoletest.Browser) {
		s.Number(consoletest.Shop, apptest.After(time.Second, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) }))
		phone := s.Phone(consoletest.Ann)
		sid := phone.Texts(consoletest.Shop, "Hello?")
		events, stop := consoletest.Looks(t, s.Handler, "topic=message&sid="+string(sid))
		defer stop()
		others, stopOthers := consoletest.Looks(t, s.Handler, "topic=message&sid="+string(repli.NewSID(repli.MessagePrefix)))
		defer stopOthers()
		consoletest.Until(t, events, "event: refresh")
		for range 2 { // retry, and then only heartbeats
			if got := <-others; strings.Contains(got, "refresh") {
				t.Errorf("another message's page got %q", got)
			}
		}
	})
}

func TestWhatFailedIsSentAgainAndNothingElse(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, s *apptest.Server, b *consoletest.Browser) {
		s.Number(consoletest.Shop, apptest.Says("Yes"))
		broken := s.Phone("+15005530003") // its replies are undelivered
		sid := broken.Texts(consoletest.Shop, "Hello?")
		<-time.After(time.Minute)
		b.Opens("/console/messages/"+string(sid)).Has(t, 200, "Not delivered")
		reply := onlyReply(t, s, "+15005530003")
		b.Opens("/console/messages/"+string(reply)).Has(t, 200, "Send again", "30003")
		b.Sends("/console/messages/"+string(reply)+"/resend", url.Values{}).Has(t, 200, "Sent again", "Message to +15005530003")
		<-time.After(time.Minute)
		again := onlyReply(t, s, "+15005530003")
		if again == reply || s.Message(again).Body != "Yes" || s.Message(again).State != repli.Undelivered {
			t.Errorf("sent again: %+v", s.Message(again))
		}
		b.Posts("/console/messages/"+string(sid)+"/resend", url.Values{}).Has(t, 409, "only one that has failed is sent again")
		b.Posts("/console/messages/SM00/resend", url.Values{}).Has(t, 404)
	})
}

// onlyReply returns the newest message to a phone.
func onlyReply(t *testing.T, s *apptest.Server, to string) repli.SID {
	t.Helper()
	found, err := s.DB.FilteredMessages(t.Context(), apptest.Account, store.MessageFilter{To: to}, store.Page{Limit: 1})
	if err != nil || len(found) != 1 {
		t.Fatal(found, err)
	}
	return found[0].SID
}

// A clock that is set back leaves the SIDs ahead of it, because they go on growing.
func TestATextHasItsRepliesThoughTheClockWasSetBack(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, s *apptest.Server, b *consoletest.Browser) {
		s.Number(consoletest.Shop)
		ahead := time.Now().Add(time.Hour)
		c := consoletest.Exchange(1, false)
		text, reply := &c.New[0], &c.New[1]
		text.SID, reply.SID = repli.SIDAt(repli.MessagePrefix, ahead), repli.SIDAt(repli.MessagePrefix, ahead.Add(time.Second))
		reply.InReplyTo = text.SID
		consoletest.Commit(t, s, c)
		b.Opens("/console/messages/"+string(text.SID)).Has(t, 200, "/console/messages/"+string(reply.SID))
	})
}

func TestARedactedMessageSaysNothingAnyMoreNorDoItsPictures(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, s *apptest.Server, b *consoletest.Browser) {
		s.Number(consoletest.Shop, apptest.Says("You said it"))
		sid := s.Phone(consoletest.Ann).Sends(carrier.Inbound{To: consoletest.Shop, Body: "a secret", Media: []carrier.Media{{ContentType: "image/png", Data: []byte("picture")}}})
		<-time.After(time.Second)
		at := "/console/messages/" + string(sid)
		page := b.Opens(at)
		picture := consoletest.Find(t, page.Body, `<img src="([^"]*)"`)
		if got := b.Opens(picture); got.Status != 200 || got.Body != "picture" || !strings.Contains(got.Header.Get("Content-Security-Policy"), "sandbox") {
			t.Errorf("the picture: %d %q %v", got.Status, got.Body, got.Header)
		}
		b.Sends(at+"/redact", url.Values{}).Has(t, 200, "The content was deleted.", "No content")
		b.Opens(at).Lacks(t, "secret", "<img", "Delete the content")
		if got := b.Opens(picture); got.Status != 404 {
			t.Errorf("the picture of a redacted message: %d, want 404", got.Status)
		}
	})
}

func TestWhatIsNoPictureIsSavedAndNotShown(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, s *apptest.Server, b *consoletest.Browser) {
		s.Number(consoletest.Shop)
		sid := s.Phone(consoletest.Ann).Sends(carrier.Inbound{To: consoletest.Shop, Media: []carrier.Media{{ContentType: "image/svg+xml", Data: []byte("<svg onload='alert(1)'/>")}}})
		file := consoletest.Find(t, b.Opens("/console/messages/"+string(sid)).Body, `href="(/console/messages/[^"]*/media/[^"]*)" download`)
		if got := b.Opens(file); got.Header.Get("Content-Disposition") != "attachment" || got.Header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("the file: %v", got.Header)
		}
	})
}

func TestAnotherAccountsMessageIsNotFound(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, s *apptest.Server, b *consoletest.Browser) {
		theirs := repli.Message{
			SID: repli.NewSID(repli.MessagePrefix), Account: repli.NewSID(repli.AccountPrefix), Direction: repli.Inbound,
			From: consoletest.Ann, To: consoletest.Shop, Body: "theirs", State: repli.Answered, Created: time.Now(), Updated: time.Now(),
		}
		consoletest.Commit(t, s, repli.Change{New: []repli.Message{theirs}})
		for _, at := range []string{string(theirs.SID), "SM00000000000000000000000000000000", "nonsense"} {
			b.Opens("/console/messages/"+at).Has(t, 404)
		}
		b.Opens("/console/messages").Lacks(t, "theirs")
	})
}
