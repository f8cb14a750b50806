package native

import (
	"cmp"
	"context"
	"errors"
	"strings"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/endpoint"
	"github.com/repli-sms/repli/sms"
	"github.com/repli-sms/repli/store"
)

// number is a phone number as the API shows it.
type number struct {
	SID           repli.SID  `json:"sid"`
	Number        string     `json:"number"`
	FriendlyName  string     `json:"friendly_name"`
	Steps         []step     `json:"steps"`
	AnsweredForBy *repli.SID `json:"answered_for_by"` // whose steps are asked in place of these
	LastResort    string     `json:"last_resort"`
	AnswerByMS    int64      `json:"answer_by_ms"`
	SlowAfterMS   int64      `json:"slow_after_ms"`
	RepeatAfterMS int64      `json:"repeat_after_ms"`
	Breaker       string     `json:"breaker"` // on or off
	Rehearse      bool       `json:"rehearse"`
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
		SID: n.SID, Number: n.Address, FriendlyName: n.FriendlyName,
		Steps: endpoint.Each(n.Chain.Steps, showStep), AnsweredForBy: endpoint.Maybe(who.By),
		LastResort: n.Chain.LastResort, AnswerByMS: n.Chain.AnswerBy.Milliseconds(),
		SlowAfterMS:   cmp.Or(n.Chain.SlowAfter, repli.DefaultSlowAfter).Milliseconds(),
		RepeatAfterMS: n.Chain.RepeatAfter.Milliseconds(),
		Breaker:       onOff(!n.BreakerOff), Rehearse: n.Rehearse,
		Language: n.Language, DateCreated: n.Created, DateUpdated: n.Updated,
	}, nil
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
	Number       string  `json:"number,omitempty"` // may be missing in PUT
	FriendlyName *string `json:"friendly_name"`    // the number, formatted, when missing
	Steps        []step  `json:"steps"`
	LastResort   string  `json:"last_resort,omitempty"`
	AnswerByMS   *int64  `json:"answer_by_ms"` // 30000 when missing
	Language     *string `json:"language"`     // en when missing

	SlowAfterMS   *int64 `json:"slow_after_ms"` // 4000 when missing
	RepeatAfterMS int64  `json:"repeat_after_ms,omitempty"`
	Breaker       string `json:"breaker,omitempty"` // on when missing
	Rehearse      bool   `json:"rehearse,omitempty"`
}

// apply makes n what the body says, all but its address.
func (b numberBody) apply(n *repli.Number) error {
	n.FriendlyName = sms.Format(n.Address)
	if b.FriendlyName != nil {
		n.FriendlyName = *b.FriendlyName
	}
	if err := repli.CheckFriendlyName(n.FriendlyName); err != nil {
		return err
	}
	n.Language = repli.English
	if b.Language != nil {
		n.Language = *b.Language
	}
	if n.Language != repli.English && n.Language != repli.French {
		return repli.Errorf(20422, "language must be %s or %s, not %.64q", repli.English, repli.French, n.Language)
	}
	if b.Breaker != "" && b.Breaker != onOff(true) && b.Breaker != onOff(false) {
		return repli.Errorf(20422, "breaker must be on or off, not %.64q", b.Breaker)
	}
	n.BreakerOff, n.Rehearse = b.Breaker == onOff(false), b.Rehearse
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
	if err := n.Chain.Check(); err != nil {
		return err
	}
	return askable(n.Chain)
}

// within returns milliseconds as a Duration that can hold them, or the default for nil. What no
// chain may have stays something no chain may have.
func within(ms *int64, missing time.Duration) time.Duration {
	if ms == nil {
		return missing
	}
	return time.Duration(min(max(*ms, -1), repli.MaxRepeatAfter.Milliseconds()+1)) * time.Millisecond
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
	n, err := s.number(ctx, acct, in.Number)
	if err != nil {
		return number{}, err
	}
	return s.showNumber(ctx, n)
}

func (s *Server) addNumber(ctx context.Context, acct repli.Account, in struct {
	Body numberBody `body:"json"`
}) (number, error) {
	address, err := sms.Normalize(in.Body.Number, "")
	if err != nil {
		return number{}, repli.Errorf(21421, "number: %v", err)
	}
	now := time.Now().UTC().Truncate(time.Microsecond)
	n := repli.Number{SID: repli.NewSID(repli.NumberPrefix), Account: acct.SID, Address: address, Created: now, Updated: now}
	if err := in.Body.apply(&n); err != nil {
		return number{}, err
	}
	s.DB.Configuring.Lock()
	defer s.DB.Configuring.Unlock()
	if err := s.ownBins(ctx, acct, n.Chain); err != nil {
		return number{}, err
	}
	err = s.DB.Tx(ctx, func(tx *store.Tx) error { return tx.AddNumber(ctx, n) })
	if errors.Is(err, store.ErrConflict) {
		return number{}, s.taken(ctx, acct, address)
	}
	if err != nil {
		return number{}, err
	}
	return s.showNumber(ctx, n)
}

// taken returns the error of adding a number that is kept already.
func (s *Server) taken(ctx context.Context, acct repli.Account, address string) error {
	if _, err := s.number(ctx, acct, address); err != nil {
		return repli.Errorf(20409, "%s belongs to another account", address)
	}
	return repli.Errorf(20409, "%s is kept here already; change it with PUT %s/numbers/%s", address, root, address)
}

func (s *Server) setNumber(ctx context.Context, acct repli.Account, in struct {
	Number string     `path:"number"`
	Body   numberBody `body:"json"`
}) (number, error) {
	s.DB.Configuring.Lock()
	defer s.DB.Configuring.Unlock()
	n, err := s.number(ctx, acct, in.Number)
	if err != nil {
		return number{}, err
	}
	if given := in.Body.Number; given != "" {
		if address, err := sms.Normalize(given, ""); err != nil || address != n.Address {
			return number{}, repli.Errorf(20422, "The number %s cannot become %.64q; add that one and delete this", n.Address, given)
		}
	}
	before := n
	n.Updated = time.Now().UTC().Truncate(time.Microsecond)
	if err := in.Body.apply(&n); err != nil {
		return number{}, err
	}
	if err := s.ownBins(ctx, acct, n.Chain); err != nil {
		return number{}, err
	}
	if err := s.DB.Tx(ctx, func(tx *store.Tx) error { return tx.SetNumber(ctx, n) }); err != nil {
		return number{}, err
	}
	s.Inbound.Saved(ctx, before, n)
	return s.showNumber(ctx, n)
}

func (s *Server) deleteNumber(ctx context.Context, acct repli.Account, in aNumber) (endpoint.None, error) {
	s.DB.Configuring.Lock()
	defer s.DB.Configuring.Unlock()
	n, err := s.number(ctx, acct, in.Number)
	if err != nil {
		return endpoint.None{}, err
	}
	err = s.DB.Tx(ctx, func(tx *store.Tx) error { return tx.DeleteNumber(ctx, n.SID) })
	if err == nil {
		s.Inbound.Deleted(n.SID)
	}
	return endpoint.None{}, err
}

// number finds a number of the account by its SID or its address, which may lack its +.
func (s *Server) number(ctx context.Context, acct repli.Account, name string) (repli.Number, error) {
	missing := repli.Errorf(20404, "There is no number %.64q", name)
	var n repli.Number
	var err error
	if sid, e := repli.ParseSID(name, repli.NumberPrefix); e == nil {
		n, err = s.DB.Number(ctx, sid)
	} else if address, e := addressIn(name); e == nil {
		n, err = s.DB.NumberByAddress(ctx, address)
	} else {
		return n, missing
	}
	if repli.CodeOf(err) == 20404 || err == nil && n.Account != acct.SID {
		return repli.Number{}, missing
	}
	return n, err
}

// addressIn reads a phone number in a path, where a + is easily lost. Its error quotes what
// stands there.
func addressIn(path string) (string, error) {
	number := strings.TrimSpace(path)
	lost := number != "" && '0' <= number[0] && number[0] <= '9'
	if lost {
		number = "+" + number
	}
	address, err := sms.Normalize(number, "")
	if err != nil && lost {
		return "", errors.New(strings.Replace(err.Error(), `"+`, `"`, 1))
	}
	return address, err
}
