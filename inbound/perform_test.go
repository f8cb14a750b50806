package inbound_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/app/apptest"
	"github.com/repli-sms/repli/store"
)

// A sent message, as a test compares it.
type sent struct {
	From, To, Body string
	Media          int
	State          repli.State
	ErrorCode      int
}

func TestDocumentsAreCarriedOut(t *testing.T) {
	const other = "+15550003000"
	for _, tt := range []struct {
		shows  string
		doc    string
		sends  []sent
		alerts []int
		state  repli.State
	}{
		{"to and from may be chosen", `<Message to="(415) 555-1234" from="` + other + `">Hi</Message>`,
			[]sent{{other, "+14155551234", "Hi", 0, repli.Delivered, 0}}, nil, repli.Answered},
		{"a name may send", `<Message from="Repli Shop">Hi</Message>`,
			[]sent{{"Repli Shop", ann, "Hi", 0, repli.Delivered, 0}}, nil, repli.Answered},
		{"somebody else's number may not", `<Message from="+15559990000">Hi</Message>`, nil, []int{14102}, repli.Silent},
		{"a name to send to", `<Message to="Acme">Hi</Message>`, nil, []int{14101}, repli.Silent},
		{"no number to send to", `<Message to="soon">Hi</Message>`, nil, []int{14101}, repli.Silent},
		{"an empty message beside a good one", `<Message/><Message>Hi</Message>`,
			[]sent{{shop, ann, "Hi", 0, repli.Delivered, 0}}, []int{14103}, repli.Answered},
		{"a method that is none", `<Message method="PUT" action="/x">Hi</Message>`, nil, []int{14104}, repli.Silent},
		{"a callback that is no URL", `<Message statusCallback="http://a_b.example/">Hi</Message>`, nil, []int{14105}, repli.Silent},
		{"pictures, also relative ones", `<Message><Body>See</Body><Media>/cat.png</Media><Media>https://customer1.example/b.png</Media></Message>`,
			[]sent{{shop, ann, "See", 2, repli.Delivered, 0}}, nil, repli.Answered},
		{"the old Sms verb", `<Sms>Hi</Sms>`, []sent{{shop, ann, "Hi", 0, repli.Delivered, 0}}, nil, repli.Answered},
		{"a voice verb beside a message", `<Say>Hello</Say><Message>Hi</Message>`,
			[]sent{{shop, ann, "Hi", 0, repli.Delivered, 0}}, []int{12200}, repli.Answered},
		{"ten replies and no more", strings.Repeat("<Message>Hi</Message>", 13),
			ten(sent{shop, ann, "Hi", 0, repli.Delivered, 0}), []int{14109}, repli.Answered},
		{"nothing to say", ``, nil, nil, repli.Silent},
	} {
		t.Run(tt.shows, func(t *testing.T) {
			apptest.Run(t, func(t *testing.T, s *apptest.Server) {
				s.Number(other)
				s.Number(shop, withPictures("<Response>"+tt.doc+"</Response>"), apptest.Says("the fallback"))
				sid := s.Phone(ann).Texts(shop, "hello")
				rest()
				if diff := cmp.Diff(tt.sends, outgoing(t, s)); diff != "" {
					t.Error("sent (-want +got):", diff)
				}
				if diff := cmp.Diff(tt.alerts, s.Alerts()); diff != "" {
					t.Error("alerts (-want +got):", diff)
				}
				if m := s.Message(sid); m.State != tt.state || m.AnsweredBy != repli.ByPrimary {
					t.Errorf("the text is %s by %q, want %s by primary", m.State, m.AnsweredBy, tt.state)
				}
			})
		})
	}
}

// withPictures answers with a document, and has every picture it may name.
func withPictures(doc string) apptest.Handler {
	return apptest.Answers(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, ".png") {
			w.Header().Set("Content-Type", "image/png")
			io.WriteString(w, "\x89PNG\r\n\x1a\n")
			return
		}
		w.Header().Set("Content-Type", "text/xml")
		io.WriteString(w, doc)
	})
}

func TestActionIsAStatusCallback(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		var told []string
		action := s.URL(func(w http.ResponseWriter, r *http.Request) {
			told = append(told, r.PostFormValue("MessageStatus"))
			says("This is not carried out.")(w, r)
		})
		s.Number(shop, apptest.TwiML(`<Response><Message action="`+action+`">One.</Message><Message>Two.</Message></Response>`))
		phone := s.Phone(ann)
		phone.Texts(shop, "hello")
		phone.Expects("One.")
		phone.Expects("Two.")
		phone.ExpectsNothing(time.Minute)
		if diff := cmp.Diff([]string{"sent", "delivered"}, told); diff != "" {
			t.Error("told (-want +got):", diff)
		}
	})
}

func TestWhoIsToldWhenBothAttributesAreSet(t *testing.T) {
	for media, want := range map[string]string{"": "action", "<Media>https://example.com/cat.png</Media>": "statusCallback"} {
		apptest.Run(t, func(t *testing.T, s *apptest.Server) {
			told := map[string]bool{}
			hears := func(name string) string {
				return s.URL(func(w http.ResponseWriter, _ *http.Request) { told[name] = true })
			}
			s.Number(shop, apptest.TwiML(`<Response><Message action="`+hears("action")+`" statusCallback="`+
				hears("statusCallback")+`"><Body>Hi</Body>`+media+`</Message></Response>`))
			s.Phone(ann).Texts(shop, "hello")
			rest()
			if len(told) != 1 || !told[want] {
				t.Errorf("with media %q, told %v, want %s alone", media, told, want)
			}
		})
	}
}

func TestAnyAnswerToACallbackWillDo(t *testing.T) {
	for _, row := range []struct {
		shows  string
		answer http.HandlerFunc
	}{
		{"204", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) }},
		{"200 without a type", func(w http.ResponseWriter, _ *http.Request) { w.Header()["Content-Type"] = nil; fmt.Fprint(w, "ok") }},
		{"JSON", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprint(w, "{}")
		}},
		{"XML that is no TwiML", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/xml")
			fmt.Fprint(w, "<oops>")
		}},
		{"70 kB", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, strings.Repeat("x", 70_000)) }},
	} {
		t.Run(row.shows, func(t *testing.T) {
			apptest.Run(t, func(t *testing.T, s *apptest.Server) {
				s.Number(shop, apptest.TwiML(`<Response><Message action="`+s.URL(row.answer)+`">One.</Message></Response>`))
				phone := s.Phone(ann)
				phone.Texts(shop, "hello")
				phone.Expects("One.")
				rest()
				if alerts := s.Alerts(); len(alerts) > 0 {
					t.Errorf("alerts %v, want none", alerts)
				}
			})
		})
	}
}

func TestAnotherAccountsNumbersAndBinsAreNotOurs(t *testing.T) {
	const theirs = repli.SID("AC00000000000000000000000000000002")
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		ctx := t.Context()
		bin := repli.Bin{SID: repli.NewSecretSID(repli.BinPrefix), Account: theirs, FriendlyName: "x", Version: 1,
			TwiML: "<Response><Message>Theirs.</Message></Response>"}
		err := s.DB.Configure(ctx, func(tx *store.Tx) error {
			if err := tx.AddBin(ctx, bin); err != nil {
				return err
			}
			return tx.AddNumber(ctx, repli.Number{SID: repli.NewSID(repli.NumberPrefix), Account: theirs, Address: "+15550004000"})
		})
		if err != nil {
			t.Fatal(err)
		}
		s.Number(shop, apptest.TwiML(`<Response><Message from="+15550004000">Hi</Message><Redirect>`+
			repli.BinURL(apptest.BaseURL, bin.SID)+`</Redirect></Response>`), apptest.Says("Back soon."))
		phone := s.Phone(ann)
		sid := phone.Texts(shop, "hello")
		phone.Expects("Back soon.")
		if diff := cmp.Diff([]int{14102, 11217}, s.Alerts()); diff != "" {
			t.Error("alerts (-want +got):", diff)
		}
		if m := s.Message(sid); m.AnsweredBy != repli.ByFallback {
			t.Errorf("answered by %q, want the fallback", m.AnsweredBy)
		}
	})
}

func TestAnsweredByNamesWhoSpoke(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		gone := s.URL(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) })
		s.Number(shop,
			apptest.TwiML("<Response>"+strings.Repeat("<Message>Hi</Message>", 10)+"<Redirect>"+gone+"</Redirect></Response>"),
			apptest.Says("One too many."))
		phone := s.Phone(ann)
		sid := phone.Texts(shop, "hello")
		for range 10 {
			phone.Expects("Hi")
		}
		phone.ExpectsNothing(time.Minute)
		if m := s.Message(sid); m.State != repli.Answered || m.AnsweredBy != repli.ByPrimary {
			t.Errorf("the text is %s by %q, want answered by primary, all of whose replies were sent", m.State, m.AnsweredBy)
		}
		if diff := cmp.Diff([]int{11217, 14109}, s.Alerts()); diff != "" {
			t.Error("alerts (-want +got):", diff)
		}
	})
}

func TestTextWithoutAPlaceIsWarnedOfWithoutOne(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		s.Number(shop, apptest.Answers(func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Content-Type", "text/plain") }))
		s.Phone(ann).Texts(shop, "hello")
		rest()
		alerts, err := s.DB.Alerts(t.Context(), apptest.Account, store.AlertFilter{}, store.Page{Limit: 10})
		if err != nil || len(alerts) != 1 || strings.Contains(alerts[0].Detail, "ine 0") {
			t.Errorf("alerts %+v, %v; want one that names no line", alerts, err)
		}
	})
}

func TestRedirectLeadsOn(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		var asked []string
		s.Number(shop, apptest.Answers(func(w http.ResponseWriter, r *http.Request) {
			r.ParseForm()
			asked = append(asked, r.Method+" "+r.URL.Path+" "+r.Form.Get("Body"))
			w.Header().Set("Content-Type", "text/xml")
			switch r.URL.Path {
			case "/sms":
				fmt.Fprint(w, `<Response><Message>One.</Message><Redirect method="GET">deeper/two?x=1</Redirect><Message>Never.</Message></Response>`)
			case "/deeper/two":
				fmt.Fprint(w, `<Response><Redirect>../three</Redirect></Response>`)
			default:
				fmt.Fprint(w, `<Response><Message>Three.</Message></Response>`)
			}
		}))
		phone := s.Phone(ann)
		phone.Texts(shop, "hello")
		phone.Expects("One.")
		phone.Expects("Three.")
		phone.ExpectsNothing(time.Second)
		want := []string{"POST /sms hello", "GET /deeper/two hello", "POST /three hello"}
		if diff := cmp.Diff(want, asked); diff != "" {
			t.Error("asked (-want +got):", diff)
		}
	})
}

func TestMessagesBeforeAFailingRedirectStay(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		broken := s.URL(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) })
		var where string
		s.Number(shop,
			apptest.TwiML("<Response><Message>One moment.</Message><Redirect>"+broken+"</Redirect></Response>"),
			apptest.Answers(func(w http.ResponseWriter, r *http.Request) {
				where = r.PostFormValue("ErrorUrl")
				says("Here is the fallback.")(w, r)
			}))
		phone := s.Phone(ann)
		sid := phone.Texts(shop, "hello")
		phone.Expects("One moment.")
		phone.Expects("Here is the fallback.")
		if where != broken {
			t.Errorf("ErrorUrl = %q, want %q, where it failed", where, broken)
		}
		want := []string{"primary use 0", "primary next 11217", "fallback use 0"}
		if diff := cmp.Diff(want, s.Attempts(sid)); diff != "" {
			t.Error("attempts (-want +got):", diff)
		}
	})
}

func TestURLOfOurOwnBinIsThatBin(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		bin := apptest.Bin("<Response><Message>Dear {{Name}}, you said {{Body}}.</Message></Response>")(s)
		url := apptest.BaseURL + "/twiml/" + string(bin.Bin) + "?Name=Ann"
		s.Number(shop, apptest.TwiML("<Response><Redirect>"+url+"</Redirect></Response>"))
		s.Number("+15550003000", apptest.At(url))
		phone := s.Phone(ann) // the base URL is nobody's in this test: a fetch would fail
		for _, number := range []string{shop, "+15550003000"} {
			phone.Texts(number, "1 < 2")
			phone.Expects("Dear Ann, you said 1 < 2.")
		}
	})
}

func TestCookiesBelongToOnePairOfNumbersForFourHours(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		s.Number(shop, apptest.Answers(func(w http.ResponseWriter, r *http.Request) {
			visits := "0"
			if c, err := r.Cookie("visits"); err == nil {
				visits = c.Value
			}
			http.SetCookie(w, &http.Cookie{Name: "visits", Value: visits + "1"})
			says("seen "+visits)(w, r)
		}))
		phone, bob := s.Phone(ann), s.Phone("+15557770002")
		for _, want := range []string{"seen 0", "seen 01", "seen 011"} {
			phone.Texts(shop, "hello")
			phone.Expects(want)
		}
		bob.Texts(shop, "hello")
		bob.Expects("seen 0")
		<-time.After(4 * time.Hour) // fake time
		phone.Texts(shop, "hello")
		phone.Expects("seen 0")
	})
}

func TestTwoMachinesDoNotAnswerEachOtherForEver(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		s.Number(shop, apptest.Says("I am out of office."))
		robot := s.Phone(ann)
		for range 30 {
			robot.Texts(shop, "I am out of office, too.")
			robot.Expects("I am out of office.")
		}
		sid := robot.Texts(shop, "I am out of office, too.")
		robot.ExpectsNothing(10 * time.Second)
		s.ExpectsAlert(14107)
		if m := s.Message(sid); m.State != repli.Answered {
			t.Errorf("the text is %s, want answered", m.State)
		}
		s.Phone("+15557770002").Texts(shop, "hello") // others are not concerned
		robot.ExpectsNothing(20 * time.Second)
		robot.Texts(shop, "hello again")
		robot.Expects("I am out of office.")
	})
}

func TestAskedAgainAfterARestartWithTheSameNames(t *testing.T) {
	apptest.Restarted(t, func(t *testing.T, start func() *apptest.Server) {
		s := start()
		type asked struct{ sid, token string }
		var names []asked
		s.Number(shop, apptest.Answers(func(w http.ResponseWriter, r *http.Request) {
			names = append(names, asked{r.PostFormValue("MessageSid"), r.Header.Get("I-Twilio-Idempotency-Token")})
			if len(names) == 1 {
				<-r.Context().Done() // hangs until the server gives up
				return
			}
			says("Here I am.")(w, r)
		}))
		phone := s.Phone(ann)
		phone.Texts(shop, "hello")
		synctest.Wait()
		s.Kill()
		s = start()
		s.Phone(ann).Expects("Here I am.")
		s.Phone("+15557770002").Texts(shop, "hello")
		s.Stop()
		if len(names) != 3 || names[0] != names[1] || names[0] == names[2] || names[0].token == names[2].token {
			t.Errorf("asked with %v, want the same names after the restart, and others for another text", names)
		}
	})
}

func TestTextThatWaitedForTheServerIsOwedTheWholeChain(t *testing.T) {
	apptest.Restarted(t, func(t *testing.T, start func() *apptest.Server) {
		s := start()
		up := false
		s.Chain(shop, repli.Chain{LastResort: "Please call us."}, apptest.Answers(func(w http.ResponseWriter, r *http.Request) {
			if !up {
				<-r.Context().Done()
				return
			}
			says("Here I am.")(w, r)
		}))
		s.Phone(ann).Texts(shop, "hello")
		synctest.Wait()
		s.Kill()
		<-time.After(time.Hour) // fake time
		up = true
		s = start()
		s.Phone(ann).Expects("Here I am.")
		s.Stop()
	})
}

// rest waits until everything that is on its way has arrived.
func rest() {
	<-time.After(time.Minute) // fake time
	synctest.Wait()
}

func ten(s sent) (all []sent) {
	for range 10 {
		all = append(all, s)
	}
	return all
}

// outgoing returns the messages that were sent, oldest first.
func outgoing(t *testing.T, s *apptest.Server) (all []sent) {
	t.Helper()
	messages, err := s.DB.Messages(t.Context(), apptest.Account, store.Page{Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	for i := range messages {
		if m := messages[len(messages)-1-i]; !m.IsInbound() {
			if mms := m.SID.Prefix() == repli.MMSPrefix; mms != (len(m.Media) > 0) {
				t.Errorf("%s has %d media", m.SID, len(m.Media))
			}
			all = append(all, sent{m.From, m.To, m.Body, len(m.Media), m.State, m.ErrorCode})
		}
	}
	return all
}
