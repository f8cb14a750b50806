package app

import (
	"runtime"
	"strings"
	"testing"
)

func TestAReleaseIsNamedByItsBuild(t *testing.T) {
	want := "repli 1.2.3 (" + runtime.Version() + ", " + runtime.GOOS + "/" + runtime.GOARCH + ")"
	if got := describe("1.2.3"); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestABuildWithoutANameStillHasOne(t *testing.T) {
	if got := describe(""); strings.Contains(got, "  ") || strings.Contains(got, "(devel)") {
		t.Errorf("got %q, want a name after repli", got)
	}
}
