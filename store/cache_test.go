package store

import (
	"errors"
	"testing"
)

func TestCacheForgetsWhenConfigurationIsWritten(t *testing.T) {
	var c cache[string, int]
	loads := 0
	load := func() (int, error) { loads++; return loads, nil }
	for _, want := range []int{1, 1} {
		if got, err := c.read("a", load); got != want || err != nil {
			t.Errorf("read %d, %v, want %d", got, err, want)
		}
	}
	c.forget()
	if got, _ := c.read("a", load); got != 2 {
		t.Errorf("read %d after a write, want 2", got)
	}
}

func TestCacheDoesNotKeepWhatWasReadDuringAWrite(t *testing.T) {
	var c cache[string, string]
	c.read("a", func() (string, error) {
		c.forget() // a write between the read of the row and its keeping
		return "old", nil
	})
	if got, _ := c.read("a", func() (string, error) { return "new", nil }); got != "new" {
		t.Errorf("read %q, want what was written", got)
	}
}

func TestCacheKeepsNoFailure(t *testing.T) {
	var c cache[string, string]
	c.read("a", func() (string, error) { return "", errors.New("not there") })
	if got, err := c.read("a", func() (string, error) { return "there", nil }); got != "there" || err != nil {
		t.Errorf("read %q, %v, want what is there by now", got, err)
	}
}

func TestCacheIsBounded(t *testing.T) {
	var c cache[int, int]
	for i := range 3 * cacheLimit {
		c.read(i, func() (int, error) { return i, nil })
	}
	if len(c.kept) > cacheLimit {
		t.Errorf("%d things are kept, want at most %d", len(c.kept), cacheLimit)
	}
}
