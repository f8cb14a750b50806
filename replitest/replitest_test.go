package replitest

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/config"
)

// says answers each text with these.
func says(texts ...string) Option {
	return Handler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/xml")
		fmt.Fprintf(w, "<Response><Message>%s</Message></Response>", strings.Join(texts, "</Message><Message>"))
	}))
}

func TestTheCredentialsAreThoseOfDev(t *testing.T) {
	srv := Start(t)
	if srv.AccountSID != config.DevAccount || srv.AuthToken != config.DevToken {
		t.Errorf("got %s and %s, want %s and %s", srv.AccountSID, srv.AuthToken, config.DevAccount, config.DevToken)
	}
	for token, want := range map[string]int{srv.AuthToken: http.StatusOK, "wrong": http.StatusUnauthorized} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, srv.URL()+"/repli/v1/numbers", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.SetBasicAuth(srv.AccountSID, token)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != want {
			t.Errorf("the API answers %s to the token %s, want %d", resp.Status, token, want)
		}
	}
}

func TestAProgramIsAskedWithASignature(t *testing.T) {
	srv := Start(t)
	var program *httptest.Server
	program = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		var form repli.Params
		for name := range r.PostForm {
			form = form.With(name, r.PostForm.Get(name))
		}
		signed := repli.ValidSignature(srv.AuthToken, program.URL+r.RequestURI, form, r.Header.Get("X-Twilio-Signature"))
		fmt.Fprintf(w, "signed: %v", signed)
	}))
	t.Cleanup(program.Close)
	number := srv.Number("+15550002000", Primary(program.URL+"/sms"))
	ann := srv.Phone("+15557770001")
	ann.Text(number, "hello")
	ann.Expect("signed: true")
}

func TestHandlersAreAskedInOrder(t *testing.T) {
	gone := httptest.NewServer(nil)
	gone.Close()
	for _, row := range []struct {
		shows   string
		options []Option
		want    string
	}{
		{"the primary", []Option{says("one"), says("two"), LastResort("three")}, "one"},
		{"the fallback", []Option{Primary(gone.URL), says("two"), LastResort("three")}, "two"},
		{"another fallback", []Option{Primary(gone.URL), Fallback(gone.URL), Bin("<Response><Message>{{Body}}?</Message></Response>")}, "hi?"},
		{"the last resort", []Option{Primary(gone.URL), Bin("<response/>"), LastResort("three")}, "three"},
		{"nobody but the last resort", []Option{LastResort("three")}, "three"},
	} {
		t.Run(row.shows, func(t *testing.T) {
			srv := Start(t)
			ann := srv.Phone("+15557770001")
			ann.Text(srv.Number("+15550002000", row.options...), "hi")
			if got := ann.Expect(row.want); got != row.want {
				t.Errorf("got %q, want %q", got, row.want)
			}
		})
	}
}

func TestANumberMayGetOtherHandlers(t *testing.T) {
	srv := Start(t)
	ann := srv.Phone("+15557770001")
	for _, says := range []string{"one", "two"} {
		ann.Text(srv.Number("+15550002000", LastResort(says)), "hi")
		ann.Expect(says)
	}
}

func TestAHandlerThatHangsIsGivenUpWhenTheChainMustAnswer(t *testing.T) {
	srv := Start(t)
	hangs := Handler(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	ann := srv.Phone("+15557770001")
	ann.Text(srv.Number("+15550002000", hangs, AnswerBy(time.Second), LastResort("Too late.")), "hi")
	ann.Expect("Too late.")
}

func TestSeveralTextsAreExpectedInAnyOrder(t *testing.T) {
	srv := Start(t)
	number := srv.Number("+15550002000", says("one", "two", "two"))
	ann := srv.Phone("+15557770001")
	ann.Text(number, "hi")
	for _, want := range []string{"two", "one", "two"} {
		ann.Expect(want)
	}
	ann.ExpectNothing(10 * time.Millisecond)
}

func TestATextIsWantedToTheLetterOrByAnExpression(t *testing.T) {
	for _, row := range []struct {
		want, body string
		is         bool
	}{
		{"We open at 9.", "We open at 9.", true},
		{`open at \d`, "We open at 9.", true},
		{`^open at \d`, "We open at 9.", false},
		{"Cake? (yes/no)", "Cake? (yes/no)", true},
		{":-(", ":-(", true},
		{":-(", ":-( really", false},
		{"", "", true},
		{"", "anything", false},
	} {
		if got := matches(row.want, row.body); got != row.is {
			t.Errorf("%q is what is wanted by %q: got %v, want %v", row.body, row.want, got, row.is)
		}
	}
}

func TestNothingIsLeftBehindWhenATestEnds(t *testing.T) {
	before := goleak.IgnoreCurrent()
	began := time.Now()
	t.Run("a test with a program that hangs", func(t *testing.T) {
		srv := Start(t)
		asked := make(chan struct{})
		hangs := Handler(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.ReadAll(r.Body) // the context ends with the connection only when it is read
			close(asked)
			<-r.Context().Done()
		}))
		srv.Phone("+15557770001").Text(srv.Number("+15550002000", hangs), "hi")
		<-asked
	})
	if took := time.Since(began); took >= 15*time.Second {
		t.Errorf("the end took %v: it has waited for the program, not for %v", took, drain)
	}
	if err := goleak.Find(before); err != nil {
		t.Error(err)
	}
}

func TestServersKnowNothingOfEachOther(t *testing.T) {
	one, other := Start(t), Start(t)
	ann := one.Phone("+15557770001")
	ann.Text(one.Number("+15550002000", LastResort("one")), "hi")
	ann.Expect("one")
	other.Phone("+15557770001").ExpectNothing(10 * time.Millisecond)
	_, err := other.server.DB.NumberByAddress(context.Background(), "+15550002000")
	if !repli.IsNotFound(err) {
		t.Errorf("the other server knows the number: %v", err)
	}
}
