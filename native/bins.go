package native

import (
	"context"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/configure"
	"github.com/repli-sms/repli/endpoint"
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
	UsedBy       []string  `json:"used_by"` // see configure.Users
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
	using, err := s.edit.Users(ctx, acct)
	if err != nil {
		return binList{}, err
	}
	found, next := cut(s, page, found, "/bins", nil, func(b repli.Bin) string { return string(b.SID) })
	return binList{endpoint.Each(found, func(b repli.Bin) bin { return s.showBin(b, using[b.SID]) }), next}, nil
}

func (s *Server) getBin(ctx context.Context, acct repli.Account, in aBin) (bin, error) {
	b, err := s.edit.Bin(ctx, acct, in.SID)
	if err != nil {
		return bin{}, err
	}
	return s.binInUse(ctx, acct, b)
}

func (s *Server) addBin(ctx context.Context, acct repli.Account, in struct {
	Body binBody `body:"json"`
}) (bin, error) {
	b, err := s.edit.AddBin(ctx, acct, configure.BinText(in.Body))
	if err != nil {
		return bin{}, err
	}
	return s.showBin(b, nil), nil
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
	text := configure.BinText{FriendlyName: in.Body.FriendlyName, TwiML: in.Body.TwiML}
	b, err := s.edit.SetBin(ctx, acct, in.SID, text, configure.Seen{Version: in.Body.Version})
	if err != nil {
		return bin{}, err
	}
	return s.binInUse(ctx, acct, b)
}

func (s *Server) deleteBin(ctx context.Context, acct repli.Account, in aBin) (endpoint.None, error) {
	return endpoint.None{}, s.edit.DeleteBin(ctx, acct, in.SID)
}

// binInUse shows a bin with those who use it.
func (s *Server) binInUse(ctx context.Context, acct repli.Account, b repli.Bin) (bin, error) {
	using, err := s.edit.Users(ctx, acct)
	return s.showBin(b, using[b.SID]), err
}
