package simulator

import (
	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/carrier"
	"github.com/repli-sms/repli/sms"
)

// differing returns the addresses that are written otherwise than Repli writes them.
func differing(w repli.Wires, from, to string) repli.Wires {
	if w.From == (sms.Wire{Digits: from}) {
		w.From = sms.Wire{}
	}
	if w.To == (sms.Wire{Digits: to}) {
		w.To = sms.Wire{}
	}
	return w
}

// address returns a text with its addresses as the network writes them, unless the phone wrote them.
func (c *Carrier) address(in carrier.Inbound) carrier.Inbound {
	if in.Wires != (repli.Wires{}) {
		return in
	}
	from, wrongFrom := c.addressing.Out(in.From)
	to, wrongTo := c.addressing.Out(in.To)
	if wrongFrom == nil && wrongTo == nil {
		in.Wires = differing(repli.Wires{From: from, To: to}, in.From, in.To)
	}
	return in
}

// Addresses returns the addresses of the message as the network wrote them.
func (e Entry) Addresses() repli.Wires {
	w := e.Wires
	if w.From == (sms.Wire{}) {
		w.From.Digits = e.From
	}
	if w.To == (sms.Wire{}) {
		w.To.Digits = e.To
	}
	return w
}
