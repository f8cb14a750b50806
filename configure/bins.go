package configure

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
	"github.com/repli-sms/repli/twiml"
)

// A BinText is a bin as somebody writes it.
type BinText struct {
	FriendlyName string
	TwiML        string
}

// apply makes b what the text says. TwiML that is merely invalid is kept: who writes it may
// want to see the fallback at work.
func (t BinText) apply(b *repli.Bin) error {
	b.FriendlyName, b.TwiML = t.FriendlyName, t.TwiML
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

// Bin returns a bin of the account by its SID, or error 20404.
func (e Editor) Bin(ctx context.Context, acct repli.Account, name string) (repli.Bin, error) {
	missing := repli.Errorf(20404, "There is no bin %.64q", name)
	sid, err := repli.ParseSID(name, repli.BinPrefix)
	if err != nil {
		return repli.Bin{}, missing
	}
	b, err := e.DB.Bin(ctx, sid)
	if repli.IsNotFound(err) || err == nil && b.Account != acct.SID {
		return repli.Bin{}, missing
	}
	return b, err
}

// AddBin makes a bin. It returns an *Error with the code of what is wrong: 20002 for its name,
// 11750 for its size, 12100 for a text that cannot be kept.
func (e Editor) AddBin(ctx context.Context, acct repli.Account, t BinText) (repli.Bin, error) {
	at := now()
	b := repli.Bin{SID: repli.NewSecretSID(repli.BinPrefix), Account: acct.SID, Version: 1, Created: at, Updated: at}
	if err := t.apply(&b); err != nil {
		return repli.Bin{}, err
	}
	e.DB.Configuring.Lock()
	defer e.DB.Configuring.Unlock()
	return b, e.DB.Tx(ctx, func(tx *store.Tx) error { return tx.AddBin(ctx, b) })
}

// SetBin replaces a bin's name and text. Another text is another version. Beside the errors of
// [Editor.AddBin] there is 20409 for a bin that was changed after it was seen.
func (e Editor) SetBin(ctx context.Context, acct repli.Account, name string, t BinText, seen Seen) (repli.Bin, error) {
	e.DB.Configuring.Lock()
	defer e.DB.Configuring.Unlock()
	b, err := e.Bin(ctx, acct, name)
	if err != nil {
		return repli.Bin{}, err
	}
	if v := seen.Version; v != nil && *v != int64(b.Version) {
		return repli.Bin{}, repli.Errorf(20409, "The bin has been changed meanwhile: it is at version %d, not %d", b.Version, *v)
	}
	if err := seen.still("bin", b.Updated); err != nil {
		return repli.Bin{}, err
	}
	next := b
	if err := t.apply(&next); err != nil {
		return repli.Bin{}, err
	}
	return e.saveBin(ctx, b, next)
}

// RestoreBin makes an earlier text of a bin its next version. The current version is left as
// it is.
func (e Editor) RestoreBin(ctx context.Context, acct repli.Account, name string, version int64) (repli.Bin, error) {
	e.DB.Configuring.Lock()
	defer e.DB.Configuring.Unlock()
	b, err := e.Bin(ctx, acct, name)
	if err != nil {
		return repli.Bin{}, err
	}
	versions, err := e.DB.BinVersions(ctx, b.SID)
	if err != nil {
		return repli.Bin{}, err
	}
	i := slices.IndexFunc(versions, func(v repli.BinVersion) bool { return int64(v.Version) == version })
	if i < 0 {
		return repli.Bin{}, repli.Errorf(20404, "The bin has no version %d; its versions are 1 to %d", version, b.Version)
	}
	next := b
	next.TwiML = versions[i].TwiML
	return e.saveBin(ctx, b, next)
}

// saveBin writes what next changes of b. The caller holds the lock of configuration.
func (e Editor) saveBin(ctx context.Context, b, next repli.Bin) (repli.Bin, error) {
	save := (*store.Tx).RenameBin
	switch {
	case next == b:
		return b, nil
	case next.TwiML != b.TwiML:
		next.Version++
		save = (*store.Tx).SetBin
	}
	next.Updated = after(b.Updated)
	return next, e.DB.Tx(ctx, func(tx *store.Tx) error { return save(tx, ctx, next) })
}

// DeleteBin forgets a bin. One that somebody uses is error 20409, which names them.
func (e Editor) DeleteBin(ctx context.Context, acct repli.Account, name string) error {
	e.DB.Configuring.Lock()
	defer e.DB.Configuring.Unlock()
	b, err := e.Bin(ctx, acct, name)
	if err != nil {
		return err
	}
	using, err := e.Users(ctx, acct)
	if err != nil {
		return err
	}
	if names := using[b.SID]; len(names) > 0 {
		return repli.Errorf(20409, "The bin answers %s; give them another handler first", some(names))
	}
	return e.DB.Tx(ctx, func(tx *store.Tx) error { return tx.DeleteBin(ctx, b.SID) })
}

// some lists the first few names and counts the rest, for a sentence.
func some(names []string) string {
	const most = 5
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}
