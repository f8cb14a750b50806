// Package handset is what can be done with the phones of a simulated network, whichever face
// asks: text a number, and see what arrived.
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
	// Carrier is the network; nil when there is none, and then everything is error 20404.
	Carrier *simulator.Carrier

	// DB is where the numbers are kept. Required.
	DB *store.DB

	// Fetch gets the media a phone sends by its URL, at most limit bytes of it. It decides
	// which addresses may be asked. Required with Carrier.
	Fetch func(ctx context.Context, url string, limit int64) (contentType string, body []byte, err error)
}

// Phone reads the number of a phone of the network. It is error 20404 when there is no
// network, and 21212 for what is no number.
func (n *Network) Phone(name string) (string, error) {
	if n.Carrier == nil {
		return "", repli.Errorf(20404, "This server has no simulated phones; its carrier is a real one")
	}
	phone, err := configure.AddressIn(name)
	if err != nil {
		return "", repli.Errorf(21212, "phone: %v", err)
	}
	return phone, nil
}

// A Text is what somebody types into a phone.
type Text struct {
	To    string // a number of the account, however it is written
	Body  string
	URLs  []string        // of media: http, https or data
	Media []carrier.Media // further media
}

// Send lets a phone text a number of the account, and returns once the text is durable. What
// cannot be sent is a *repli.Error.
func (n *Network) Send(ctx context.Context, acct repli.Account, phone string, t Text) (repli.SID, error) {
	to, err := n.texted(ctx, acct, t)
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
	return n.Text(ctx, carrier.Inbound{From: phone, To: to, Body: t.Body, Media: media})
}

// Text lets a phone text a number as it stands, and returns what the message is called here once
// it is durable.
func (n *Network) Text(ctx context.Context, in carrier.Inbound) (repli.SID, error) {
	id, err := n.Carrier.Send(ctx, in)
	if err != nil {
		return "", err
	}
	return n.DB.Received(ctx, n.Carrier.Name(), id)
}

// texted returns the number a text goes to, and an error when it cannot be sent.
func (n *Network) texted(ctx context.Context, acct repli.Account, t Text) (string, error) {
	switch long := sms.Characters(t.Body); {
	case t.To == "":
		return "", repli.Errorf(21604, "to is empty: which number does the phone text?")
	case long > repli.MaxBody:
		return "", repli.Errorf(21617, "The body has %d characters; at most %d can be sent", long, repli.MaxBody)
	case long == 0 && len(t.URLs) == 0 && len(t.Media) == 0:
		return "", repli.Errorf(21602, "A text needs a body or media_urls")
	}
	to, err := sms.Normalize(t.To, "")
	if err != nil {
		return "", repli.Errorf(21211, "to: %v", err)
	}
	edit := configure.Editor{DB: n.DB}
	number, err := edit.Number(ctx, acct, to)
	if repli.IsNotFound(err) {
		return "", repli.Errorf(20404, `There is no number %s; add it with POST /repli/v1/numbers {"number":"%s"}`, to, to)
	}
	return number.Address, err
}

// Conversation returns what a phone sent and received after the message named, in the order of
// arrival at the phone; "" returns all. With a wait it blocks until there is something, but no
// longer. It is the network that tells it, not our rows: it shows what really arrived.
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

// idOf returns what the network calls a message, "" for none, or error 20404.
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

// named gives the texts of phones the SIDs they have here: "" when their message has been deleted
// since. It leaves out those that are still on their way to us.
func (n *Network) named(ctx context.Context, found []simulator.Entry) ([]simulator.Entry, error) {
	named := found[:0]
	for _, e := range found {
		if e.IsInbound() {
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

// own returns the entries that are the account's. The network does not know whom the texts
// of its phones are for, so their number says it; that of a deleted number is anybody's.
func (n *Network) own(ctx context.Context, acct repli.Account, found []simulator.Entry) ([]simulator.Entry, error) {
	owners := map[string]repli.SID{}
	var own []simulator.Entry
	for _, e := range found {
		if e.IsInbound() {
			owner, known := owners[e.To]
			if !known {
				number, err := n.DB.NumberByAddress(ctx, e.To)
				if err != nil && !repli.IsNotFound(err) {
					return nil, err
				}
				owner = number.Account
				owners[e.To] = owner
			}
			e.Account = owner
			if owner == "" {
				e.Account = acct.SID
			}
		}
		if e.Account == acct.SID {
			own = append(own, e)
		}
	}
	return own, nil
}
