package carrier

import (
	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/sms"
)

// Read returns the text with its addresses as Repli writes them, read from how the carrier wrote
// them. It keeps the carrier's form only where the addressing would write another one, such as of a
// national number. Errors are 21212 for the sender and 21211 for the number texted.
func (a Abilities) Read(in Inbound) (Inbound, error) {
	var err error
	if in.Wires.From, err = a.read(&in.From, in.Wires.From); err != nil {
		return in, repli.Errorf(21212, "From: %v", err)
	}
	if in.Wires.To, err = a.read(&in.To, in.Wires.To); err != nil {
		return in, repli.Errorf(21211, "To: %v", err)
	}
	return in, nil
}

// read sets the address that a carrier wrote as w, and returns what is to be kept of that form.
func (a Abilities) read(address *string, w sms.Wire) (sms.Wire, error) {
	if w == (sms.Wire{}) { // the carrier writes as Repli does
		return w, nil
	}
	var err error
	if *address, err = a.Addressing.In(w); err != nil {
		return w, err
	}
	if usual, err := a.Addressing.Out(*address); err == nil && usual == w {
		return sms.Wire{}, nil
	}
	return w, nil
}

// Write returns the message with its addresses as the carrier is to write them. Errors are 21212
// for the sender and 21211 for the recipient, when it is of no kind that a phone network knows.
func (a Abilities) Write(m repli.Message) (repli.Message, error) {
	var err error
	if m.Wires.From, err = a.Addressing.Out(m.From); err != nil {
		return m, repli.Errorf(21212, "From: %v", err)
	}
	if m.Wires.To, err = a.Addressing.Out(m.To); err != nil {
		return m, repli.Errorf(21211, "To: %v", err)
	}
	return m, nil
}
