package smpp_test

import (
	"testing"
	"time"

	"github.com/repli-sms/repli/smpp"
)

func TestTimes(t *testing.T) {
	now := time.Date(2026, 11, 30, 20, 0, 0, 0, time.UTC)
	tests := []struct{ in, want string }{
		{"", "0001-01-01T00:00:00Z"},
		{"261130193000500+", "2026-11-30T19:30:00.5Z"},
		{"261130193000004+", "2026-11-30T18:30:00Z"},
		{"261130193000004-", "2026-11-30T20:30:00Z"},
		{"000007000000000R", "2026-12-07T20:00:00Z"},
		{"000000000500000R", "2026-11-30T20:05:00Z"},
		{"261330193000000+", ""}, {"260230193000000+", ""}, {"261130193000000X", ""}, {"26113019300000+", ""}, {"26113019300000a+", ""}, {"261130193000099+", ""},
	}
	for _, test := range tests {
		got, err := smpp.ParseTime(test.in, now)
		want, bad := time.Parse(time.RFC3339, test.want)
		if (err != nil) != (bad != nil) || err == nil && !got.Equal(want) {
			t.Errorf("%q: got %v, %v, want %s", test.in, got, err, test.want)
		}
	}
	if got := smpp.FormatTime(now.Add(300 * time.Millisecond)); got != "261130200000300+" {
		t.Errorf("got %s", got)
	}
	if got := smpp.FormatDuration(49*time.Hour + 5*time.Minute + 7*time.Second); got != "000002010507000R" {
		t.Errorf("got %s", got)
	}
}
