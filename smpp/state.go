package smpp

// A sessionState is how far a session has come. SMPP 3.4 §2.2
type sessionState uint8

const (
	open     sessionState = iota // connected
	binding                      // a bind is not answered yet
	boundTX                      // the ESME sends
	boundRX                      // the ESME receives
	boundTRX                     // both
	ending                       // unbinding
	closed
)

func (s sessionState) bound() bool { return s == boundTX || s == boundRX || s == boundTRX }

// boundBy returns the state after a successful bind.
func boundBy(c Command) sessionState {
	switch c {
	case BindTransmitter:
		return boundTX
	case BindReceiver:
		return boundRX
	}
	return boundTRX
}

// allowed reports whether a side in a role may send a request in a state. SMPP 3.4 §2.3,
// table 2-1.
func allowed(from Role, c Command, s sessionState) bool {
	switch c {
	case EnquireLink:
		return s != closed
	case Unbind:
		return s.bound() || s == ending
	case BindReceiver, BindTransmitter, BindTransceiver:
		return from == ESME && s == open
	case Outbind:
		return from == SMSC && s == open
	case SubmitSM, SubmitMulti, QuerySM, CancelSM, ReplaceSM:
		return from == ESME && (s == boundTX || s == boundTRX)
	case DeliverSM, AlertNotification:
		return from == SMSC && (s == boundRX || s == boundTRX)
	case DataSM:
		return s == boundTRX || from == ESME && s == boundTX || from == SMSC && s == boundRX
	}
	return false
}

// accepted reports whether a session in a role handles a request from its peer. An SMSC may send
// on any bind, and either side until it has seen the other's unbind; refusing these requests
// would lose messages.
func accepted(by Role, c Command, s sessionState) bool {
	from := SMSC
	if by == SMSC {
		from = ESME
	}
	if s == ending || by == ESME && s == boundTX {
		return allowed(from, c, s) || allowed(from, c, boundTRX)
	}
	return allowed(from, c, s)
}
