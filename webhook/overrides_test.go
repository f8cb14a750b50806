package webhook

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli"
)

func TestOverridesAreReadFromTheFragment(t *testing.T) {
	const ms = time.Millisecond
	base := Overrides{Retries: 1, On: ConnectFails}
	for _, row := range []struct {
		shows, fragment string
		want            func(*Overrides)
		code            int
	}{
		{shows: "nothing said", fragment: ""},
		{shows: "a fragment that is no override", fragment: "section-2"},
		{shows: "an unknown key", fragment: "zz=1"},
		{shows: "Twilio's example", fragment: "rc=2&ct=1000", want: func(o *Overrides) { o.Retries, o.Connect = 2, 1000*ms }},
		{shows: "all limits", fragment: "ct=100&rt=200&tt=300", want: func(o *Overrides) { o.Connect, o.Read, o.Total = 100*ms, 200*ms, 300*ms }},
		{shows: "too small", fragment: "ct=1&rt=0&tt=-5&rc=-1", want: func(o *Overrides) { o.Connect, o.Read, o.Total, o.Retries = 100*ms, 100*ms, 100*ms, 0 }},
		{shows: "too big", fragment: "ct=10001&rt=99999&tt=99999999999999999999&rc=6", want: func(o *Overrides) {
			o.Connect, o.Read, o.Total, o.Retries = 10*time.Second, 15*time.Second, 15*time.Second, 5
		}},
		{shows: "too small beyond an int", fragment: "rc=-99999999999999999999", want: func(o *Overrides) { o.Retries = 0 }},
		{shows: "the last one counts", fragment: "rc=2&rc=3", want: func(o *Overrides) { o.Retries = 3 }},
		{shows: "a list of policies", fragment: "rp=4xx,5xx,rt", want: func(o *Overrides) { o.On = ClientError | ServerError | ReadFails }},
		{shows: "a list, encoded", fragment: "rp=4xx%2C5xx", want: func(o *Overrides) { o.On = ClientError | ServerError }},
		{shows: "all", fragment: "rp=all", want: func(o *Overrides) { o.On = AnyFailure }},
		{shows: "sni off", fragment: "sni=n", want: func(o *Overrides) { o.NoSNI = true }},
		{shows: "sni on", fragment: "sni=y"},
		{shows: "edges are checked and ignored", fragment: "e=dublin,ashburn,frankfurt-ix"},
		{shows: "not a number", fragment: "ct=1s", code: 11100},
		{shows: "no number", fragment: "rc=", code: 11100},
		{shows: "sni neither y nor n", fragment: "sni=maybe", code: 11100},
		{shows: "an unknown policy", fragment: "rp=ct,3xx", code: 11243},
		{shows: "an empty policy", fragment: "rp=", code: 11243},
		{shows: "an edge with odd letters", fragment: "e=Dublin!", code: 11240},
		{shows: "an empty edge", fragment: "e=dublin,", code: 11240},
		{shows: "an edge nobody knows", fragment: "e=paris", code: 11241},
	} {
		got, err := ParseOverrides(row.fragment)
		if code := repli.CodeOf(err); code != row.code || (err != nil) != (row.code != 0) {
			t.Errorf("%s: #%s: got error %v, want code %d", row.shows, row.fragment, err, row.code)
			continue
		}
		if row.code != 0 {
			continue
		}
		want := base
		if row.want != nil {
			row.want(&want)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: #%s (-want +got):\n%s", row.shows, row.fragment, diff)
		}
	}
}

func TestAConfigSetsTheLimitsOfURLsThatNameNone(t *testing.T) {
	c := New(Config{ConnectTimeout: time.Second, ReadTimeout: 2 * time.Second, Total: time.Hour})
	got := c.limits.with(Overrides{Read: 100 * time.Millisecond})
	want := limits{connect: time.Second, read: 100 * time.Millisecond, total: 15 * time.Second}
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	preset := New(Config{}).limits
	if want := (limits{connect: 5 * time.Second, read: 15 * time.Second, total: 15 * time.Second}); preset != want {
		t.Errorf("got %+v without a config, want Twilio's %+v", preset, want)
	}
}

func FuzzParseOverrides(f *testing.F) {
	for _, s := range []string{"", "rc=2&ct=1000", "rp=4xx,5xx%2Crt&sni=n", "e=dublin-ix,sydney", "tt=-1&rt=99999999999999999999", "a=%zz&=&&"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, fragment string) {
		o, err := ParseOverrides(fragment)
		if err != nil {
			var e *repli.Error
			if !errors.As(err, &e) || e.Detail == "" {
				t.Fatalf("%q: got error %v, want a *repli.Error with a sentence", fragment, err)
			}
			return
		}
		l := New(Config{}).limits.with(o)
		for _, d := range []time.Duration{l.connect, l.read, l.total} {
			if d < minLimit || d > maxTotal {
				t.Fatalf("%q: limit %v is out of range", fragment, d)
			}
		}
		if l.connect > maxConnect || l.retries < 0 || l.retries > maxRetries || l.on == 0 {
			t.Fatalf("%q: got %+v", fragment, l)
		}
	})
}
