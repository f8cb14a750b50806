package replitest

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"
)

// A failing test keeps what a test says of its failure.
type failing struct {
	testing.TB
	said string
}

func (f *failing) Errorf(format string, args ...any) { f.said += fmt.Sprintf(format, args...) }
func (f *failing) Fatalf(format string, args ...any) {
	f.Errorf(format, args...)
	panic(f)
}

// failure returns what the test would have said, had it failed by doing this.
func failure(t *testing.T, srv *Server, do func()) string {
	t.Helper()
	f := &failing{TB: t}
	srv.t = f
	func() {
		defer func() {
			if r := recover(); r != nil && r != f {
				panic(r)
			}
		}()
		do()
	}()
	srv.t = t
	return regexp.MustCompile(`127\.0\.0\.1:\d+|EH[0-9a-f]{32}`).ReplaceAllString(f.said, "…")
}

func TestAMissingTextIsExplained(t *testing.T) {
	hangs := Handler(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	fails := Handler(http.NotFoundHandler())
	for _, row := range []struct {
		shows   string
		options []Option
		want    string // after the first line
	}{
		{"another text came, from the fallback", []Option{fails, says("one")}, `It got:
    "one" from +15550002000
The text "hi" to +15550002000 was answered by the fallback:
    primary POST http://…/: 404: error 11217: … answered 404 Not Found
    fallback POST http://…/: 200: use
`},
		{"nobody could answer", []Option{Bin("<response/>"), Bin("<Response>\n  <Message>Hi</Mesage>\n</Response>")}, `It got nothing else.
The text "hi" to +15550002000 is unanswered:
    primary POST http://…/twiml/…: 200: error 12102 in line 1, column 1: The root element is <response>. Write <Response>, with a capital R and the rest small.
    fallback POST http://…/twiml/…: 200: error 12100 in line 2, column 14: </Mesage> stands where </Message> is due: <Message> began on line 2. Close it first.
`},
		{"there was nothing to say", []Option{Bin("<Response/>")}, `It got nothing else.
The text "hi" to +15550002000 was answered with no text:
    primary POST http://…/twiml/…: 200: use
`},
		{"there is no answer yet", []Option{hangs}, `It got nothing else.
The text "hi" to +15550002000 is still being answered; raise the phone's Patience if that may take longer.
`},
	} {
		t.Run(row.shows, func(t *testing.T) {
			t.Parallel()
			srv := Start(t)
			number := srv.Number("+15550002000", row.options...)
			ann := srv.Phone("+15557770001")
			ann.Patience = 2 * time.Second
			ann.Text(number, "hi")
			got := failure(t, srv, func() { ann.Expect("three") })
			want := "+15557770001 expected \"three\" and did not get it within 2s.\n" + row.want
			if got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

func TestATextThatWasNotExpectedIsAFailure(t *testing.T) {
	srv := Start(t)
	number := srv.Number("+15550002000", LastResort("three"))
	ann := srv.Phone("+15557770001")
	ann.Text(number, "hi")
	got := failure(t, srv, func() { ann.ExpectNothing(10 * time.Second) })
	want := `+15557770001 expected nothing within 10s.
It got:
    "three" from +15550002000
The text "hi" to +15550002000 was answered by the last resort:
`
	if !strings.HasPrefix(got, want) {
		t.Errorf("got\n%s\nwant at its beginning\n%s", got, want)
	}
}

func TestWhatCannotBeIsSaidAtOnce(t *testing.T) {
	srv := Start(t)
	ann := srv.Phone("+15557770001")
	for _, row := range []struct {
		shows string
		do    func()
		want  string
	}{
		{"a primary that is none", func() { srv.Number("+15550002000", LastResort("x"), says("y"), Primary("http://a.example")) },
			"replitest: the number +15550002000: Primary must come before the handlers that are asked when it fails"},
		{"a fallback for nobody", func() { srv.Number("+15550002000", Fallback("http://a.example")) },
			"replitest: the number +15550002000: Fallback must come after the handler for which it stands in"},
		{"no URL", func() { srv.Number("+15550002000", Primary("a.example")) },
			`replitest: the number +15550002000: error 21402: Step 1 (primary): "a.example" must begin with http:// or https://`},
		{"no number", func() { srv.Number("5550002000", LastResort("x")) },
			"replitest: the number 5550002000: error"},
		{"a number nobody has", func() { ann.Text("+15550009999", "hi") },
			"+15557770001 cannot text +15550009999: "},
	} {
		if got := failure(t, srv, row.do); !strings.HasPrefix(got, row.want) {
			t.Errorf("%s: got\n%s\nwant at its beginning\n%s", row.shows, got, row.want)
		}
	}
}
