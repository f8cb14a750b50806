package inbound

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli"
)

func TestACookieReplacesAnEarlierOneOfItsOriginAndName(t *testing.T) {
	const here, there = "https://shop.example", "https://other.example"
	soon := time.Now().Add(time.Hour)
	cookie := func(origin, name, line string) repli.Cookie {
		return repli.Cookie{Origin: origin, Name: name, Line: line, Expires: soon}
	}
	stored := []repli.Cookie{cookie(here, "visits", "1"), cookie(there, "visits", "7"), cookie(here, "lang", "fr")}
	g := &gathered{given: &given{}, cookies: stored}
	g.setCookies([]repli.Cookie{cookie(here, "visits", "2")})
	g.setCookies([]repli.Cookie{cookie(here, "visits", "3"), cookie(here, "step", "4")})

	set := []repli.Cookie{cookie(here, "visits", "3"), cookie(here, "step", "4")}
	if diff := cmp.Diff(set, g.change.Cookies); diff != "" {
		t.Errorf("what is kept (-want +got):\n%s", diff)
	}
	sent := append([]repli.Cookie{cookie(there, "visits", "7"), cookie(here, "lang", "fr")}, set...)
	if diff := cmp.Diff(sent, g.cookies); diff != "" {
		t.Errorf("what is sent with the next question (-want +got):\n%s", diff)
	}
}
