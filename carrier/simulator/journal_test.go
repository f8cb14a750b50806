package simulator

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli"
)

func TestARestartedNetworkKnowsWhatItHasSeen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := journalPath(t)
		before := &fakeInbox{}
		c := open(t, Config{Inbox: before, Path: path})
		stop := run(t, c)
		send(t, c, ann, "hello")
		told := answer(ann, "told")
		submit(t, c, told)
		after(time.Second)
		stop()

		c = open(t, Config{Path: path})
		untold, lost, slow := answer(ann, "untold"), answer("+15005530003", "lost"), answer("+15005700002", "slow")
		submit(t, c, untold, lost, slow)
		c.journal.close() // killed: nobody ran it

		inbox := &fakeInbox{}
		c = open(t, Config{Inbox: inbox, Path: path})
		submit(t, c, told, untold, lost, slow) // all of them seen before
		stop = run(t, c)
		after(time.Hour)
		stop()
		got := make(map[string]string)
		for _, r := range inbox.told() {
			got[r.ID] += fmt.Sprint(r.State, r.ErrorCode)
		}
		want := map[string]string{idOf(untold.SID): "delivered0", idOf(lost.SID): "undelivered30003", idOf(slow.SID): "delivered0"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("receipts after the restart, told ones excepted (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff([]string{"hello", "told", "untold"}, conversation(t, c, ann)); diff != "" {
			t.Errorf("conversation (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff([]string{"slow"}, conversation(t, c, slow.To)); diff != "" {
			t.Errorf("the slow phone's conversation (-want +got):\n%s", diff)
		}
	})
}

func TestATornLastLineIsCut(t *testing.T) {
	path := journalPath(t)
	c := open(t, Config{Path: path})
	submit(t, c, answer(ann, "whole"))
	c.journal.close()
	whole := size(t, path)
	add(t, path, `{"event":"received","id":"SM1","to":"+15557770001","bo`)

	c = open(t, Config{Path: path})
	if got := size(t, path); got != whole {
		t.Errorf("the journal has %d bytes, want the %d of its whole lines", got, whole)
	}
	submit(t, c, answer(ann, "next"))
	c = open(t, Config{Path: path})
	if diff := cmp.Diff([]string{"whole", "next"}, conversation(t, c, ann)); diff != "" {
		t.Errorf("conversation (-want +got):\n%s", diff)
	}
}

func TestALineHalfWrittenIsNotGluedToTheNext(t *testing.T) {
	path := journalPath(t)
	c := open(t, Config{Path: path})
	submit(t, c, answer(ann, "one"))
	add(t, path, `{"event":"rec`) // as a write does that fails half-way
	c.journal.torn = true
	submit(t, c, answer(ann, "two"))
	c = open(t, Config{Path: path})
	if diff := cmp.Diff([]string{"one", "two"}, conversation(t, c, ann)); diff != "" {
		t.Errorf("conversation (-want +got):\n%s", diff)
	}
}

func TestABrokenLineIsNamed(t *testing.T) {
	const good = `{"event":"sent","id":"SM1","at":"2026-01-02T15:04:05Z","from":"+15557770001"}` + "\n"
	for _, tt := range []struct{ name, line string }{
		{"no JSON", "hello"},
		{"an empty line", ""},
		{"a number for a text", `{"event":"sent","id":7}`},
		{"no id", `{"event":"sent"}`},
		{"an unknown event", `{"event":"eaten","id":"SM1"}`},
		{"no event", `{"id":"SM1"}`},
		{"a bad time", `{"event":"withdrawn","id":"SM1","at":"yesterday"}`},
		{"two objects", `{"event":"withdrawn","id":"SM1"}{}`},
	} {
		for _, suffix := range []string{"", ".old"} {
			t.Run(tt.name+suffix, func(t *testing.T) {
				path := journalPath(t)
				add(t, path+suffix, good+tt.line+"\n"+good)
				_, err := New(Config{Inbox: &fakeInbox{}, Path: path})
				if want := path + suffix + ":2: "; err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("New returned %v, want an error with %q", err, want)
				}
			})
		}
	}
}

func TestAJournalThatCannotBeOpenedIsAnError(t *testing.T) {
	_, err := New(Config{Inbox: &fakeInbox{}, Path: filepath.Join(t.TempDir(), "no", "such", "folder")})
	if !errors.Is(err, os.ErrNotExist) {
		t.Errorf("New returned %v, want one caused by %v", err, os.ErrNotExist)
	}
}

func TestAnEventThatCannotBeWrittenDoesNotHappen(t *testing.T) {
	c := open(t, Config{Path: journalPath(t)})
	c.journal.file.Close() // every write fails from here on
	m := answer(ann, "hi")
	err := submitted(c, m)
	var got *repli.Error
	if !errors.As(err, &got) || got.Code != 30453 || !got.Temporary || !errors.Is(err, os.ErrClosed) {
		t.Errorf("Submit returned %v, want a temporary 30453 with its cause", err)
	}
	if got := conversation(t, c, ann); got != nil {
		t.Errorf("the phone has %q, want nothing", got)
	}
}

func TestMemoryAndFileAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := journalPath(t)
		inbox := &fakeInbox{}
		c := open(t, Config{Inbox: inbox, Path: path, Keep: 10})
		stop := run(t, c)
		var largest int64
		for i := range 500 {
			submit(t, c, answer(ann, fmt.Sprint(i)))
			after(time.Second)
			largest = max(largest, size(t, path)+size(t, path+".old"))
		}
		stop()
		if want := int64(20 * 600); largest > want {
			t.Errorf("the journal grew to %d bytes, want at most %d", largest, want)
		}
		if known, newest := len(c.book.known), len(c.book.newest); known != 10 || newest != 10 {
			t.Errorf("the network knows %d messages, %d of them new, want 10", known, newest)
		}
		want := []string{"490", "491", "492", "493", "494", "495", "496", "497", "498", "499"}
		for name, c := range map[string]*Carrier{"now": c, "after a restart": open(t, Config{Path: path, Keep: 10})} {
			if diff := cmp.Diff(want, conversation(t, c, ann)); diff != "" {
				t.Errorf("%s, conversation (-want +got):\n%s", name, diff)
			}
		}
		if got := len(inbox.told()); got != 500 {
			t.Errorf("%d receipts, want 500", got)
		}
	})
}

func TestADebtIsNotForgottenWithItsMessage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := journalPath(t)
		c := open(t, Config{Path: path, Keep: 5})
		shown, lost, slow := answer(ann, "shown"), answer("+15005530003", "lost"), answer("+15005700002", "slow")
		submit(t, c, shown, lost, slow)
		for range 50 {
			send(t, c, bob, "many more")
		}
		if got := conversation(t, c, ann); got != nil {
			t.Errorf("the phone still has %q, want it forgotten", got)
		}
		submit(t, c, shown) // recognised nevertheless
		c.journal.close()   // killed

		inbox := &fakeInbox{}
		c = open(t, Config{Inbox: inbox, Path: path, Keep: 5})
		stop := run(t, c)
		after(time.Hour)
		stop()
		if got := len(inbox.told()); got != 3 {
			t.Errorf("receipts after the restart: %v, want those of three messages", inbox.told())
		}
		if got := conversation(t, c, ann); got != nil {
			t.Errorf("the phone has %q again, want nothing", got)
		}
		if got := conversation(t, c, slow.To); len(got) != 1 {
			t.Errorf("the slow phone has %q, want its message", got)
		}
		if got := len(c.book.newest); got != 5 {
			t.Errorf("the network keeps %d messages, want 5", got)
		}
		checkBook(t, c.book)
		if c.book.owing != 0 {
			t.Errorf("the network owes %d receipts, want none", c.book.owing)
		}
	})
}

func TestACrashBetweenGenerationsLosesNothing(t *testing.T) {
	path := journalPath(t)
	c := open(t, Config{Path: path})
	submit(t, c, answer(ann, "one"))
	c.journal.close()
	if err := os.Rename(path, path+".old"); err != nil { // the first half of a turn
		t.Fatal(err)
	}
	add(t, path+".new", "")
	c = open(t, Config{Path: path})
	submit(t, c, answer(ann, "two"))
	c.journal.close()
	c = open(t, Config{Path: path})
	if diff := cmp.Diff([]string{"one", "two"}, conversation(t, c, ann)); diff != "" {
		t.Errorf("conversation (-want +got):\n%s", diff)
	}
}

func size(t *testing.T, path string) int64 {
	t.Helper()
	info, err := os.Stat(path)
	if errors.Is(err, os.ErrNotExist) {
		return 0
	}
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}

// add appends to a file, which need not exist.
func add(t *testing.T, path, text string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err == nil {
		_, err = f.WriteString(text)
		err = errors.Join(err, f.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
}
