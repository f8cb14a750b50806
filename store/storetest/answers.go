package storetest

import (
	"testing"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
)

var answerTests = map[string]func(*testing.T, *store.DB){
	"they are counted by who gave them": running(countAnswers),
}

func countAnswers(t *testing.T, db *store.DB) {
	var c repli.Change
	add := func(d repli.Direction, s repli.State, by repli.Answerer) {
		m := aMessage()
		m.SID, m.Direction, m.State, m.AnsweredBy, m.Due = repli.NewSID(repli.MessagePrefix), d, s, by, time.Time{}
		c.New = append(c.New, m)
	}
	add(repli.Inbound, repli.Answered, repli.ByPrimary)
	add(repli.Inbound, repli.Silent, repli.ByPrimary)
	add(repli.Inbound, repli.Answered, repli.ByFallback)
	add(repli.Inbound, repli.Answered, repli.ByLastResort)
	add(repli.Inbound, repli.Unanswered, repli.Nobody)
	add(repli.Inbound, repli.Pending, repli.Nobody)
	add(repli.Inbound, repli.Answered, repli.Nobody) // to STOP
	add(repli.OutboundAPI, repli.Sent, repli.Nobody)
	must(t, db, c)
	first, last := c.New[0].SID.Made(), c.New[len(c.New)-1].SID.Made().Add(time.Millisecond)
	decided := c.New[0].Updated
	for _, row := range []struct {
		shows            string
		from, to, before time.Time
		want             store.Answers
	}{
		{"all of them", first, last, decided.Add(time.Hour), store.Answers{Primary: 2, Fallback: 1, LastResort: 1, Unanswered: 1}},
		{"those before the first", first.Add(-time.Hour), first, decided.Add(time.Hour), store.Answers{}},
		{"those after the last", last, last.Add(time.Hour), decided.Add(time.Hour), store.Answers{}},
		{"those decided earlier", first, last, decided, store.Answers{}},
	} {
		got, err := db.AnswersBetween(t.Context(), row.from, row.to, row.before)
		same(t, row.shows, found(t, []store.Answers{got}, err), []store.Answers{row.want})
	}
}
