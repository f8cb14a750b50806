package native

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/endpoint"
	"github.com/repli-sms/repli/store"
	"github.com/repli-sms/repli/twiml"
)

// bin is a TwiML document as the API shows it.
type bin struct {
	SID          repli.SID `json:"sid"`
	FriendlyName string    `json:"friendly_name"`
	TwiML        string    `json:"twiml"`
	URL          string    `json:"url"`
	Valid        bool      `json:"valid"`
	Label        string    `json:"label"`
	Problems     []problem `json:"problems"`
	Version      int       `json:"version"`
	UsedBy       []string  `json:"used_by"` // see users
	DateCreated  time.Time `json:"date_created"`
	DateUpdated  time.Time `json:"date_updated"`
}

func (s *Server) showBin(b repli.Bin, usedBy []string) bin {
	report := twiml.Check([]byte(b.TwiML))
	if usedBy == nil {
		usedBy = []string{}
	}
	return bin{
		SID: b.SID, FriendlyName: b.FriendlyName, TwiML: b.TwiML, URL: repli.BinURL(s.BaseURL, b.SID),
		Valid: report.Valid, Label: report.Label, Problems: endpoint.Each(report.Problems, showProblem),
		Version: b.Version, UsedBy: usedBy, DateCreated: b.Created, DateUpdated: b.Updated,
	}
}

// binBody is a bin as a caller writes it.
type binBody struct {
	FriendlyName string `json:"friendly_name"`
	TwiML        string `json:"twiml"`
}

// apply makes b what the body says. TwiML that is merely invalid is kept: who writes it may
// want to see the fallback at work.
func (body binBody) apply(b *repli.Bin) error {
	b.FriendlyName, b.TwiML = body.FriendlyName, body.TwiML
	if err := b.Check(); err != nil {
		return err
	}
	return rawInsertion(b.TwiML)
}

// rawInsertion returns error 12100 for the first tag of a template that would let a texter
// write markup, or read something else than parameters.
func rawInsertion(src string) error {
	_, problems := twiml.ParseTemplate(src)
	for _, p := range problems {
		tag, ok := strings.CutPrefix(src[min(p.Offset, len(src)):], "{{")
		if tag = strings.TrimSpace(tag); ok && tag != "" && strings.IndexByte("{&>=", tag[0]) >= 0 {
			return repli.Errorf(12100, "%s (line %d, column %d)", p.Message, p.Line, p.Column)
		}
	}
	return nil
}

type binList struct {
	Bins []bin   `json:"bins"`
	Next *string `json:"next"`
}

type aBin struct {
	SID string `path:"bin"`
}

func (s *Server) listBins(ctx context.Context, acct repli.Account, in paging) (binList, error) {
	page, err := in.read(repli.BinPrefix)
	if err != nil {
		return binList{}, err
	}
	found, err := s.DB.Bins(ctx, acct.SID, page)
	if err != nil {
		return binList{}, err
	}
	using, err := s.users(ctx, acct)
	if err != nil {
		return binList{}, err
	}
	found, next := cut(s, page, found, "/bins", nil, func(b repli.Bin) string { return string(b.SID) })
	return binList{endpoint.Each(found, func(b repli.Bin) bin { return s.showBin(b, using[b.SID]) }), next}, nil
}

func (s *Server) getBin(ctx context.Context, acct repli.Account, in aBin) (bin, error) {
	b, err := s.bin(ctx, acct, in.SID)
	if err != nil {
		return bin{}, err
	}
	return s.binInUse(ctx, acct, b)
}

func (s *Server) addBin(ctx context.Context, acct repli.Account, in struct {
	Body binBody `body:"json"`
}) (bin, error) {
	s.DB.Configuring.Lock()
	defer s.DB.Configuring.Unlock()
	now := time.Now().UTC().Truncate(time.Microsecond)
	b := repli.Bin{SID: repli.NewSecretSID(repli.BinPrefix), Account: acct.SID, Version: 1, Created: now, Updated: now}
	if err := in.Body.apply(&b); err != nil {
		return bin{}, err
	}
	err := s.DB.Tx(ctx, func(tx *store.Tx) error { return tx.AddBin(ctx, b) })
	return s.showBin(b, nil), err
}

// setBin replaces a bin's name and text. Another text is another version.
func (s *Server) setBin(ctx context.Context, acct repli.Account, in struct {
	SID  string `path:"bin"`
	Body struct {
		FriendlyName string `json:"friendly_name"`
		TwiML        string `json:"twiml"`
		Version      *int64 `json:"version"` // the version that is to be replaced
	} `body:"json"`
}) (bin, error) {
	s.DB.Configuring.Lock()
	defer s.DB.Configuring.Unlock()
	b, err := s.bin(ctx, acct, in.SID)
	if err != nil {
		return bin{}, err
	}
	if v := in.Body.Version; v != nil && *v != int64(b.Version) {
		return bin{}, repli.Errorf(20409, "The bin has been changed meanwhile: it is at version %d, not %d", b.Version, *v)
	}
	next := b
	if err := (binBody{in.Body.FriendlyName, in.Body.TwiML}).apply(&next); err != nil {
		return bin{}, err
	}
	return s.saveBin(ctx, acct, b, next)
}

// saveBin writes what next changes of b. The caller holds the lock of configuration.
func (s *Server) saveBin(ctx context.Context, acct repli.Account, b, next repli.Bin) (bin, error) {
	save := (*store.Tx).RenameBin
	switch {
	case next == b:
		return s.binInUse(ctx, acct, b)
	case next.TwiML != b.TwiML:
		next.Version++
		save = (*store.Tx).SetBin
	}
	next.Updated = time.Now().UTC().Truncate(time.Microsecond)
	if err := s.DB.Tx(ctx, func(tx *store.Tx) error { return save(tx, ctx, next) }); err != nil {
		return bin{}, err
	}
	return s.binInUse(ctx, acct, next)
}

func (s *Server) deleteBin(ctx context.Context, acct repli.Account, in aBin) (endpoint.None, error) {
	s.DB.Configuring.Lock()
	defer s.DB.Configuring.Unlock()
	b, err := s.bin(ctx, acct, in.SID)
	if err != nil {
		return endpoint.None{}, err
	}
	using, err := s.users(ctx, acct)
	if err != nil {
		return endpoint.None{}, err
	}
	if names := using[b.SID]; len(names) > 0 {
		return endpoint.None{}, repli.Errorf(20409, "The bin answers %s; give them another handler first", some(names))
	}
	return endpoint.None{}, s.DB.Tx(ctx, func(tx *store.Tx) error { return tx.DeleteBin(ctx, b.SID) })
}

// some lists the first few names and counts the rest, for a sentence.
func some(names []string) string {
	const most = 5
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}

// bin finds a bin of the account.
func (s *Server) bin(ctx context.Context, acct repli.Account, name string) (repli.Bin, error) {
	missing := repli.Errorf(20404, "There is no bin %.64q", name)
	sid, err := repli.ParseSID(name, repli.BinPrefix)
	if err != nil {
		return repli.Bin{}, missing
	}
	b, err := s.DB.Bin(ctx, sid)
	if repli.CodeOf(err) == 20404 || err == nil && b.Account != acct.SID {
		return repli.Bin{}, missing
	}
	return b, err
}

// binInUse shows a bin with those who use it.
func (s *Server) binInUse(ctx context.Context, acct repli.Account, b repli.Bin) (bin, error) {
	using, err := s.users(ctx, acct)
	return s.showBin(b, using[b.SID]), err
}
