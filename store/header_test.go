package store

import (
	"bufio"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli"
)

// FuzzHeader keeps what a handler has sent, as net/http has read it.
func FuzzHeader(f *testing.F) {
	f.Add("Date: 10:00: now\r\nSet-Cookie: a=1\r\nset-cookie: b=2\r\nX:\r\n")
	f.Add("X: \xff\x00\r\n y\r\nodd name: 1\r\n")
	f.Fuzz(func(t *testing.T, wire string) {
		resp, err := http.ReadResponse(bufio.NewReader(strings.NewReader("HTTP/1.1 200 OK\r\n"+wire+"\r\n")), nil)
		if err != nil || len(resp.Header) == 0 {
			return
		}
		want := repli.Header{}
		for name, values := range resp.Header {
			for _, v := range values {
				want[name] = append(want[name], strings.ToValidUTF8(v, "\uFFFD"))
			}
		}
		if diff := cmp.Diff(want, readHeader(headerColumn(repli.Header(resp.Header)))); diff != "" {
			t.Errorf("%q (-want +got):\n%s", wire, diff)
		}
	})
}

func TestHeaderFieldsAreReadAsTheyWereKept(t *testing.T) {
	for _, row := range []struct {
		shows      string
		kept, read repli.Header
	}{
		{"none", nil, nil},
		{"several values of a name", repli.Header{"Set-Cookie": {"a=1", "b=2"}}, repli.Header{"Set-Cookie": {"a=1", "b=2"}}},
		{"a value with a colon, and an empty one", repli.Header{"Date": {"10:00: now"}, "X": {""}}, repli.Header{"Date": {"10:00: now"}, "X": {""}}},
		{"a value that would begin another field", repli.Header{"X": {"1\r\nY: 2\x00"}}, repli.Header{"X": {"1  Y: 2 "}}},
		{"bytes that are no text", repli.Header{"Server": {"caf\xe9"}}, repli.Header{"Server": {"caf\uFFFD"}}},
	} {
		if diff := cmp.Diff(row.read, readHeader(headerColumn(row.kept))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", row.shows, diff)
		}
	}
}
