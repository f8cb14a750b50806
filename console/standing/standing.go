// Package standing returns the state of numbers for the pages of the console.
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

// Standings are how the numbers of an account are doing.
type Standings struct {
	texted map[string]Standing // by the address that was texted of late
	living []Living
}

// A Living is a number that lives on its fallback.
type Living struct {
	Number string // its address
	Ref    string // see [repli.Number.Ref]
	Standing
}

// Of returns the state of a number.
func (s Standings) Of(n repli.Number) Standing {
	for _, one := range s.living {
		if one.Ref == n.Ref() {
			return one.Standing
		}
	}
	return s.texted[n.Address]
}

// OnFallback returns the numbers that live on their fallback, in no particular order.
func (s Standings) OnFallback() []Living { return s.living }

// All returns the state of each number that was texted recently or is on its fallback.
func (s Teller) All(ctx context.Context) (Standings, error) {
	texts, err := s.DB.Recently(ctx, s.Account, Recently)
	if err != nil {
		return Standings{}, err
	}
	all := Standings{texted: standingsOf(texts)}
	living, err := s.Inbound.OnFallback(ctx)
	for _, st := range living {
		if st.Account == s.Account {
			one := all.texted[st.Address]
			one.By, one.Since, one.Texts = st.By, st.Since, st.Texts
			ref := repli.Number{SID: st.Number, Address: st.Address}.Ref()
			all.living = append(all.living, Living{st.Address, ref, one})
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
