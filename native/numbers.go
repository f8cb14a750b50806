package native

import (
	"cmp"
	"context"
	"strings"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/configure"
	"github.com/repli-sms/repli/endpoint"
	"github.com/repli-sms/repli/sms"
	"github.com/repli-sms/repli/store"
)

// number is a phone number as the API shows it.
type number struct {
	SID           repli.SID  `json:"sid"`
	Number        string     `json:"number"`
	Country       string     `json:"country"` // ISO 3166-1 alpha-2
	Kind          string     `json:"kind"`    // number, short_code or name
	Carrier       string     `json:"carrier"` // "" lets the routes choose
	FriendlyName  string     `json:"friendly_name"`
	Steps         []step     `json:"steps"`
	AnsweredForBy *repli.SID `json:"answered_for_by"` // whose steps are asked in place of these
	LastResort    string     `json:"last_resort"`
	AnswerByMS    int64      `json:"answer_by_ms"`
	SlowAfterMS   int64      `json:"slow_after_ms"`
	RepeatAfterMS int64      `json:"repeat_after_ms"`
	RequireTwiML  bool       `json:"require_twiml"`
	Breaker       string     `json:"breaker"` // on or off
	Rehearse      bool       `json:"rehearse"`
	KeepContentMS *int64     `json:"keep_content_ms"` // null is as the server does, 0 as long as the message
	Language      string     `json:"language"`
	DateCreated   time.Time  `json:"date_created"`
	DateUpdated   time.Time  `json:"date_updated"`
}

// showNumber shows a number, and who answers for it at present.
func (s *Server) showNumber(ctx context.Context, n repli.Number) (number, error) {
	who, err := s.DB.Answering(ctx, n)
	if err != nil {
		return number{}, err
	}
	return number{
		SID: n.SID, Number: n.Address, Country: n.Home(), Kind: kinds(n.Kind()), Carrier: n.Carrier, FriendlyName: n.FriendlyName,
		Steps: endpoint.Each(n.Chain.Steps, showStep), AnsweredForBy: endpoint.Maybe(who.By),
		LastResort: n.Chain.LastResort, AnswerByMS: n.Chain.AnswerBy.Milliseconds(),
		SlowAfterMS:   cmp.Or(n.Chain.SlowAfter, repli.DefaultSlowAfter).Milliseconds(),
		RepeatAfterMS: n.Chain.RepeatAfter.Milliseconds(),
		RequireTwiML:  n.RequireTwiML,
		Breaker:       onOff(!n.BreakerOff), Rehearse: n.Rehearse,
		KeepContentMS: showKeep(n.KeepContent),
		Language:      n.Language, DateCreated: n.Created, DateUpdated: n.Updated,
	}, nil
}

// kinds returns a kind of address as the API calls it.
func kinds(k sms.Kind) string {
	switch k {
	case sms.ShortCode:
		return "short_code"
	case sms.Alphanumeric:
		return "name"
	default:
		return "number"
	}
}

// onOff returns a switch as the API shows it.
func onOff(on bool) string {
	if on {
		return "on"
	}
	return "off"
}

// numberBody is a number as a caller writes it.
type numberBody struct {
	Number       string  `json:"number,omitempty"`  // may be missing in PUT
	Country      string  `json:"country,omitempty"` // of a short code or a name; may be missing in PUT
	Kind         string  `json:"kind,omitempty"`    // that of its address, if it is given
	Carrier      string  `json:"carrier,omitempty"`
	FriendlyName *string `json:"friendly_name"` // the number, formatted, when missing
	Steps        []step  `json:"steps"`
	LastResort   string  `json:"last_resort,omitempty"`
	AnswerByMS   *int64  `json:"answer_by_ms"` // 30000 when missing
	Language     *string `json:"language"`     // en when missing

	SlowAfterMS   *int64 `json:"slow_after_ms"` // 4000 when missing
	RepeatAfterMS int64  `json:"repeat_after_ms,omitempty"`
	RequireTwiML  bool   `json:"require_twiml,omitempty"` // false when missing, which is Twilio's way
	Breaker       string `json:"breaker,omitempty"`       // on when missing
	Rehearse      bool   `json:"rehearse,omitempty"`
	KeepContentMS *int64 `json:"keep_content_ms"` // as the server does when missing
}

// apply makes n what the body says, all but its address. What is wrong with it is found
// later, all but what is no step.
func (b numberBody) apply(n *repli.Number) error {
	if b.Kind != "" && b.Kind != kinds(n.Kind()) {
		return repli.Errorf(20422, "kind: %s is a %s, not a %.32q", n.Address, kinds(n.Kind()), b.Kind)
	}
	n.FriendlyName = sms.Format(n.Address)
	if b.FriendlyName != nil {
		n.FriendlyName = *b.FriendlyName
	}
	n.Language = repli.English
	if b.Language != nil {
		n.Language = *b.Language
	}
	if b.Breaker != "" && b.Breaker != onOff(true) && b.Breaker != onOff(false) {
		return repli.Errorf(20422, "breaker must be on or off, not %.64q", b.Breaker)
	}
	n.Carrier, n.RequireTwiML = b.Carrier, b.RequireTwiML
	n.BreakerOff, n.Rehearse = b.Breaker == onOff(false), b.Rehearse
	n.KeepContent = readKeep(b.KeepContentMS)
	n.Chain = repli.Chain{
		LastResort: b.LastResort, AnswerBy: within(b.AnswerByMS, repli.DefaultAnswerBy),
		SlowAfter: within(b.SlowAfterMS, 0), RepeatAfter: within(&b.RepeatAfterMS, 0),
	}
	for i, s := range b.Steps {
		step, err := s.read(i)
		if err != nil {
			return err
		}
		n.Chain.Steps = append(n.Chain.Steps, step)
	}
	return nil
}

// within returns milliseconds as a Duration that can hold them, or the default for nil. What no
// chain may have stays something no chain may have.
func within(ms *int64, missing time.Duration) time.Duration {
	if ms == nil {
		return missing
	}
	return time.Duration(min(max(*ms, -1), repli.MaxRepeatAfter.Milliseconds()+1)) * time.Millisecond
}

// stays returns error 20422 for a body that gives a number another address.
func (b numberBody) stays(n repli.Number) error {
	if b.Number == "" && b.Country == "" {
		return nil
	}
	given := cmp.Or(b.Number, n.Address)
	address, err := repli.ParseAddress(given, cmp.Or(b.Country, n.Country))
	if err != nil || address != (repli.Address{Text: n.Address, Country: n.Country}) {
		return repli.Errorf(20422, "The number %s cannot become %.64q; add that one and delete this", n.Called(), strings.TrimSpace(given+" "+b.Country))
	}
	return nil
}

// showKeep returns how long a number keeps content as the API shows it.
func showKeep(keep time.Duration) *int64 {
	ms := max(0, keep).Milliseconds()
	if keep == 0 {
		return nil
	}
	return &ms
}

// readKeep is the inverse of showKeep. What no number may have stays something no number may have.
func readKeep(ms *int64) time.Duration {
	switch {
	case ms == nil:
		return 0
	case *ms == 0:
		return repli.WithMessage
	case *ms < 0:
		return repli.MaxKeepContent + 1
	}
	return time.Duration(min(*ms, repli.MaxKeepContent.Milliseconds()+1)) * time.Millisecond
}

type numberList struct {
	Numbers []number `json:"numbers"`
	Next    *string  `json:"next"`
}

type aNumber struct {
	Number string `path:"number"`
}

func (s *Server) listNumbers(ctx context.Context, acct repli.Account, in paging) (numberList, error) {
	page, err := in.read(repli.NumberPrefix)
	if err != nil {
		return numberList{}, err
	}
	found, err := s.DB.Numbers(ctx, acct.SID, store.NumberFilter{}, page)
	if err != nil {
		return numberList{}, err
	}
	found, next := cut(s, page, found, "/numbers", nil, func(n repli.Number) string { return string(n.SID) })
	shown := make([]number, len(found))
	for i, n := range found {
		if shown[i], err = s.showNumber(ctx, n); err != nil {
			return numberList{}, err
		}
	}
	return numberList{shown, next}, nil
}

func (s *Server) getNumber(ctx context.Context, acct repli.Account, in aNumber) (number, error) {
	n, err := s.edit.Number(ctx, acct, in.Number)
	if err != nil {
		return number{}, err
	}
	return s.showNumber(ctx, n)
}

func (s *Server) addNumber(ctx context.Context, acct repli.Account, in struct {
	Body numberBody `body:"json"`
}) (number, error) {
	n, err := s.edit.AddNumber(ctx, acct, in.Body.Number, in.Body.Country, in.Body.apply)
	if err != nil {
		return number{}, err
	}
	return s.showNumber(ctx, n)
}

func (s *Server) setNumber(ctx context.Context, acct repli.Account, in struct {
	Number string     `path:"number"`
	Body   numberBody `body:"json"`
}) (number, error) {
	n, err := s.edit.SetNumber(ctx, acct, in.Number, configure.Seen{}, func(n *repli.Number) error {
		if err := in.Body.stays(*n); err != nil {
			return err
		}
		return in.Body.apply(n)
	})
	if err != nil {
		return number{}, err
	}
	return s.showNumber(ctx, n)
}

func (s *Server) deleteNumber(ctx context.Context, acct repli.Account, in aNumber) (endpoint.None, error) {
	return endpoint.None{}, s.edit.DeleteNumber(ctx, acct, in.Number)
}
