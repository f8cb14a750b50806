// Package standing tells the pages of the console how numbers are doing.
package standing

import (
	"context"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/inbound"
	"github.com/repli-sms/repli/store"
)

// Recently is how many messages are looked at to tell how numbers are doing.
const Recently = 2000

// A Standing is how a number is doing.
type Standing struct {
	Last  time.Time      // when it was texted last; zero when not of late
	By    repli.Answerer // who answered then
	Since time.Time      // since when it has lived on its fallback; zero when it does not
	Texts int            // that somebody else than the primary has answered since
}

// A Teller reads how numbers are doing.
type Teller struct {
	DB      *store.DB
	Account repli.SID
	Inbound *inbound.Engine
}

// All tells how each number that was texted of late, or lives on its fallback, is doing,
// by its address.
func (s Teller) All(ctx context.Context) (map[string]Standing, error) {
	texts, err := s.DB.Recently(ctx, s.Account, Recently)
	if err != nil {
		return nil, err
	}
	all := standingsOf(texts)
	living, err := s.Inbound.OnFallback(ctx)
	for _, st := range living {
		if st.Account == s.Account {
			one := all[st.Address]
			one.By, one.Since, one.Texts = st.By, st.Since, st.Texts
			all[st.Address] = one
		}
	}
	return all, err
}

// standingsOf tells of each number when it was texted last, and who answered, from texts with
// the newest first.
func standingsOf(texts []store.Recent) map[string]Standing {
	all := map[string]Standing{}
	for _, t := range texts {
		if _, known := all[t.To]; !known && t.State != repli.Pending {
			all[t.To] = Standing{Last: t.Created, By: t.AnsweredBy}
		}
	}
	return all
}
