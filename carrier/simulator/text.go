package simulator

import (
	"context"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/carrier"
)

// Send lets a phone text one of our numbers. It makes the text's id, whatever in.ID says, and
// returns it once the inbox has the text. When the inbox refuses, the phone has not sent anything,
// and the inbox's error is returned. A network that cannot write its journal returns a Temporary
// *repli.Error with code 20503.
//
// After a crash in mid-send the phone has sent the text, although nobody was told.
func (c *Carrier) Send(ctx context.Context, in carrier.Inbound) (id string, err error) {
	in = c.address(in)
	in.ID = newID()
	// Written first: an answer may be on the phone before the inbox has returned.
	if err := c.write(texted(in, time.Now())); err != nil {
		return "", &repli.Error{Code: repli.CodeUnavailable, Detail: sentence(err), Err: err, Temporary: true}
	}
	if err := c.inbox.Message(ctx, in); err != nil {
		if err := c.write(event{Kind: withdrawn, ID: in.ID, At: time.Now()}); err != nil {
			c.log.Log(ctx, quieter(err), "the journal does not know that a text was withdrawn", "text", in.ID, "error", err)
		}
		return "", err
	}
	return in.ID, nil
}

// Resend brings a text to the inbox once more, as a network does that did not hear that it was
// taken: in.ID is what Send returned.
func (c *Carrier) Resend(ctx context.Context, in carrier.Inbound) error {
	return c.inbox.Message(ctx, in)
}
