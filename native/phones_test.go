package native_test

import (
	"context"
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/native"
)

const annsPhone = "/repli/v1/phones/+15557770001/messages"

// reply puts an answer on a phone, as the outbound side would.
func (s *server) reply(to, body string) repli.SID {
	s.t.Helper()
	now := time.Now()
	m := repli.Message{
		SID: repli.NewSID(repli.MessagePrefix), Account: ann.SID, Direction: repli.OutboundReply, From: "+15550001000", To: to,
		Body: body, Segments: 1, State: repli.Queued, Created: now, Updated: now,
	}
	if _, err := s.phones.Submit(context.Background(), m); err != nil {
		s.t.Fatal(err)
	}
	return m.SID
}

func TestAPhoneTextsANumberAndReadsTheAnswer(t *testing.T) {
	s := start(t, nil)
	s.number("+15550001000")
	sent := s.must(201, "POST", "/repli/v1/phones/1%20555%20777%200001/messages", `{"to":"+1 555 000 1000","body":"Is my order ready? 🍰"}`)
	for field, want := range map[string]any{
		"from": "+15557770001", "to": "+15550001000", "body": "Is my order ready? 🍰", "direction": "inbound", "status": "received",
		"num_segments": "1", "num_media": "0", "answer": "pending", "answered_by": nil, "account_sid": string(ann.SID),
	} {
		equal(t, field, want, sent[field])
	}
	sid := sent["sid"].(string)
	equal(t, "what is kept", sent, s.must(200, "GET", "/repli/v1/messages/"+sid, ""))

	answer := s.reply("+15557770001", "Yes.")
	messages := s.must(200, "GET", annsPhone, "")["messages"].([]any)
	equal(t, "conversation", []any{"Is my order ready? 🍰", "Yes."}, values(messages, "body"))
	equal(t, "directions", []any{"inbound", "outbound-reply"}, values(messages, "direction"))
	for _, field := range []string{"sid", "account_sid", "num_segments", "status", "to", "from"} {
		equal(t, "the text's "+field, sent[field], messages[0].(map[string]any)[field])
	}
	later := s.must(200, "GET", annsPhone+"?after="+sid, "")
	equal(t, "after the text", []any{string(answer)}, values(later["messages"], "sid"))
	equal(t, "after the answer", []any{}, s.must(200, "GET", annsPhone+"?after="+string(answer), "")["messages"])
	equal(t, "another phone", []any{}, s.must(200, "GET", "/repli/v1/phones/+15557770002/messages", "")["messages"])
}

func TestWhoWaitsAtAPhoneGetsWhatArrives(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := start(t, nil)
		s.number("+15550001000")
		sent := s.must(201, "POST", annsPhone, `{"to":"+15550001000","body":"hi"}`)
		begun := time.Now()
		go func() {
			<-time.After(3 * time.Second)
			s.reply("+15557770001", "Yes.")
		}()
		got := s.must(200, "GET", annsPhone+"?wait_ms=10000&after="+sent["sid"].(string), "")
		equal(t, "what arrived", []any{"Yes."}, values(got["messages"], "body"))
		equal(t, "how long it took", 3*time.Second, time.Since(begun))

		begun = time.Now()
		got = s.must(200, "GET", "/repli/v1/phones/+15557770002/messages?wait_ms=10000", "")
		equal(t, "what arrives elsewhere", []any{}, got["messages"])
		equal(t, "how long it took", 10*time.Second, time.Since(begun))
	})
}

func TestATextIsRefused(t *testing.T) {
	s := start(t, func(c *native.Config) {
		c.Fetch = func(context.Context, string, int64) (string, []byte, error) {
			return "", nil, repli.Errorf(11210, "nobody.example does not resolve")
		}
	})
	s.number("+15550001000")
	s.as = bob
	s.number("+15550001001")
	s.as = ann
	post := func(shows, body string, status, code int, says string) refusal {
		return refusal{shows, "POST", annsPhone, body, status, code, says}
	}
	media := func(shows, urls string, code int, says string) refusal {
		return post(shows, `{"to":"+15550001000","media_urls":[`+urls+`]}`, 400, code, says)
	}
	s.refuses([]refusal{
		post("no to", `{"body":"hi"}`, 400, 20422, `The field "to" is missing`),
		post("an empty to", `{"to":"","body":"hi"}`, 400, 21604, "to is empty"),
		post("no number", `{"to":"shop","body":"hi"}`, 400, 21211, `to: "shop" is not a phone number`),
		post("a number that is not there", `{"to":"+15550009999","body":"hi"}`, 404, 20404, `There is no number +15550009999; add it with POST /repli/v1/numbers {"number":"+15550009999"}`),
		post("a number of another account", `{"to":"+15550001001","body":"hi"}`, 404, 20404, "There is no number +15550001001"),
		post("nothing to say", `{"to":"+15550001000"}`, 400, 21602, "needs a body or media_urls"),
		post("1601 characters", `{"to":"+15550001000","body":"`+strings.Repeat("x", 1601)+`"}`, 400, 21617, "1601 characters"),
		post("1602 UTF-16 units", `{"to":"+15550001000","body":"`+strings.Repeat("🍰", 801)+`"}`, 400, 21617, "1602 characters"),
		post("an unknown field", `{"to":"+15550001000","text":"hi"}`, 400, 20422, `There is no field "text" here`),
		media("eleven media", strings.Repeat(`"data:image/png,x",`, 10)+`"data:image/png,x"`, 21623, "at most 10 media_urls, not 11"),
		media("no URL", `"cat.png"`, 21620, `media_urls[0]: "cat.png" must begin with http`),
		media("a file", `"file:///etc/passwd"`, 21620, "must begin with http"),
		media("a host that is not there", `"data:image/png,x","https://nobody.example/"`, 11210, "media_urls[1]: nobody.example does not resolve"),
		media("a type no phone attaches", `"data:text/html,x"`, 12301, `media_urls[0]: a phone cannot attach "text/html"`),
		media("no type", `"data:,x"`, 12301, "cannot attach"),
		media("no comma", `"data:image/png"`, 21620, "needs a comma"),
		media("bad base64", `"data:image/png;base64,!"`, 21620, "not well-formed base64"),
		media("a bad escape", `"data:image/png,%zz"`, 21620, "not well-formed"),

		{"a phone that is none", "POST", "/repli/v1/phones/ann/messages", `{"to":"+15550001000","body":"hi"}`, 400, 21212, `phone: "ann" is not a phone number`},
		{"a phone that is none", "GET", "/repli/v1/phones/ann/messages", "", 400, 21212, `phone: "ann" is not a phone number`},
		{"a short code without a +", "GET", "/repli/v1/phones/12345/messages", "", 400, 21212, `phone: "12345" is not a phone number`},
		{"a short code with a +", "GET", "/repli/v1/phones/+12345/messages", "", 400, 21212, `phone: "+12345" is not a phone number`},
		{"an unknown after", "GET", annsPhone + "?after=SM00000000000000000000000000000000", "", 404, 20404, "+15557770001 has no message SM000"},
		{"an after that is no SID", "GET", annsPhone + "?after=x", "", 404, 20404, `+15557770001 has no message "x"`},
		{"an unknown after, waiting", "GET", annsPhone + "?wait_ms=60000&after=x", "", 404, 20404, "has no message"},
		{"too long a wait", "GET", annsPhone + "?wait_ms=60001", "", 400, 20422, "between 0 and 60000; it is 60001"},
		{"a negative wait", "GET", annsPhone + "?wait_ms=-1", "", 400, 20422, "between 0 and 60000"},
		{"a wait that is no number", "GET", annsPhone + "?wait_ms=1s", "", 400, 20422, "wait_ms must be a whole number"},
	})
	equal(t, "the phone afterwards", []any{}, s.must(200, "GET", annsPhone, "")["messages"])
}

func TestAPhoneAttachesMedia(t *testing.T) {
	const cat = "https://cats.example/1.jpg"
	var limits []int64
	s := start(t, func(c *native.Config) {
		c.Fetch = func(_ context.Context, url string, limit int64) (string, []byte, error) {
			limits = append(limits, limit)
			if url != cat {
				return "", nil, errors.New("unexpected")
			}
			return "image/jpeg", make([]byte, 3<<20), nil
		}
	})
	s.number("+15550001000")
	pixel := base64.StdEncoding.EncodeToString([]byte{0x89, 'P', 'N', 'G'})
	sent := s.must(201, "POST", annsPhone, `{"to":"+15550001000","media_urls":["data:image/png;base64,`+pixel+`","`+cat+`","data:text/vcard;charset=utf-8,a%20b"]}`)
	sid := repli.SID(sent["sid"].(string))
	equal(t, "prefix", "MM", sid.Prefix())
	equal(t, "num_media", any("3"), sent["num_media"])
	equal(t, "limits", []int64{5<<20 - 4}, limits)
	m, err := s.db.Message(context.Background(), sid)
	if err != nil {
		t.Fatal(err)
	}
	var kinds []string
	var sizes []int
	for _, a := range m.Media {
		item, err := s.db.Media(context.Background(), sid, a.SID)
		if err != nil {
			t.Fatal(err)
		}
		kinds, sizes = append(kinds, item.ContentType), append(sizes, len(item.Data))
	}
	equal(t, "types", []string{"image/png", "image/jpeg", "text/vcard;charset=utf-8"}, kinds)
	equal(t, "sizes", []int{4, 3 << 20, 3}, sizes)
	equal(t, "num_media on the phone", []any{"3"}, values(s.must(200, "GET", annsPhone, "")["messages"], "num_media"))

	s.refuses([]refusal{{"more than 5 MB in all", "POST", annsPhone, `{"to":"+15550001000","media_urls":["` + cat + `","` + cat + `"]}`,
		400, 11751, "media_urls[1]: the media of a text may have 5242880 bytes in all"}})
}

func TestAFetchThatFailsForAnUnknownReasonIsOurFault(t *testing.T) {
	s := start(t, func(c *native.Config) {
		c.Fetch = func(context.Context, string, int64) (string, []byte, error) {
			return "", nil, errors.New("the disk is gone")
		}
	})
	s.number("+15550001000")
	a := s.do("POST", annsPhone, `{"to":"+15550001000","media_urls":["https://cats.example/1.jpg"]}`)
	if a.status != 500 || a.json["code"] != 20500.0 || strings.Contains(a.raw, "disk") {
		t.Errorf("got %d %s", a.status, a.raw)
	}
}

func TestAnotherAccountDoesNotReadAPhone(t *testing.T) {
	s := start(t, nil)
	s.number("+15550001000")
	s.must(201, "POST", annsPhone, `{"to":"+15550001000","body":"secret"}`)
	s.reply("+15557770001", "secret")
	s.as = bob
	equal(t, "what Bob reads", []any{}, s.must(200, "GET", annsPhone, "")["messages"])
}

func TestWithoutSimulatorThereAreNoPhones(t *testing.T) {
	s := start(t, func(c *native.Config) { c.Phones = nil })
	s.refuses([]refusal{
		{"send", "POST", annsPhone, `{"to":"+15550001000","body":"hi"}`, 404, 20404, "has no simulated phones"},
		{"read", "GET", annsPhone, "", 404, 20404, "has no simulated phones"},
	})
}
