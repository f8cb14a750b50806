package numbers

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/configure"
	"github.com/repli-sms/repli/console/editor"
	"github.com/repli-sms/repli/console/frame"
	"github.com/repli-sms/repli/console/standing"
	"github.com/repli-sms/repli/store"
)

// A numberPage shows a number: who answers its texts, and how that went of late.
type numberPage struct {
	SID       repli.SID
	Address   string
	Ref       string // names it and no other
	Country   string // of a short code or a name
	SendsOnly bool
	Form      numberForm
	Problems  frame.Problems
	Choices   []editor.Choice // of bins
	Carriers  []string        // to choose from
	NewBin    editor.Fields   // the dialog's
	Other     repli.SID       // who answers in the number's place, or ""
	Advice    string          // key of a text, or ""
	Broken    []editor.Broken
	Live      string // the address of what keeps the verdicts current
	Standing  standing.Standing
	Messages  []numberMessage
	Proving   proving
	MaxAnswer int // seconds
	MaxRepeat int // minutes
	MaxKeep   int // hours
}

func (numberPage) File() string { return "numbers/number" }

// A numberMessage is a text to the number.
type numberMessage struct {
	SID     repli.SID
	From    string
	Body    string
	State   repli.State
	By      repli.Answerer
	Created time.Time
}

func (s *Server) showNumber(v *frame.Visit) (frame.Answer, error) {
	n, err := s.Edit.Number(v.Context(), v.Account, v.PathValue("number"))
	if err != nil {
		return frame.Answer{}, err
	}
	return s.numberAgain(v, n, numberFormOf(n), nil, http.StatusOK)
}

// saveNumber changes who answers a number's texts.
func (s *Server) saveNumber(v *frame.Visit) (frame.Answer, error) {
	n, err := s.Edit.Number(v.Context(), v.Account, v.PathValue("number"))
	if err != nil {
		return frame.Answer{}, err
	}
	f := typedNumber(v, n)
	_, err = s.Edit.SetNumber(v.Context(), v.Account, string(n.SID), configure.Seen{Updated: editor.Unstamp(f.Seen)}, f.apply)
	if repli.CodeOf(err) == repli.CodeConflict {
		if n, err = s.Edit.Number(v.Context(), v.Account, string(n.SID)); err != nil {
			return frame.Answer{}, err
		}
		f.Take, f.Seen = true, editor.Stamp(n.Updated)
		return s.numberAgain(v, n, f, nil, http.StatusConflict)
	}
	if wrong := numberProblems(err); wrong != nil {
		return s.numberAgain(v, n, f, wrong, http.StatusUnprocessableEntity)
	}
	return frame.GoTo(numberAt(n.SID), "numbers.saved"), err
}

// numberAgain returns a number's page with a form in it that is not necessarily the number.
func (s *Server) numberAgain(v *frame.Visit, n repli.Number, f numberForm, wrong frame.Problems, status int) (frame.Answer, error) {
	ctx := v.Context()
	p := numberPage{SID: n.SID, Address: n.Address, Ref: n.Ref(), Country: n.Country, SendsOnly: n.SendsOnly(), Form: f.spaced(), Problems: wrong, Advice: advice(n.Chain.Steps)}
	p.MaxAnswer, p.MaxRepeat, p.MaxKeep = int(repli.MaxAnswerBy.Seconds()), int(repli.MaxRepeatAfter.Minutes()), int(repli.MaxKeepContent.Hours())
	p.NewBin = editor.New()
	p.Live = frame.LiveAt("number", url.Values{"number": {n.Ref()}})
	who, err := s.DB.Answering(ctx, n)
	if err != nil {
		return frame.Answer{}, err
	}
	p.Other = who.By
	p.Carriers = s.Edit.Carriers
	if n.Carrier != "" && !slices.Contains(p.Carriers, n.Carrier) { // it is no longer configured
		p.Carriers = append(slices.Clone(p.Carriers), n.Carrier)
	}
	if p.Choices, err = s.choices(ctx, f); err != nil {
		return frame.Answer{}, err
	}
	if p.Broken, err = s.brokenBins(ctx, n); err != nil {
		return frame.Answer{}, err
	}
	doing, err := s.Standings.All(ctx)
	if err != nil {
		return frame.Answer{}, err
	}
	p.Standing = doing.Of(n)
	if p.Proving, err = s.proving(ctx, n); err != nil {
		return frame.Answer{}, err
	}
	texts, err := s.DB.RecentTo(ctx, s.Account, n.Address, standing.Recently, 5)
	for _, m := range texts {
		if to, err := s.DB.NumberOf(ctx, m); err == nil && to.SID != n.SID {
			continue // to another number with this short code
		}
		p.Messages = append(p.Messages, numberMessage{m.SID, m.From, m.Body, m.State, m.AnsweredBy, m.Created})
	}
	return frame.Answer{Page: p, Status: status}, err
}

// mostChoices is how many bins a list offers, the newest; one that is chosen is always there.
const mostChoices = 200

func (s *Server) choices(ctx context.Context, f numberForm) ([]editor.Choice, error) {
	bins, err := s.DB.Bins(ctx, s.Account, store.Page{Limit: mostChoices})
	if err != nil {
		return nil, err
	}
	var all []editor.Choice
	offered := map[repli.SID]bool{}
	for _, b := range bins {
		offered[b.SID] = true
		all = append(all, editor.Choice{SID: b.SID, Name: b.FriendlyName})
	}
	for _, step := range f.Steps {
		if step.Bin == "" || offered[step.Bin] {
			continue
		}
		offered[step.Bin] = true
		b, err := s.Edit.Bin(ctx, repli.Account{SID: s.Account}, string(step.Bin))
		if err == nil {
			all = append(all, editor.Choice{SID: b.SID, Name: b.FriendlyName})
		} else if !repli.IsNotFound(err) {
			return nil, err
		}
	}
	return all, nil
}

// brokenBins returns those among the handlers of a number that were valid once and no longer
// are.
func (s *Server) brokenBins(ctx context.Context, n repli.Number) ([]editor.Broken, error) {
	var all []editor.Broken
	for _, step := range n.Chain.Steps {
		sid := step.Bin
		if sid == "" {
			sid, _ = repli.BinAt(s.BaseURL, step.URL)
		}
		if sid == "" {
			continue
		}
		b, err := s.DB.Bin(ctx, sid)
		if repli.IsNotFound(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		kept, err := s.DB.BinVersions(ctx, sid)
		if err != nil {
			return nil, err
		}
		if one := editor.BrokenIn(b, kept); one != nil {
			one.Back = numberAt(n.SID)
			all = append(all, *one)
		}
	}
	return all, nil
}

// advice returns the key of what should be said of a chain, "" when there is nothing.
func advice(steps []repli.Step) string {
	switch {
	case len(steps) == 0:
		return "numbers.advice_nobody"
	case len(steps) == 1:
		return "numbers.advice_alone"
	case steps[0].URL != "" && host(steps[0].URL) == host(steps[1].URL):
		return "numbers.advice_same_host"
	}
	return ""
}

func host(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Hostname())
}
