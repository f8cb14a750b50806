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
	return b, e.DB.Configure(ctx, func(tx *store.Tx) error { return tx.AddBin(ctx, b) })
}

// SetBin replaces a bin's name and text. Another text is another version. Beside the errors of
// [Editor.AddBin] there is 20409 for a bin that was changed after it was seen.
func (e Editor) SetBin(ctx context.Context, acct repli.Account, name string, t BinText, seen Seen) (repli.Bin, error) {
	return e.editBin(ctx, acct, name, func(b *repli.Bin) error {
		if v := seen.Version; v != nil && *v != int64(b.Version) {
			return repli.Errorf(20409, "The bin has been changed meanwhile: it is at version %d, not %d", b.Version, *v)
		}
		if err := seen.still("bin", b.Updated); err != nil {
			return err
		}
		return t.apply(b)
	})
}

// RestoreBin makes an earlier text of a bin its next version. The current version is left as
// it is.
func (e Editor) RestoreBin(ctx context.Context, acct repli.Account, name string, version int64) (repli.Bin, error) {
	return e.editBin(ctx, acct, name, func(b *repli.Bin) error {
		versions, err := e.DB.BinVersions(ctx, b.SID)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(versions, func(v repli.BinVersion) bool { return int64(v.Version) == version })
		if i < 0 {
			return repli.Errorf(20404, "The bin has no version %d; its versions are 1 to %d", version, b.Version)
		}
		b.TwiML = versions[i].TwiML
		return nil
	})
}

// editBin changes a bin as edit does. One that edit leaves as it is is not written.
func (e Editor) editBin(ctx context.Context, acct repli.Account, name string, edit func(*repli.Bin) error) (repli.Bin, error) {
	return change(ctx, e.DB, func(tx *store.Tx) (b repli.Bin, err error) {
		if b, err = e.Bin(ctx, acct, name); err != nil {
			return b, err
		}
		next := b
		if err := edit(&next); err != nil || next == b {
			return b, err
		}
		next.Updated = after(b.Updated)
		if next.TwiML == b.TwiML {
			return next, tx.RenameBin(ctx, next)
		}
		next.Version++
		return next, tx.SetBin(ctx, next)
	})
}

// DeleteBin forgets a bin. One that somebody uses is error 20409, which names them.
func (e Editor) DeleteBin(ctx context.Context, acct repli.Account, name string) error {
	return e.DB.Configure(ctx, func(tx *store.Tx) error {
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
		return tx.DeleteBin(ctx, b.SID)
	})
}

// some lists the first few names and counts the rest, for a sentence.
func some(names []string) string {
	const most = 5
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}
