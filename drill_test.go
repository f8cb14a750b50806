package repli_test

import (
	"strings"
	"testing"
	"time"

	"github.com/repli-sms/repli"
)

func TestADrillIsAsGoodAsItsWorstResult(t *testing.T) {
	good := repli.DrillResult{Fault: repli.FaultDNS, Passed: true, AnsweredBy: repli.ByFallback}
	lastResort := repli.DrillResult{Fault: repli.FaultDNS, AnsweredBy: repli.ByLastResort}
	dropped := repli.DrillResult{Fault: repli.FaultDNS, AnsweredBy: repli.ByFallback}
	nobody := repli.DrillResult{Fault: repli.FaultDNS}
	for _, row := range []struct {
		shows   string
		results []repli.DrillResult
		want    repli.DrillStatus
	}{
		{"all good", []repli.DrillResult{good, good}, repli.DrillPassed},
		{"the last resort once", []repli.DrillResult{good, lastResort, good}, repli.DrillDegraded},
		{"nobody once", []repli.DrillResult{nobody, lastResort, good}, repli.DrillBad},
		{"nobody after the last resort", []repli.DrillResult{lastResort, nobody}, repli.DrillBad},
		{"a message dropped", []repli.DrillResult{good, dropped}, repli.DrillBad},
	} {
		if got := repli.StatusOf(row.results); got != row.want {
			t.Errorf("%s: %s, want %s", row.shows, got, row.want)
		}
	}
}

func TestAScheduleIsDueAtItsTimeOfDay(t *testing.T) {
	at := func(s string) time.Time {
		when, err := time.Parse(time.DateTime, s)
		if err != nil {
			t.Fatal(err)
		}
		return when
	}
	for _, row := range []struct {
		shows, at string
		every     time.Duration
		ran, want string
	}{
		{"each night", "03:30", 24 * time.Hour, "2026-11-25 03:29:59", "2026-11-25 03:30:00"},
		{"the night after", "03:30", 24 * time.Hour, "2026-11-25 03:30:00", "2026-11-26 03:30:00"},
		{"four times a day", "03:30", 6 * time.Hour, "2026-11-25 12:00:00", "2026-11-25 15:30:00"},
		{"in the other hemisphere of the day", "23:59", time.Hour, "2026-11-25 12:00:00", "2026-11-25 12:59:00"},
		{"once a week", "00:00", 7 * 24 * time.Hour, "2026-11-25 00:00:01", "2026-11-26 00:00:00"},
	} {
		s := repli.Schedule{Every: row.every, At: row.at, All: true}
		if got := s.Next(at(row.ran)); !got.Equal(at(row.want)) {
			t.Errorf("%s: due at %v, want %s", row.shows, got, row.want)
		}
	}
	if got := (repli.Schedule{Every: time.Hour, At: "03:30"}).Next(at("2026-11-25 12:00:00")); !got.IsZero() {
		t.Errorf("a schedule of nobody is due at %v", got)
	}
}

func TestSchedulesThatCannotBe(t *testing.T) {
	for _, row := range []struct {
		shows, at string
		every     time.Duration
		code      int
	}{
		{"each night", "03:30", 24 * time.Hour, 0},
		{"the shortest", "00:00", repli.MinEvery, 0},
		{"too often", "00:00", repli.MinEvery - time.Second, 20422},
		{"too seldom", "00:00", repli.MaxEvery + time.Second, 20422},
		{"no such hour", "24:00", time.Hour, 20422},
		{"one digit", "3:30", time.Hour, 20422},
		{"seconds", "03:30:00", time.Hour, 20422},
		{"nothing", "", time.Hour, 20422},
	} {
		if got := repli.CodeOf(repli.Schedule{Every: row.every, At: row.at}.Check()); got != row.code {
			t.Errorf("%s: code %d, want %d", row.shows, got, row.code)
		}
	}
}

func TestHostAndPortOfAURL(t *testing.T) {
	for _, row := range [][2]string{
		{"https://Shop.Example/sms", "shop.example:443"},
		{"http://ann:secret@shop.example./sms#rt=1", "shop.example:80"},
		{"http://shop.example:8080", "shop.example:8080"},
		{"http://127.0.0.53:3000", "localhost:3000"},
		{"http://[::1]:3000", "localhost:3000"},
		{"http://shop.localhost:3000", "localhost:3000"},
		{"http://[2001:DB8::1]/", "2001:db8::1:80"},
		{"/sms", ""},
		{"http://%zz", ""},
	} {
		if got := repli.HostPort(row[0]); got != row[1] {
			t.Errorf("HostPort(%q) = %q, want %q", row[0], got, row[1])
		}
	}
}

func FuzzHostPort(f *testing.F) {
	for _, url := range []string{"https://shop.example/sms", "http://[::1]:3000", "//x", "http://%zz", "https://ann:b@c:d@e:1/#"} {
		f.Add(url)
	}
	f.Fuzz(func(t *testing.T, url string) {
		if at := repli.HostPort(url); at != "" && strings.LastIndexByte(at, ':') < 1 {
			t.Errorf("HostPort(%q) = %q, which has no host or no port", url, at)
		}
	})
}

func FuzzScheduleNext(f *testing.F) {
	f.Add("03:30", int64(time.Hour), int64(1_764_000_000))
	f.Add("23:59", int64(repli.MinEvery), int64(-1))
	f.Fuzz(func(t *testing.T, at string, every, ran int64) {
		s := repli.Schedule{Every: time.Duration(every), At: at, All: true}
		last := time.Unix(ran%(1<<32), 0)
		if next := s.Next(last); s.Check() == nil && !next.After(last) {
			t.Errorf("%+v that ran at %v is due at %v", s, last, next)
		}
	})
}
