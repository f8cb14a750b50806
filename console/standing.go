package console

import (
	"context"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
)

// recently is how many messages are looked at to tell how numbers are doing.
const recently = 2000

// A standing is how a number is doing.
type standing struct {
	Last  time.Time      // when it was texted last; zero when not of late
	By    repli.Answerer // who answered then
	Since time.Time      // since when it has lived on its fallback; zero when it does not
}

// standings tells how each number that was texted of late is doing, by its address.
func (s *Server) standings(ctx context.Context) (map[string]standing, error) {
	texts, err := s.DB.Recently(ctx, s.Account, recently)
	return standingsOf(texts), err
}

// standingsOf folds texts, newest first. A number lives on its fallback when somebody else
// than the primary answered its last text, since the first one in a row of such.
func standingsOf(texts []store.Recent) map[string]standing {
	all := map[string]standing{}
	ended := map[string]bool{} // the row is told
	for _, t := range texts {
		if t.State == repli.Pending {
			continue
		}
		one, known := all[t.To]
		if !known {
			one = standing{Last: t.Created, By: t.AnsweredBy}
		}
		if t.AnsweredBy == repli.ByPrimary {
			ended[t.To] = true
		} else if !ended[t.To] {
			one.Since = t.Created
		}
		all[t.To] = one
	}
	return all
}
