package app_test

import (
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/app"
	"github.com/repli-sms/repli/app/apptest"
)

func TestMessagesAreForgottenAfterTheirTime(t *testing.T) {
	path := filepath.Join(t.TempDir(), "repli.db")
	synctest.Test(t, func(t *testing.T) {
		s := apptest.StartWith(t, app.ServerConfig{Store: path, Retention: 20 * time.Minute}, &apptest.Customers{})
		defer s.Stop()
		number := s.Number("+15550002000", apptest.Bin("<Response><Message>Hi</Message><Oops/></Response>"))
		phone := s.Phone("+15557770001")
		old := phone.Texts(number, "old")
		phone.Expects("Hi")
		<-time.After(75 * time.Minute) // the phones take an hour longer
		recent := phone.Texts(number, "recent")
		phone.Expects("Hi")
		<-time.After(7 * time.Minute)
		if _, err := s.DB.Message(t.Context(), old); !repli.IsNotFound(err) {
			t.Errorf("a message of 82 minutes ago: %v, want 20404", err)
		}
		if attempts := s.Attempts(old); len(attempts) > 0 {
			t.Errorf("its attempts are still there: %v", attempts)
		}
		texts, err := s.Phones.Conversation("+15557770001", "")
		if err != nil || len(texts) != 2 || texts[0].Body != "recent" {
			t.Errorf("the phone has %v (error %v), want the recent text and its answer", texts, err)
		}
		if m := s.Message(recent); m.Body != "recent" {
			t.Errorf("a message of 7 minutes ago: %v", m)
		}
		if alerts := s.Alerts(); len(alerts) != 1 {
			t.Errorf("alerts %v, want that of the recent message", alerts)
		}
	})
}

// An alert about a message goes with it; one about a path that does not exist has none.
func TestAlertsGoWithTheirTime(t *testing.T) {
	path := filepath.Join(t.TempDir(), "repli.db")
	synctest.Test(t, func(t *testing.T) {
		s := apptest.StartWith(t, app.ServerConfig{Store: path, Retention: 20 * time.Minute}, &apptest.Customers{})
		defer s.Stop()
		for _, want := range []int{1, 2, 2} { // the first is older than 20 minutes at the third
			s.Twilio().Refuses(404, 20404, "GET", "/v1/Nothing")
			if got := s.Alerts(); len(got) != want {
				t.Errorf("alerts %v, want %d", got, want)
			}
			<-time.After(15 * time.Minute)
		}
		<-time.After(10 * time.Minute)
		if got := s.Alerts(); len(got) > 0 {
			t.Errorf("alerts %v, want none", got)
		}
	})
}

// A customer deletes a message while its callback is being told, whose alert comes after it.
func TestWhatIsWrittenAfterItsMessageWasDeletedGoesWithItsTime(t *testing.T) {
	path := filepath.Join(t.TempDir(), "repli.db")
	synctest.Test(t, func(t *testing.T) {
		s := apptest.StartWith(t, app.ServerConfig{Store: path, Retention: 20 * time.Minute}, &apptest.Customers{})
		defer s.Stop()
		gone := repli.NewSID(repli.MessagePrefix)
		err := s.DB.Commit(t.Context(), repli.Change{
			Attempts: []repli.Attempt{{SID: repli.NewSID(repli.AttemptPrefix), Message: gone, Started: time.Now()}},
			Alerts:   []repli.Alert{{SID: repli.NewSID(repli.AlertPrefix), Account: apptest.Account, Code: 11200, Message: gone, Created: time.Now()}},
		})
		if err != nil {
			t.Fatal(err)
		}
		<-time.After(15 * time.Minute)
		if len(s.Alerts()) != 1 || len(s.Attempts(gone)) != 1 {
			t.Errorf("before its time: alerts %v and attempts %v, want one each", s.Alerts(), s.Attempts(gone))
		}
		<-time.After(75 * time.Minute)
		if len(s.Alerts()) != 0 || len(s.Attempts(gone)) != 0 {
			t.Errorf("after its time: alerts %v and attempts %v, want none", s.Alerts(), s.Attempts(gone))
		}
	})
}

func TestUnfinishedMessagesAreNotForgotten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "repli.db")
	synctest.Test(t, func(t *testing.T) {
		s := apptest.StartWith(t, app.ServerConfig{Store: path, Retention: 5 * time.Minute}, &apptest.Customers{})
		number := s.Number("+15550002000", apptest.Bin("<Response><Message>Hi</Message></Response>"))
		sid := s.Phone("+15005700003").Texts(number, "to a phone that is busy at first")
		s.Kill()
		<-time.After(7 * time.Minute)
		s = apptest.StartWith(t, app.ServerConfig{Store: path, Retention: 5 * time.Minute, RetentionNow: true}, &apptest.Customers{})
		defer s.Stop()
		s.Phone("+15005700003").Expects("Hi")
		<-time.After(2 * time.Minute)
		if _, err := s.DB.Message(t.Context(), sid); !repli.IsNotFound(err) {
			t.Errorf("the message that is done by now: %v, want 20404", err)
		}
	})
}

// TestAStartInTheFutureDeletesNothingForADay has the clock a month ahead of where it was when the
// server ran last, or the setting wrong.
func TestAStartInTheFutureDeletesNothingForADay(t *testing.T) {
	const day = 24 * time.Hour
	for _, row := range []struct {
		shows     string
		later     time.Duration
		retention time.Duration
		now       bool
	}{
		{"a clock that is a month ahead", 31 * day, 30 * day, false},
		{"a retention that was mistyped", time.Hour, 30 * time.Minute, false},
		{"--retention.now", 31 * day, 30 * day, true},
	} {
		t.Run(row.shows, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "repli.db")
			synctest.Test(t, func(t *testing.T) {
				s := apptest.StartWith(t, app.ServerConfig{Store: path, Retention: 30 * day}, &apptest.Customers{})
				number := s.Number("+15550002000", apptest.Bin("<Response><Message>Hi</Message></Response>"))
				phone := s.Phone("+15557770001")
				text := phone.Texts(number, "hello")
				phone.Expects("Hi")
				s.Stop()

				cfg := app.ServerConfig{Store: path, Retention: row.retention, RetentionNow: row.now}
				for i, after := range []time.Duration{row.later, 22 * time.Hour, 2 * time.Hour} { // twice it is started too soon
					<-time.After(after)
					s := apptest.StartWith(t, cfg, &apptest.Customers{})
					<-time.After(3 * time.Minute)
					_, err := s.DB.Message(t.Context(), text)
					got, phoneErr := s.Phones.Conversation("+15557770001", "")
					s.Stop()
					if phoneErr != nil {
						t.Fatal(phoneErr)
					}
					if kept := i < 2 && !row.now; kept && (err != nil || len(got) != 2) {
						t.Errorf("start %d: the text is %v and the phone has %d messages, want all of them still", i+1, err, len(got))
					} else if !kept && !repli.IsNotFound(err) {
						t.Errorf("start %d: got error %v, want 20404", i+1, err)
					}
				}
			})
		})
	}
}
