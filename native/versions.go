package native

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/endpoint"
	"github.com/repli-sms/repli/store"
)

// version is what a bin said at one time.
type version struct {
	Version     int       `json:"version"`
	TwiML       string    `json:"twiml"`
	DateCreated time.Time `json:"date_created"`
}

type versionList struct {
	Versions []version `json:"versions"`
	Next     *string   `json:"next"`
}

func showVersion(v repli.BinVersion) version {
	return version{v.Version, v.TwiML, v.Created}
}

func (s *Server) listVersions(ctx context.Context, acct repli.Account, in struct {
	paging
	SID string `path:"bin"`
}) (versionList, error) {
	b, err := s.edit.Bin(ctx, acct, in.SID)
	if err != nil {
		return versionList{}, err
	}
	limit, err := in.limit()
	if err != nil {
		return versionList{}, err
	}
	last, err := in.last()
	if err != nil {
		return versionList{}, err
	}
	found, err := s.DB.BinVersions(ctx, b.SID)
	if err != nil {
		return versionList{}, err
	}
	if last != "" {
		before, err := strconv.Atoi(last)
		if err != nil {
			return versionList{}, in.foreign()
		}
		found = slices.DeleteFunc(found, func(v repli.BinVersion) bool { return v.Version >= before })
	}
	found, next := cut(s, store.Page{Limit: limit + 1}, found, "/bins/"+string(b.SID)+"/versions", nil,
		func(v repli.BinVersion) string { return strconv.Itoa(v.Version) })
	return versionList{endpoint.Each(found, showVersion), next}, nil
}

// restoreBin makes an earlier text of a bin its next version. The current version is left as
// it is.
func (s *Server) restoreBin(ctx context.Context, acct repli.Account, in struct {
	SID  string `path:"bin"`
	Body struct {
		Version int64 `json:"version"`
	} `body:"json"`
}) (bin, error) {
	b, err := s.edit.RestoreBin(ctx, acct, in.SID, in.Body.Version)
	if err != nil {
		return bin{}, err
	}
	return s.binInUse(ctx, acct, b)
}
