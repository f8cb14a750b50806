package store

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli"
)

func TestSpansInWhichRepliesAreLookedFor(t *testing.T) {
	at := func(after time.Duration) time.Time {
		return time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC).Add(after)
	}
	for _, row := range []struct {
		shows string
		sid   time.Duration // when the message's SID says it was made
		asked span
		want  []span
	}{
		{"nobody was asked", 0, span{}, []span{{at(-time.Second), at(time.Minute)}}},
		{"asked at once", 0, span{at(time.Second), at(31 * time.Second)}, []span{{at(-time.Second), at(91 * time.Second)}}},
		{"the clock was set back meanwhile", 0, span{at(-time.Hour), at(-time.Hour)}, []span{{at(-time.Hour - time.Second), at(time.Minute)}}},
		{"asked a day later", 0, span{at(24 * time.Hour), at(24*time.Hour + time.Second)}, []span{
			{at(-time.Second), at(time.Minute)},
			{at(24*time.Hour - time.Second), at(24*time.Hour + time.Minute + time.Second)},
		}},
		{"the SID is an hour ahead", time.Hour, span{at(0), at(time.Second)}, []span{{at(-time.Second), at(time.Hour + time.Minute + time.Second)}}},
		{"the SID is behind", -time.Hour, span{}, []span{{at(-time.Second), at(time.Minute)}}},
	} {
		m := repli.Message{SID: repli.SIDAt(repli.MessagePrefix, at(row.sid)), Created: at(0)}
		if diff := cmp.Diff(row.want, replySpans(m, row.asked), cmp.AllowUnexported(span{})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", row.shows, diff)
		}
	}
}
