package store

import (
	"context"
	"time"

	"github.com/repli-sms/repli"
)

// Answers counts texts by who answered them.
type Answers struct{ Primary, Fallback, LastResort, Unanswered int }

// AnswerOf returns the count for one text that reached the state, answered by the answerer. It is
// zero for a text that needed no answer.
func AnswerOf(to repli.State, by repli.Answerer) Answers {
	switch {
	case to == repli.Unanswered:
		return Answers{Unanswered: 1}
	case by == repli.ByPrimary:
		return Answers{Primary: 1}
	case by == repli.ByFallback:
		return Answers{Fallback: 1}
	case by == repli.ByLastResort:
		return Answers{LastResort: 1}
	}
	return Answers{}
}

// Plus returns the sum of two counts.
func (a Answers) Plus(b Answers) Answers {
	return Answers{a.Primary + b.Primary, a.Fallback + b.Fallback, a.LastResort + b.LastResort, a.Unanswered + b.Unanswered}
}

// All returns the total number of texts counted.
func (a Answers) All() int { return a.Primary + a.Fallback + a.LastResort + a.Unanswered }

// AnswersBetween counts the texts of all accounts received in [from, to) whose outcome was known
// before the third time. It reads only the messages of that range.
func (db *DB) AnswersBetween(ctx context.Context, from, to, before time.Time) (Answers, error) {
	found, err := list(ctx, db, func(r row) (a Answers, err error) {
		return a, r.Scan(&a.Primary, &a.Fallback, &a.LastResort, &a.Unanswered)
	}, `
		SELECT COUNT(CASE WHEN answered_by = 'primary' THEN 1 END), COUNT(CASE WHEN answered_by = 'fallback' THEN 1 END),
			COUNT(CASE WHEN answered_by = 'last_resort' THEN 1 END), COUNT(CASE WHEN state = 'unanswered' THEN 1 END)
		FROM messages WHERE id >= $1 AND id < $2 AND direction = 'inbound' AND updated < $3`,
		firstID(from), firstID(to), micros(before))
	if err != nil || len(found) == 0 {
		return Answers{}, err
	}
	return found[0], nil
}
