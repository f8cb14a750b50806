package main

import (
	"testing"
	"time"
)

func TestACommitHasASemanticVersion(t *testing.T) {
	for _, row := range []struct{ shows, described, want string }{
		{"a tag", "v1.2.3", "1.2.3"},
		{"a release candidate", "v1.2.3-rc.1", "1.2.3-rc.1"},
		{"after a tag comes what will be the next", "v1.2.3-14-g2414721", "1.2.4-dev.14.g2414721"},
		{"after a candidate", "v1.2.3-rc.1-14-g2414721", "1.2.3-rc.1.14.g2414721"},
		{"a tag and changes", "v1.2.3-dirty", "1.2.4-dev.dirty"},
		{"commits and changes", "v1.2.3-14-g2414721-dirty", "1.2.4-dev.14.g2414721.dirty"},
		{"no tag yet; digits alone may not begin with 0", "0123456", "0.0.0-dev.g0123456"},
		{"no tag yet, and changes", "0123456-dirty", "0.0.0-dev.g0123456.dirty"},
		{"a tag that is no version", "nightly", "nightly"},
	} {
		if got := semver(row.described); got != row.want {
			t.Errorf("%s: git describe says %s: got %s, want %s", row.shows, row.described, got, row.want)
		}
	}
}

func TestOnlySemanticVersionsAreReleased(t *testing.T) {
	for _, given := range []string{"nightly", "v1.2.3", "1.2", "1.02.3", "1.2.3+linux", `1.2.3"`, "1.2.3-"} {
		if got, err := versionOf(t.Context(), given); err == nil {
			t.Errorf("%s: got %s, want an error", given, got)
		}
	}
	for _, given := range []string{"1.2.3", "1.2.3-rc.1", "0.0.0-dev.g0123456.dirty"} {
		if got, err := versionOf(t.Context(), given); err != nil || got != given {
			t.Errorf("%s: got %s and %v, want it as it is", given, got, err)
		}
	}
}

func TestTheTimeIsThatOfSOURCE_DATE_EPOCH(t *testing.T) {
	got, err := timeOf(t.Context(), "1700000000")
	if want := time.Date(2023, 11, 14, 22, 13, 20, 0, time.UTC); err != nil || !got.Equal(want) {
		t.Errorf("got %v and %v, want %v", got, err, want)
	}
	_, err = timeOf(t.Context(), "yesterday")
	if want := `SOURCE_DATE_EPOCH is "yesterday", not a number of seconds`; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}
