package storetest

import (
	"slices"
	"testing"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
)

var forgetTests = map[string]func(*testing.T, *store.DB){
	"the oldest that are done go first, in steps": running(forgetSteps),
	"keys of other times keep nothing from going": running(forgetOddKeys),
	"a message goes with all it left behind":      running(forgetWhole),
	"alerts without a message go by their age":    running(forgetAlerts),
	"what outlived its message goes by its age":   running(forgetOrphans),
}

// doneAt returns a message that was dealt with, made at the time given.
func doneAt(body string, created time.Time) repli.Message {
	m := text(body)
	m.State, m.Due, m.Created = repli.Answered, time.Time{}, created
	return m
}

func forgetSteps(t *testing.T, db *store.DB) {
	unfinished := text("unfinished")
	unfinished.Created = noon.Add(-time.Hour)
	must(t, db, repli.Change{New: []repli.Message{
		unfinished, doneAt("one", noon.Add(-3*time.Minute)), doneAt("two", noon.Add(-2*time.Minute)),
		doneAt("three", noon.Add(-time.Minute)), doneAt("new", noon),
	}})
	for _, step := range []struct {
		forgets int
		leaves  []string
	}{
		{2, []string{"new", "three", "unfinished"}},
		{1, []string{"new", "unfinished"}},
		{0, []string{"new", "unfinished"}},
	} {
		n, err := db.Forget(t.Context(), noon, noon, 2)
		same(t, "forgotten", found(t, n, err), step.forgets)
		left, err := db.Messages(t.Context(), account, everything)
		same(t, "left", bodies(found(t, left, err)), step.leaves)
	}
}

// Keys may be of any time: the clock was wrong, or another program made them.
func forgetOddKeys(t *testing.T, db *store.DB) {
	now := time.Now()
	var c repli.Change
	odd := func(body string, ms uint64, created time.Time) {
		m := doneAt(body, created)
		m.SID = sidAt(ms)
		c.New = append(c.New, m)
	}
	for i := range 250 {
		odd("young, with a key of 1970", uint64(i), now)
	}
	odd("young, with a key of 2604", 20_000_000_000_000/2, now)
	odd("old, with a key of 2604", 20_000_000_000_000/2, now.Add(-48*time.Hour))
	odd("old", uint64(now.Add(-48*time.Hour).UnixMilli()), now.Add(-48*time.Hour))
	must(t, db, c)
	n, err := db.Forget(t.Context(), now.Add(-24*time.Hour), now, 200)
	same(t, "forgotten", found(t, n, err), 2)
	left, err := db.Messages(t.Context(), account, everything)
	same(t, "left", len(found(t, left, err)), 251)
}

func forgetWhole(t *testing.T, db *store.DB) {
	old, recent := doneAt("old", noon.Add(-time.Hour)), doneAt("recent", noon)
	c := repli.Change{New: []repli.Message{old, recent}}
	for _, m := range c.New {
		c.Attempts = append(c.Attempts, repli.Attempt{SID: repli.NewSID(repli.AttemptPrefix), Message: m.SID})
		c.Alerts = append(c.Alerts, repli.Alert{SID: repli.NewSID(repli.AlertPrefix), Account: account, Code: 12200, Message: m.SID})
		c.Media = append(c.Media, repli.Media{SID: repli.NewSecretSID(repli.MediaPrefix), Account: account, Message: m.SID})
	}
	must(t, db, c)
	for _, m := range c.New {
		fine(t, db.PutFeedback(t.Context(), repli.Feedback{Message: m.SID, Outcome: "confirmed"}))
	}
	n, err := db.Forget(t.Context(), noon, noon, 10)
	same(t, "forgotten", found(t, n, err), 1)
	for i, m := range c.New {
		attempts, err := db.Attempts(t.Context(), m.SID, store.Page{Limit: 1000})
		same(t, "attempts of "+m.Body, len(found(t, attempts, err)), i)
		alerts, err := db.AlertsOf(t.Context(), m.SID, store.Page{Limit: 1000})
		same(t, "alerts of "+m.Body, len(found(t, alerts, err)), i)
		_, err = db.Media(t.Context(), m.SID, c.Media[i].SID)
		same(t, "the media of "+m.Body+" are there", err == nil, i == 1)
		_, err = db.Feedback(t.Context(), m.SID)
		same(t, "the feedback on "+m.Body+" is there", err == nil, i == 1)
	}
}

func forgetAlerts(t *testing.T, db *store.DB) {
	var c repli.Change
	for i := range 5 {
		a := repli.Alert{SID: repli.NewSID(repli.AlertPrefix), Account: account, Code: 20404, Created: noon.Add(time.Duration(i-3) * time.Minute)}
		c.Alerts = append(c.Alerts, a)
	}
	about := repli.Alert{SID: repli.NewSID(repli.AlertPrefix), Account: account, Code: 12200, Message: doneAt("", noon).SID, Created: noon.Add(-time.Hour)}
	c.Alerts = append(c.Alerts, about)
	must(t, db, c)
	for _, left := range []int{4, 3, 3} { // that about a message among them, and those of noon and later
		n, err := db.Forget(t.Context(), noon, noon, 2)
		same(t, "messages forgotten", found(t, n, err), 0)
		alerts, err := db.Alerts(t.Context(), account, store.AlertFilter{}, everything)
		same(t, "alerts left", len(found(t, alerts, err)), left)
	}
}

// Attempts and alerts can be written when their message has just been deleted.
func forgetOrphans(t *testing.T, db *store.DB) {
	kept := doneAt("kept", noon)
	must(t, db, repli.Change{New: []repli.Message{kept}})
	var c repli.Change
	about := func(message repli.SID, at time.Time) {
		c.Attempts = append(c.Attempts, repli.Attempt{SID: repli.NewSID(repli.AttemptPrefix), Message: message, Started: at})
		c.Alerts = append(c.Alerts, repli.Alert{SID: repli.NewSID(repli.AlertPrefix), Account: account, Code: 11200, Message: message, Created: at})
	}
	gone, lately, nobody := repli.NewSID(repli.MessagePrefix), repli.NewSID(repli.MMSPrefix), repli.SID("")
	for _, of := range []repli.SID{gone, kept.SID, nobody} {
		about(of, noon.Add(-time.Second))
	}
	about(lately, noon)
	c.Attempts = slices.DeleteFunc(c.Attempts, func(a repli.Attempt) bool { return a.Message == nobody })
	must(t, db, c)
	for _, want := range []int{2, 0} {
		n, err := db.ForgetOrphans(t.Context(), noon, 10)
		same(t, "forgotten", found(t, n, err), want)
	}
	for message, want := range map[repli.SID]int{gone: 0, kept.SID: 1, lately: 1} {
		attempts, err := db.Attempts(t.Context(), message, store.Page{Limit: 1000})
		same(t, "attempts left", len(found(t, attempts, err)), want)
		alerts, err := db.AlertsOf(t.Context(), message, store.Page{Limit: 1000})
		same(t, "alerts left", len(found(t, alerts, err)), want)
	}
	all, err := db.Alerts(t.Context(), account, store.AlertFilter{}, everything)
	same(t, "alerts left in all", len(found(t, all, err)), 3)
}
