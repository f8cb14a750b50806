package main

import (
	"os"
	"slices"
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

// The guide is there in two languages, with the same commands.
func TestTheCommandsOfTheGuideToFallbacksPrintWhatItShows(t *testing.T) {
	var first []block
	for _, name := range []string{"fallback.md", "fallback.fr.md"} {
		t.Run(name, func(t *testing.T) {
			text, err := os.ReadFile("../../docs/" + name)
			if err != nil {
				t.Fatal(err)
			}
			blocks := blocksIn(t, name, string(text))
			if first == nil {
				first = blocks
			}
			if !slices.Equal(blocks, first) {
				t.Errorf("%s has other commands than fallback.md", name)
			}
			dir := t.TempDir()
			build(t, dir)
			dev := startDev(t, dir)
			dev.playsBlocks(t, name, blocks)
			dev.stop(t)
		})
	}
}
