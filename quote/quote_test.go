package quote

import (
	"errors"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestClipKeepsWholeCharacters(t *testing.T) {
	for _, row := range []struct {
		shows, text string
		n           int
		want        string
	}{
		{"what is short enough stays", "Response", 8, "Response"},
		{"what is longer is cut", "Responses", 8, "Response…"},
		{"no character is halved", "naïve", 3, "na…"},
		{"nor a long one", "a🍰b", 4, "a…"},
		{"a character that ends there stays", "a🍰b", 5, "a🍰…"},
		{"bytes that are no character go", "a\xff\xfeb", 3, "a…"},
		{"nothing but such bytes", "\x80\x80\x80", 2, "…"},
		{"no room at all", "ab", 0, "…"},
	} {
		if got := Clip(row.text, row.n); got != row.want {
			t.Errorf("%s: got %q, want %q", row.shows, got, row.want)
		}
	}
}

func TestSprintfClipsEachArgument(t *testing.T) {
	type kind string
	long := strings.Repeat("é", 64<<10)
	for shows, got := range map[string]string{
		"a string":      Sprintf("There is no %s.", long),
		"a quoted one":  Sprintf("There is no %q.", long),
		"a string type": Sprintf("There is no %q.", kind(long)),
		"an error":      Sprintf("There is no %v.", errors.New(long)),
		"bytes":         Sprintf("There is no %s.", []byte(long)),
	} {
		if len(got) > MaxArgument+32 || !utf8.ValidString(got) || !strings.Contains(got, "é…") {
			t.Errorf("%s: got %d bytes that end with %q", shows, len(got), got[max(0, len(got)-20):])
		}
	}
	var none *strings.Builder
	if got, want := Sprintf("%d of %s in %v, %v", 1, "two", time.Second, none), "1 of two in 1s, <nil>"; got != want {
		t.Errorf("what is short: got %q, want %q", got, want)
	}
}
