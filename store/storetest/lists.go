package storetest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
)

var listTests = map[string]func(*testing.T, *store.DB){
	"messages are listed newest first":      running(messagePages),
	"alerts are listed newest first":        running(alertPages),
	"numbers are listed newest first":       numberPages,
	"bins are listed newest first":          binPages,
	"accounts are listed oldest first":      accountList,
	"what is not there is error 20404":      running(missing),
	"a read heeds a ctx that has ended":     endedRead,
	"reset forgets traffic and no settings": running(reset),
}

// other is an account whose things must never be seen by account.
const other = repli.SID("AC000000000000000000000000000000b2")

// pages checks a list of seven, oldest first, that has grown beside another account's.
func pages(t *testing.T, oldestFirst []repli.SID, list func(repli.SID, store.Page) ([]repli.SID, error)) {
	t.Helper()
	want := slices.Clone(oldestFirst)
	slices.Reverse(want)
	var got []repli.SID
	page := store.Page{Limit: 3}
	for range len(want) {
		part, err := list(account, page)
		if err != nil || len(part) > page.Limit {
			t.Fatalf("a page of %d: got %d and error %v", page.Limit, len(part), err)
		}
		if len(part) == 0 {
			break
		}
		got = append(got, part...)
		page.Before = part[len(part)-1]
	}
	same(t, "pages of three", got, want)
	for _, row := range []struct {
		shows string
		page  store.Page
		want  []repli.SID
	}{
		{"before the oldest", store.Page{Limit: 9, Before: want[len(want)-1]}, nil},
		{"a page larger than the list", store.Page{Limit: 99}, want},
		{"a page of none", store.Page{Before: want[0]}, nil},
	} {
		part, err := list(account, row.page)
		same(t, row.shows, found(t, part, err), row.want)
	}
	part, err := list("AC000000000000000000000000000000c3", everything)
	if part = found(t, part, err); len(part) != 0 {
		t.Errorf("an account that has none: got %v", part)
	}
}

// byBirth returns the SIDs of what has random keys, the oldest first.
func byBirth[T any](all []T, of func(T) (time.Time, repli.SID)) []repli.SID {
	slices.SortFunc(all, func(a, b T) int {
		bornA, sidA := of(a)
		bornB, sidB := of(b)
		return cmp.Or(bornA.Compare(bornB), cmp.Compare(sidA, sidB))
	})
	var sorted []repli.SID
	for _, one := range all {
		_, s := of(one)
		sorted = append(sorted, s)
	}
	return sorted
}

// sids returns a function that takes the SIDs out of a list.
func sids[T any](ctx context.Context, sid func(T) repli.SID, list func(context.Context, repli.SID, store.Page) ([]T, error)) func(repli.SID, store.Page) ([]repli.SID, error) {
	return func(account repli.SID, p store.Page) ([]repli.SID, error) {
		all, err := list(ctx, account, p)
		var out []repli.SID
		for _, one := range all {
			out = append(out, sid(one))
		}
		return out, err
	}
}

func messagePages(t *testing.T, db *store.DB) {
	var want []repli.SID
	for i := range 7 {
		m, o := text(fmt.Sprint(i)), text("other")
		o.Account = other
		if i == 3 {
			m.SID = repli.NewSID(repli.MMSPrefix) // its key sorts among the others
		}
		must(t, db, repli.Change{New: []repli.Message{m, o}})
		want = append(want, m.SID)
	}
	pages(t, want, sids(t.Context(), func(m repli.Message) repli.SID { return m.SID }, db.Messages))
}

func alertPages(t *testing.T, db *store.DB) {
	var want []repli.SID
	for range 7 {
		a, o := anAlert(""), anAlert("")
		o.Account = other
		must(t, db, repli.Change{Alerts: []repli.Alert{a, o}})
		want = append(want, a.SID)
	}
	pages(t, want, sids(t.Context(), func(a repli.Alert) repli.SID { return a.SID },
		func(ctx context.Context, account repli.SID, p store.Page) ([]repli.Alert, error) {
			return db.Alerts(ctx, account, store.AlertFilter{}, p)
		}))
}

func numberPages(t *testing.T, db *store.DB) {
	var want []repli.SID
	for i := range 7 {
		n, o := aNumber(), aNumber()
		n.SID, n.Address = repli.NewSID(repli.NumberPrefix), fmt.Sprintf("+1555000100%d", i)
		o.SID, o.Address, o.Account = repli.NewSID(repli.NumberPrefix), fmt.Sprintf("+1555000200%d", i), other
		configure(t, db, func(ctx context.Context, tx *store.Tx) error {
			if err := tx.AddNumber(ctx, n); err != nil {
				return err
			}
			return tx.AddNumber(ctx, o)
		})
		want = append(want, n.SID)
	}
	pages(t, want, sids(t.Context(), func(n repli.Number) repli.SID { return n.SID }, allNumbers(db)))
}

// allNumbers returns how numbers are listed when nothing in particular is asked for.
func allNumbers(db *store.DB) func(context.Context, repli.SID, store.Page) ([]repli.Number, error) {
	return func(ctx context.Context, account repli.SID, p store.Page) ([]repli.Number, error) {
		return db.Numbers(ctx, account, store.NumberFilter{}, p)
	}
}

// Bins have random keys, and several may be born in one microsecond.
func binPages(t *testing.T, db *store.DB) {
	var bins []repli.Bin
	for i := range 7 {
		b, o := aBin(), aBin()
		b.SID, o.SID, o.Account = repli.NewSecretSID(repli.BinPrefix), repli.NewSecretSID(repli.BinPrefix), other
		b.Created = noon.Add(time.Duration(i/2) * time.Microsecond)
		configure(t, db, func(ctx context.Context, tx *store.Tx) error {
			if err := tx.AddBin(ctx, b); err != nil {
				return err
			}
			return tx.AddBin(ctx, o)
		})
		bins = append(bins, b)
	}
	want := byBirth(bins, func(b repli.Bin) (time.Time, repli.SID) { return b.Created, b.SID })
	pages(t, want, sids(t.Context(), func(b repli.Bin) repli.SID { return b.SID }, db.Bins))
	gone := bins[3].SID
	configure(t, db, func(ctx context.Context, tx *store.Tx) error { return tx.DeleteBin(ctx, gone) })
	if _, err := db.Bins(t.Context(), account, store.Page{Limit: 9, Before: gone}); repli.CodeOf(err) != 21481 {
		t.Errorf("a page after what is gone: got error %v, want code 21481", err)
	}
}

func accountList(t *testing.T, db *store.DB) {
	old, young, youngest := anAccount(), anAccount(), anAccount()
	old.SID, old.Created = other, noon.AddDate(-1, 0, 0)
	youngest.SID, youngest.Created = "AC000000000000000000000000000000c3", noon.AddDate(1, 0, 0)
	for _, a := range []repli.Account{young, youngest, old} {
		configure(t, db, func(ctx context.Context, tx *store.Tx) error { return tx.PutAccount(ctx, a) })
	}
	got, err := db.Accounts(t.Context())
	same(t, "accounts", found(t, got, err), []repli.Account{old, young, youngest})
}

func missing(t *testing.T, db *store.DB) {
	ctx := t.Context()
	m := text("its SID in another form")
	m.SID = repli.NewSID(repli.MMSPrefix)
	media := repli.Media{SID: repli.NewSecretSID(repli.MediaPrefix), Account: account, Message: m.SID, Created: noon}
	must(t, db, repli.Change{New: []repli.Message{m}, Media: []repli.Media{media}})
	for name, read := range map[string]func() error{
		"Account":         func() error { _, err := db.Account(ctx, account); return err },
		"Number":          func() error { _, err := db.Number(ctx, aNumber().SID); return err },
		"NumberByAddress": func() error { _, err := db.NumberByAddress(ctx, shop); return err },
		"APIKey":          func() error { _, err := db.APIKey(ctx, anAPIKey().SID); return err },
		"Application":     func() error { _, err := db.Application(ctx, anApplication().SID); return err },
		"Service":         func() error { _, err := db.Service(ctx, aService().SID); return err },
		"Alert":           func() error { _, err := db.Alert(ctx, anAlert("").SID); return err },
		"Bin":             func() error { _, err := db.Bin(ctx, aBin().SID); return err },
		"Message":         func() error { _, err := db.Message(ctx, text("").SID); return err },
		"Message, no SID": func() error { _, err := db.Message(ctx, ""); return err },
		"Message, SM for MM": func() error {
			_, err := db.Message(ctx, m.SID.Key().SID(repli.MessagePrefix))
			return err
		},
		"Feedback":                 func() error { _, err := db.Feedback(ctx, m.SID); return err },
		"Media of another message": func() error { _, err := db.Media(ctx, text("").SID, media.SID); return err },
		"Media":                    func() error { _, err := db.Media(ctx, m.SID, repli.NewSecretSID(repli.MediaPrefix)); return err },
	} {
		if err := read(); !repli.IsNotFound(err) {
			t.Errorf("%s: got error %v, want code 20404", name, err)
		}
	}
}

func endedRead(t *testing.T, db *store.DB) {
	why := errors.New("nobody is waiting any more")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(why)
	if _, err := db.Accounts(ctx); !errors.Is(err, why) {
		t.Errorf("Accounts: got error %v, want the cause of ctx", err)
	}
	if _, err := db.Number(ctx, aNumber().SID); !errors.Is(err, why) {
		t.Errorf("Number: got error %v, want the cause of ctx", err)
	}
}

func reset(t *testing.T, db *store.DB) {
	n, b := aNumber(), aBin()
	configure(t, db, func(ctx context.Context, tx *store.Tx) error {
		for _, err := range []error{tx.PutAccount(ctx, anAccount()), tx.AddNumber(ctx, n), tx.AddBin(ctx, b)} {
			if err != nil {
				return err
			}
		}
		return nil
	})
	change, seen := full(t, db)
	must(t, db, change)
	fine(t, db.Reset(t.Context()))
	if got := seen(); len(got) != 0 {
		t.Errorf("after a reset: got %v, want no traffic", got)
	}
	gotAccount, err := db.Account(t.Context(), account)
	same(t, "the account", found(t, gotAccount, err), anAccount())
	gotNumber, err := db.Number(t.Context(), n.SID)
	same(t, "the number", found(t, gotNumber, err), n)
	gotBin, err := db.Bin(t.Context(), b.SID)
	same(t, "the bin", found(t, gotBin, err), b)
	versions, err := db.BinVersions(t.Context(), b.SID)
	if got := len(found(t, versions, err)); got != 1 {
		t.Errorf("versions of the bin: got %d, want 1", got)
	}
	must(t, db, repli.Change{New: []repli.Message{text("and on it goes")}})
}
