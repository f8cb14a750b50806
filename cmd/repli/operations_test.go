package main

import (
	"os"
	"strings"
	"testing"

	"github.com/repli-sms/repli/store/storetest"
)

const operations = "docs/operations.md"

// TestTheCommandsOfTheOperationsPage plays each section of docs/operations.md with a server.
func TestTheCommandsOfTheOperationsPage(t *testing.T) {
	dir := t.TempDir()
	build(t, dir)
	dev := startDev(t, dir, "--store=repli.db")
	dev.reads(t, "on Monday")
	dev.playsBlocks(t, operations, sectionOf(t, operations, "## Back up\n")) // while it runs
	dev.reads(t, "on Tuesday")
	dev.stop(t)

	dev.playsBlocks(t, operations, sectionOf(t, operations, "## Restore\n"))
	dev = startDev(t, dir, "--store=repli.db")
	if got := dev.bodies(t); !strings.Contains(got, "on Monday") || strings.Contains(got, "on Tuesday") {
		t.Errorf("restored, the store has %s, want what came before the backup", got)
	}
	dev.reads(t, "on Wednesday")
	dev.stop(t)

	dev.playsBlocks(t, operations, sectionOf(t, operations, "## Move\n"))
	there := startDev(t, dir, "--store=there/repli.db")
	if got := there.bodies(t); !strings.Contains(got, "on Wednesday") {
		t.Errorf("moved, the store has %s, want all there was", got)
	}
	there.stop(t)
}

func TestTheCommandsOfTheOperationsPageForAnUpgrade(t *testing.T) {
	dir := t.TempDir()
	build(t, dir)
	early := storetest.Early(t)
	for _, suffix := range []string{"", "-wal", ".phones"} {
		if err := os.Rename(early+suffix, dir+"/repli.db"+suffix); err != nil {
			t.Fatal(err)
		}
	}
	dev := startDev(t, dir, "--store=repli.db", "--retention.now", "--retention=0s")
	dev.reads(t, "after the upgrade")
	dev.playsBlocks(t, operations, sectionOf(t, operations, "## Upgrade\n"))
	dev.stop(t)
	dev.playsBlocks(t, operations, sectionOf(t, operations, "## Roll back\n"))
	dev = startDev(t, dir, "--store=repli.db", "--retention=0s") // the older program is not at hand
	if got := dev.bodies(t); !strings.Contains(got, "hello 1") || strings.Contains(got, "after the upgrade") {
		t.Errorf("rolled back, the store has %s, want what came before the upgrade", got)
	}
	dev.stop(t)
}

// reads texts the demo number and wants its answer.
func (dev *devServer) reads(t *testing.T, body string) {
	t.Helper()
	if got, want := dev.bash(t, `./repli text +15557770001 +15550001000 "`+body+`"`)[0], "Hello! You said: "+body; got != want {
		t.Errorf("a text was answered %q, want %q", got, want)
	}
}

// bodies returns the newest messages as the API lists them.
func (dev *devServer) bodies(t *testing.T) string {
	t.Helper()
	return dev.bash(t, "curl -s -u AC"+devToken+":"+devToken+" $REPLI_SERVER/2010-04-01/Accounts/AC"+devToken+"/Messages.json?PageSize=100")[0]
}
