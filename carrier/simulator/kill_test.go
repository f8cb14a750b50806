package simulator

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"testing"

	"go.uber.org/goleak"

	"github.com/repli-sms/repli"
)

// victimsJournal names the journal of a network that is there to be killed.
const victimsJournal = "REPLI_TEST_VICTIMS_JOURNAL"

func TestMain(m *testing.M) {
	if path := os.Getenv(victimsJournal); path != "" {
		fmt.Fprintln(os.Stderr, beVictim(path))
		os.Exit(1)
	}
	goleak.VerifyTestMain(m)
}

// beVictim takes messages without end, and prints the SID of each when it is taken.
func beVictim(path string) error {
	c, err := New(Config{Inbox: &fakeInbox{}, Path: path, Keep: 1_000_000})
	if err != nil {
		return err
	}
	failed := make(chan error)
	for range 8 {
		go func() {
			for {
				m := answer(ann, "are you still there?")
				if _, err := c.Submit(context.Background(), m); err != nil {
					failed <- err
				}
				fmt.Println(m.SID) // one write: lines of two goroutines do not mix
			}
		}()
	}
	return <-failed
}

func TestAKilledNetworkKeepsItsWord(t *testing.T) {
	path := journalPath(t)
	for round := range 3 {
		var promised []repli.SID
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), victimsJournal+"="+path)
		cmd.Stderr = os.Stderr
		out, err := cmd.StdoutPipe()
		if err == nil {
			err = cmd.Start()
		}
		if err != nil {
			t.Fatal(err)
		}
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if sid, err := repli.ParseSID(lines.Text(), repli.MessagePrefix); err == nil {
				promised = append(promised, sid)
			}
			if len(promised) == 500 {
				if err := cmd.Process.Kill(); err != nil {
					t.Error(err)
				}
			}
		}
		if err := cmd.Wait(); err == nil {
			t.Errorf("round %d: the victim ended by itself", round)
		}
		if len(promised) < 500 {
			t.Fatalf("round %d: the victim took %d messages before it died, want 500", round, len(promised))
		}
		c := open(t, Config{Path: path, Keep: 1_000_000})
		for _, sid := range promised {
			if _, err := c.Conversation(ann, idOf(sid)); err != nil {
				t.Errorf("round %d: a message that was taken is lost: %v", round, err)
			}
		}
		c.journal.close()
	}
}
