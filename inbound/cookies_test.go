package inbound

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli"
)

// The cookies that were stored before a text decide which of those that have ended are to be removed.
func TestCookiesThatAnswersSetLeaveTheStoredOnesAsTheyWere(t *testing.T) {
	cookie := func(name, line string) repli.Cookie {
		return repli.Cookie{Origin: "https://a.example/", Name: name, Line: line, Expires: time.Now().Add(time.Hour)}
	}
	ended := func(name string) repli.Cookie {
		c := cookie(name, "")
		c.Expires = time.Now().Add(-time.Hour)
		return c
	}
	stored := make([]repli.Cookie, 0, 8) // a query's list may have room for more
	stored = append(stored, cookie("a", "1"), cookie("b", "1"), cookie("c", "1"))
	before := slices.Clone(stored)
	g := gathered{given: &given{}, stored: stored, cookies: stored}
	g.setCookies([]repli.Cookie{cookie("new", "2")})
	g.setCookies([]repli.Cookie{cookie("b", "2")})
	if diff := cmp.Diff(before, stored); diff != "" {
		t.Errorf("the stored ones have changed (-want +got):\n%s", diff)
	}
	g.setCookies([]repli.Cookie{ended("b"), ended("new")})
	var names []string
	for _, c := range g.change.Cookies {
		names = append(names, c.Name)
	}
	if diff := cmp.Diff([]string{"b"}, names); diff != "" {
		t.Errorf("the Change ends the cookies (-want +got):\n%s", diff)
	}
}
