package simulator

import (
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// written returns what both generations of a journal hold.
func written(t *testing.T, path string) string {
	t.Helper()
	var all strings.Builder
	for _, name := range []string{older(path), path} {
		b, err := os.ReadFile(name)
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		all.Write(b)
	}
	return all.String()
}

func TestWhatIsTooOldIsForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := journalPath(t)
		c := open(t, Config{Path: path, Keep: 6})
		stop := run(t, c)
		for _, body := range []string{"old one", "old two", "old three"} {
			send(t, c, ann, body)
		}
		lost := answer("+15005530003", "old and lost")
		submit(t, c, lost, answer(bob, "old answer"))
		after(2 * time.Hour)
		send(t, c, ann, "young one")
		slow := answer("+15005700002", "young and slow")
		submit(t, c, slow, answer(ann, "young answer"))
		after(time.Minute)
		want := map[string][]string{ann: {"young one", "young answer"}, bob: nil, slow.To: {"young and slow"}}

		if err := c.Forget(time.Now().Add(-90 * time.Minute)); err != nil {
			t.Fatal(err)
		}
		if got := written(t, path); !strings.Contains(got, "old one") {
			t.Errorf("the journal was rewritten for half an hour:\n%s", got)
		}
		after(time.Hour)
		if err := c.Forget(time.Now().Add(-90 * time.Minute)); err != nil {
			t.Fatal(err)
		}
		if got := written(t, path); strings.Contains(got, "old") || strings.Count(got, "young") < 3 {
			t.Errorf("an hour later the journal holds\n%s", got)
		}
		for phone, bodies := range want {
			if diff := cmp.Diff(bodies, conversation(t, c, phone)); diff != "" {
				t.Errorf("%s an hour later (-want +got):\n%s", phone, diff)
			}
		}
		before, err := c.Conversation(slow.To, "")
		if err != nil {
			t.Fatal(err)
		}
		submit(t, c, answer(bob, "fresh"))
		stop()

		inbox := &fakeInbox{}
		c = open(t, Config{Inbox: inbox, Path: path, Keep: 6})
		stop = run(t, c)
		after(time.Hour)
		stop()
		want[bob] = []string{"fresh"}
		for phone, bodies := range want {
			if diff := cmp.Diff(bodies, conversation(t, c, phone)); diff != "" {
				t.Errorf("%s after a restart (-want +got):\n%s", phone, diff)
			}
		}
		again, err := c.Conversation(slow.To, "")
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(before, again); diff != "" {
			t.Errorf("the slow message after a restart (-want +got):\n%s", diff)
		}
		if got := inbox.told(); len(got) > 1 { // that of the fresh one may be owed
			t.Errorf("receipts told before are told again: %v", got)
		}
	})
}

func TestAReceiptOwedOutlivesItsText(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := journalPath(t)
		c := open(t, Config{Path: path}) // not running: nobody is told
		owes := answer(ann, "forgotten")
		submit(t, c, owes)
		after(3 * time.Hour)
		if err := c.Forget(time.Now().Add(-time.Hour)); err != nil {
			t.Fatal(err)
		}
		if got := written(t, path); strings.Contains(got, "forgotten") {
			t.Errorf("the journal still holds\n%s", got)
		}
		c.journal.close()

		inbox := &fakeInbox{}
		stop := run(t, open(t, Config{Inbox: inbox, Path: path}))
		after(time.Minute)
		stop()
		if got := inbox.told(); len(got) != 1 || got[0].ID != idOf(owes.SID) {
			t.Errorf("told %v, want the receipt of %s", got, owes.SID)
		}
	})
}

// A crash after the journal was rewritten may leave its older generation.
func TestAnOlderGenerationLeftBehindIsForgottenAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := journalPath(t)
		c := open(t, Config{Path: path, Keep: 2})
		send(t, c, ann, "old one")
		send(t, c, ann, "old two")
		send(t, c, ann, "old three")
		left, err := os.ReadFile(older(path))
		if err != nil {
			t.Fatal(err)
		}
		after(3 * time.Hour)
		send(t, c, ann, "young")
		forget := func(c *Carrier) {
			if err := c.Forget(time.Now().Add(-time.Hour)); err != nil {
				t.Fatal(err)
			}
		}
		forget(c)
		c.journal.close()
		add(t, older(path), string(left))
		c = open(t, Config{Path: path, Keep: 2})
		forget(c)
		if got := written(t, path); strings.Contains(got, "old") || !strings.Contains(got, "young") {
			t.Errorf("the journal holds\n%s", got)
		}
		if diff := cmp.Diff([]string{"young"}, conversation(t, c, ann)); diff != "" {
			t.Errorf("conversation (-want +got):\n%s", diff)
		}
	})
}
