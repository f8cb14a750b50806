package store

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli"
)

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
