package main

import (
	"strings"
	"testing"
	"time"
)

func TestADrillOfAllKindsWithABinTakesThreeSecondsAtMost(t *testing.T) {
	dir := t.TempDir()
	build(t, dir)
	dev := startDev(t, dir)
	began := time.Now()
	out := dev.bash(t, `./repli drill +15550001000`)[0]
	if took := time.Since(began); took > 3*time.Second {
		t.Errorf("the drill took %v, want at most 3 s", took)
	}
	if n := strings.Count(out, "  ok  "); n != 17 {
		t.Errorf("%d of 17 are ok:\n%s", n, out)
	}
	dev.stop(t)
}
