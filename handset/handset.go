// Package handset implements the actions of simulated phones for every API: texting a number, and
// reading what arrived.
package handset

import (
	"context"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/carrier"
	"github.com/repli-sms/repli/carrier/simulator"
	"github.com/repli-sms/repli/configure"
	"github.com/repli-sms/repli/sms"
	"github.com/repli-sms/repli/store"
)

// A Network is a simulated network and the numbers its phones can text.
type Network struct {
	// Carrier is the simulated network. If it is nil, every method returns error 20404.
	Carrier *simulator.Carrier

	// DB holds the numbers. Required.
	DB *store.DB

	// Fetch downloads the media of a phone's text, at most limit bytes. It decides which
	// addresses are permitted. Required with Carrier.
	Fetch func(ctx context.Context, url string, limit int64) (contentType string, body []byte, err error)
}

// Phone normalizes the number of a simulated phone. It returns error 20404 if there is no
// network, and 21212 if name is not a phone number.
func (n *Network) Phone(name string) (string, error) {
	if n.Carrier == nil {
		return "", repli.Errorf(20404, "This server has no simulated phones; its carrier is a real one")
	}
	phone, err := configure.PhoneIn(name)
	if err != nil {
		return "", repli.Errorf(21212, "phone: %v", err)
	}
	return phone, nil
}

// A Text is a text to be sent from a phone.
type Text struct {
	To    string // a number of the account, in any notation
	Body  string
	URLs  []string        // of media: http, https or data
	Media []carrier.Media // further media
}

// Send sends a text from a phone to a number of the account. It returns when the text is durable.
// A text that cannot be sent is a *repli.Error.
func (n *Network) Send(ctx context.Context, acct repli.Account, phone string, t Text) (repli.SID, error) {
	to, err := n.texted(ctx, acct, phone, t)
	if err != nil {
		return "", err
	}
	media, err := n.fetched(ctx, t.URLs)
	if err != nil {
		return "", err
	}
	media = append(media, t.Media...)
	if err := limited(media); err != nil {
		return "", err
	}
	return n.Text(ctx, carrier.Inbound{From: phone, To: to, Body: t.Body, Media: media, Account: acct.SID})
}

// Text sends a prepared text from a phone and returns the SID of the message. It returns when the
// message is durable.
func (n *Network) Text(ctx context.Context, in carrier.Inbound) (repli.SID, error) {
	id, err := n.Carrier.Send(ctx, in)
	if err != nil {
		return "", err
	}
	return n.DB.Received(ctx, n.Carrier.Name(), id)
}

// texted returns the address that a text from a phone goes to, or an error if it cannot be sent.
func (n *Network) texted(ctx context.Context, acct repli.Account, phone string, t Text) (string, error) {
	switch long := sms.Characters(t.Body); {
	case t.To == "":
		return "", repli.Errorf(21604, "to is empty: which number does the phone text?")
	case long > repli.MaxBody:
		return "", repli.Errorf(21617, "The body has %d characters; at most %d can be sent", long, repli.MaxBody)
	case long == 0 && len(t.URLs) == 0 && len(t.Media) == 0:
		return "", repli.Errorf(21602, "A text needs a body or media_urls")
	}
	to := t.To
	if sms.KindOf(to) != sms.ShortCode {
		var err error
		if to, err = sms.Normalize(to, ""); err != nil {
			return "", repli.Errorf(21211, "to: %v", err)
		}
	}
	number, err := n.DB.NumberAt(ctx, to, repli.Sight{Account: acct.SID, Carrier: n.Carrier.Name(), Phone: phone})
	if repli.IsNotFound(err) || err == nil && number.Account != acct.SID {
		return "", repli.Errorf(20404, `There is no number %s; add it with POST /repli/v1/numbers {"number":"%s"}`, to, to)
	}
	return number.Address, err
}

// Conversation returns the texts that a phone sent and received after the given message, in the
// order in which they reached the phone; "" returns all. If there are none, it waits for one, at
// most for the duration wait. It reads the network's record rather than our database, so it shows
// what really arrived.
func (n *Network) Conversation(ctx context.Context, acct repli.Account, phone string, after repli.SID, wait time.Duration) ([]simulator.Entry, error) {
	id, err := n.idOf(ctx, phone, after)
	if err != nil {
		return nil, err
	}
	var found []simulator.Entry
	if wait == 0 {
		found, err = n.Carrier.Conversation(phone, id)
	} else {
		found, err = n.Carrier.Wait(ctx, phone, id, wait)
	}
	if repli.IsNotFound(err) {
		return nil, unknown(phone, after)
	}
	if err == nil {
		found, err = n.named(ctx, found)
	}
	if err != nil {
		return nil, err
	}
	return n.own(ctx, acct, found)
}

// idOf returns the network's id of a message, "" for no message, or error 20404.
func (n *Network) idOf(ctx context.Context, phone string, s repli.SID) (string, error) {
	if s == "" {
		return "", nil
	}
	if id, known := n.Carrier.IDOf(s); known {
		return id, nil
	}
	c, err := n.DB.InboundID(ctx, s)
	if repli.IsNotFound(err) || err == nil && c.Carrier != n.Carrier.Name() {
		return "", unknown(phone, s)
	}
	return c.ID, err
}

func unknown(phone string, s repli.SID) error {
	return repli.Errorf(20404, "The phone %s has no message %s.", phone, s)
}

// named replaces the ids of texts from phones with our SIDs, or with "" if the message has been
// deleted. It drops texts that we have not received yet.
func (n *Network) named(ctx context.Context, found []simulator.Entry) ([]simulator.Entry, error) {
	named := found[:0]
	for _, e := range found {
		if e.IsInbound() && e.SID == "" { // early journals have our SIDs
			var err error
			e.SID, err = n.DB.Received(ctx, n.Carrier.Name(), e.ID)
			if repli.IsNotFound(err) {
				continue
			}
			if err != nil {
				return nil, err
			}
		}
		named = append(named, e)
	}
	return named, nil
}

// own returns the entries that belong to the account. A number may have been another account's
// before, so the owner is the text's: the network knows it, or else the store does.
func (n *Network) own(ctx context.Context, acct repli.Account, found []simulator.Entry) ([]simulator.Entry, error) {
	var own []simulator.Entry
	for _, e := range found {
		if e.Account == "" {
			m, err := n.DB.Message(ctx, e.SID)
			if err != nil && !repli.IsNotFound(err) {
				return nil, err
			}
			e.Account = m.Account
		}
		if e.Account == acct.SID {
			own = append(own, e)
		}
	}
	return own, nil
}
