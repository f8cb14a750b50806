package configure

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/sms"
	"github.com/repli-sms/repli/store"
	"github.com/repli-sms/repli/webhook"
)

// Number returns a number of the account by its SID or its address, which may lack its +. Errors are
// 20404, and 20409 for a short code or a name that several of the account's numbers have.
func (e Editor) Number(ctx context.Context, acct repli.Account, name string) (repli.Number, error) {
	missing := repli.Errorf(20404, "There is no number %.64q", name)
	var n repli.Number
	var err error
	if sid, bad := repli.ParseSID(name, repli.NumberPrefix); bad == nil {
		n, err = e.DB.Number(ctx, sid)
	} else if address, bad := AddressIn(name); bad == nil {
		n, err = e.DB.NumberAt(ctx, address, repli.Sight{Account: acct.SID})
	} else {
		return n, missing
	}
	if repli.IsNotFound(err) || err == nil && n.Account != acct.SID {
		return repli.Number{}, missing
	}
	return n, err
}

// TypedNumber is [Editor.Number] for a number as a person writes it: with its country or, in
// North America, without.
func (e Editor) TypedNumber(ctx context.Context, acct repli.Account, name string) (repli.Number, error) {
	num, err := e.Number(ctx, acct, name)
	if !repli.IsNotFound(err) {
		return num, err
	}
	if address, bad := sms.Normalize(name, "US"); bad == nil {
		if num, bad := e.Number(ctx, acct, address); bad == nil {
			return num, nil
		}
	}
	return num, err
}

// AddressIn reads an address in a path: a short code, a name, or a phone number as [PhoneIn] does.
func AddressIn(path string) (string, error) {
	address := strings.TrimSpace(path)
	if kind := sms.KindOf(address); kind == sms.ShortCode || kind == sms.Alphanumeric {
		return address, nil
	}
	return PhoneIn(path)
}

// PhoneIn reads a phone number in a path, where a + is easily lost. Its error quotes what stands
// there.
func PhoneIn(path string) (string, error) {
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

// NewNumber returns a number as it is before anybody has said anything of it: named by its address,
// with an empty chain, speaking English.
func NewNumber(account repli.SID, a repli.Address) repli.Number {
	at := now()
	return repli.Number{
		SID: repli.NewSID(repli.NumberPrefix), Account: account, Address: a.Text, Country: a.Country,
		FriendlyName: sms.Format(a.Text), Language: repli.English,
		Chain:   repli.Chain{AnswerBy: repli.DefaultAnswerBy},
		Created: at, Updated: at,
	}
}

// AddNumber makes a number of an address as somebody writes it, as [NewNumber] does and edit then
// has it. The country is where a phone number without + is dialled, and whose a short code or a name
// is; see [repli.ParseAddress]. Errors are those, 20409 for an address that is kept already, and
// those of [Editor.SetNumber].
func (e Editor) AddNumber(ctx context.Context, acct repli.Account, typed, country string, edit func(*repli.Number) error) (repli.Number, error) {
	address, err := repli.ParseAddress(typed, country)
	if err != nil {
		return repli.Number{}, err
	}
	return e.AddAnyNumber(ctx, acct, func(context.Context) (repli.Address, error) { return address, nil }, edit)
}

// AddAnyNumber is [Editor.AddNumber] for an address that is chosen by what there is already.
func (e Editor) AddAnyNumber(ctx context.Context, acct repli.Account, choose func(context.Context) (repli.Address, error), edit func(*repli.Number) error) (repli.Number, error) {
	return change(ctx, e.DB, func(tx *store.Tx) (repli.Number, error) {
		address, err := choose(ctx)
		if err != nil {
			return repli.Number{}, err
		}
		n := NewNumber(acct.SID, address)
		if err := e.editNumber(ctx, acct, &n, edit); err != nil {
			return n, err
		}
		return n, tx.AddNumber(ctx, n)
	})
}

// taken returns error 20409 when another number has what must be this one's alone.
func (e Editor) taken(ctx context.Context, acct repli.Account, n repli.Number) error {
	all, err := e.DB.NumbersAt(ctx, n.Address)
	if repli.IsNotFound(err) {
		return nil
	}
	for _, other := range all {
		switch {
		case !n.Clashes(other):
		case other.Account == acct.SID:
			return repli.Errorf(20409, "%s is kept here already; change it instead of adding it", other.Called())
		default:
			return repli.Errorf(20409, "%s belongs to another account", other.Called())
		}
	}
	return err
}

// SetNumber changes a number as edit does. Errors are 20404, 20002 for its name, 20422 for its
// language, its chain or its carrier, 21402 and 21403 for a URL or a method in it, 21617 for the last
// resort, and 20409 for a number that was changed after it was seen, or that [repli.Number.Clashes]
// with another.
func (e Editor) SetNumber(ctx context.Context, acct repli.Account, name string, seen Seen, edit func(*repli.Number) error) (repli.Number, error) {
	return change(ctx, e.DB, func(tx *store.Tx) (repli.Number, error) {
		n, err := e.Number(ctx, acct, name)
		if err != nil {
			return n, err
		}
		if err := seen.still("number", n.Updated); err != nil {
			return n, err
		}
		if err := e.editNumber(ctx, acct, &n, edit); err != nil {
			return n, err
		}
		n.Updated = after(n.Updated)
		return n, tx.SetNumber(ctx, n)
	})
}

// editNumber makes n what edit wants, and returns what is wrong with that.
func (e Editor) editNumber(ctx context.Context, acct repli.Account, n *repli.Number, edit func(*repli.Number) error) error {
	before := *n
	if err := edit(n); err != nil {
		return err
	}
	if err := check(*n); err != nil {
		return err
	}
	if n.Carrier != before.Carrier && n.Carrier != "" && !slices.Contains(e.Carriers, n.Carrier) {
		return repli.Errorf(20422, "carrier: there is none called %.64q; there are: %s", n.Carrier, strings.Join(e.Carriers, ", "))
	}
	if err := e.taken(ctx, acct, *n); err != nil {
		return err
	}
	return e.ownBins(ctx, acct, n.Chain)
}

// DeleteNumber forgets a number; its messages stay.
func (e Editor) DeleteNumber(ctx context.Context, acct repli.Account, name string) error {
	return e.DB.Configure(ctx, func(tx *store.Tx) error {
		n, err := e.Number(ctx, acct, name)
		if err != nil {
			return err
		}
		return tx.DeleteNumber(ctx, n.SID)
	})
}

// check returns the first thing that is wrong with a number, whoever else there is.
func check(n repli.Number) error {
	if err := repli.CheckFriendlyName(n.FriendlyName); err != nil {
		return err
	}
	if n.Language != repli.English && n.Language != repli.French {
		return repli.Errorf(20422, "language must be %s or %s, not %.64q", repli.English, repli.French, n.Language)
	}
	if n.SendsOnly() && (len(n.Chain.Steps) > 0 || n.Chain.LastResort != "" || n.Application != "") {
		return repli.Errorf(20422, "%s is a sender's name, which receives no texts: nothing can answer for it", n.Address)
	}
	if n.KeepContent > repli.MaxKeepContent {
		return repli.Errorf(20422, "keep_content_ms must lie between 0 and %d", repli.MaxKeepContent.Milliseconds())
	}
	if err := n.Chain.Check(); err != nil {
		return err
	}
	return askable(n.Chain)
}

// askable returns error 21402 when a step of the chain is a URL that can never be asked.
func askable(chain repli.Chain) error {
	for i, step := range chain.Steps {
		if step.URL == "" {
			continue
		}
		var bad *repli.Error
		if errors.As(webhook.CheckURL(step.URL), &bad) {
			return repli.Errorf(21402, "Step %d (%s): %s", i+1, repli.StepName(i), bad.Sentence())
		}
	}
	return nil
}

// ownBins returns error 20422 when a step of the chain is a bin the account does not have.
func (e Editor) ownBins(ctx context.Context, acct repli.Account, chain repli.Chain) error {
	for i, step := range chain.Steps {
		if step.Bin == "" {
			continue
		}
		if _, err := e.Bin(ctx, acct, string(step.Bin)); repli.IsNotFound(err) {
			return repli.Errorf(20422, "Step %d (%s): there is no bin %s", i+1, repli.StepName(i), step.Bin)
		} else if err != nil {
			return err
		}
	}
	return nil
}
