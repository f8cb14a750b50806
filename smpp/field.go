package smpp

// A TON is a type of number. SMPP 3.4 §5.2.5
type TON uint8

const (
	TONUnknown       TON = 0
	TONInternational TON = 1
	TONNational      TON = 2
	TONNetwork       TON = 3 // usual for short codes
	TONSubscriber    TON = 4
	TONAlphanumeric  TON = 5
	TONAbbreviated   TON = 6
)

// An NPI is a numbering plan. SMPP 3.4 §5.2.6
type NPI uint8

const (
	NPIUnknown    NPI = 0
	NPIE164       NPI = 1
	NPIData       NPI = 3 // X.121
	NPITelex      NPI = 4
	NPILandMobile NPI = 6 // E.212
	NPINational   NPI = 8
	NPIPrivate    NPI = 9
	NPIERMES      NPI = 10
	NPIInternet   NPI = 14
	NPIWAP        NPI = 18
)

// An Address is a phone number, a short code or a name as encoded in a PDU. SMPP 3.4 §5.2.8
type Address struct {
	TON  TON
	NPI  NPI
	Addr string
}

// An ESMClass is the mode and type of a message: two bits of mode, four of type, two of features.
// Use the methods to test it, because peers combine the bits freely. SMPP 3.4 §5.2.12
type ESMClass uint8

const (
	ModeDefault         ESMClass = 0x00
	ModeDatagram        ESMClass = 0x01
	ModeForward         ESMClass = 0x02 // data_sm only
	ModeStoreAndForward ESMClass = 0x03

	TypeReceipt      ESMClass = 0x04 // the SMSC's delivery receipt
	TypeDeliveryAck  ESMClass = 0x08 // the receiving phone's
	TypeUserAck      ESMClass = 0x10 // its user's
	TypeAbort        ESMClass = 0x18 // of a conversation (Korean CDMA)
	TypeIntermediate ESMClass = 0x20 // not yet final

	FeatureUDHI      ESMClass = 0x40 // the message begins with a user data header
	FeatureReplyPath ESMClass = 0x80

	typeBits ESMClass = 0x3C
)

// HasUDH reports whether the message begins with a user data header.
func (e ESMClass) HasUDH() bool { return e&FeatureUDHI != 0 }

// IsReceipt reports whether the message is a receipt: final, acknowledgement or intermediate.
// Kannel sets FeatureUDHI on some of its receipts, which changes nothing.
func (e ESMClass) IsReceipt() bool {
	switch e & typeBits {
	case TypeReceipt, TypeDeliveryAck, TypeIntermediate, TypeIntermediate | TypeReceipt:
		return true
	}
	return false
}

// A RegisteredDelivery asks for receipts. SMPP 3.4 §5.2.17
type RegisteredDelivery uint8

const (
	ReceiptNone         RegisteredDelivery = 0x00
	ReceiptFinal        RegisteredDelivery = 0x01 // on success or failure
	ReceiptFailure      RegisteredDelivery = 0x02 // on failure only
	ReceiptSuccess      RegisteredDelivery = 0x03 // on success only: SMPP 5.0, met on 3.4 links
	ReceiptSMEAck       RegisteredDelivery = 0x04
	ReceiptSMEUserAck   RegisteredDelivery = 0x08
	ReceiptIntermediate RegisteredDelivery = 0x10

	receiptBits RegisteredDelivery = 0x03
)

// OnSuccess reports whether a receipt of delivery was asked for. Kannel asks with 0x11.
func (r RegisteredDelivery) OnSuccess() bool {
	return r&receiptBits == ReceiptFinal || r&receiptBits == ReceiptSuccess
}

// OnFailure reports whether a receipt of failure was asked for.
func (r RegisteredDelivery) OnFailure() bool {
	return r&receiptBits == ReceiptFinal || r&receiptBits == ReceiptFailure
}

// A Priority is a priority_flag: 0 is bulk, 1 normal, 3 very urgent. SMPP 3.4 §5.2.14
type Priority uint8

const (
	PriorityBulk       Priority = 0
	PriorityNormal     Priority = 1
	PriorityUrgent     Priority = 2
	PriorityVeryUrgent Priority = 3
)

// A Version is an interface_version. SMPP 3.4 §5.2.4
type Version uint8

const (
	Version33 Version = 0x33 // this and anything below: no TLVs, no transceiver
	Version34 Version = 0x34
	Version50 Version = 0x50
)

// A State is a message_state. SMPP 3.4 §5.2.28. SMPP 5.0 added StateScheduled and
// StateSkipped, which are met on 3.4 links.
type State uint8

const (
	StateScheduled     State = 0
	StateEnroute       State = 1
	StateDelivered     State = 2
	StateExpired       State = 3
	StateDeleted       State = 4
	StateUndeliverable State = 5
	StateAccepted      State = 6
	StateUnknown       State = 7
	StateRejected      State = 8
	StateSkipped       State = 9
	StateNone          State = 0xFF // nothing said what the state is
)

// Final reports whether no other state may follow. SMPP 3.4 §5.2.28; accepted is called final
// there, but more follows in practice.
func (s State) Final() bool {
	switch s {
	case StateScheduled, StateEnroute, StateAccepted, StateNone:
		return false
	}
	return true
}

// stateWords holds the seven letters a receipt has for each state. SMPP 3.4 appendix B
var stateWords = [...]string{
	"SCHEDLD", "ENROUTE", "DELIVRD", "EXPIRED", "DELETED", "UNDELIV", "ACCEPTD", "UNKNOWN", "REJECTD", "SKIPPED",
}

// String returns the word a receipt has for the state, such as DELIVRD.
func (s State) String() string {
	if int(s) < len(stateWords) {
		return stateWords[s]
	}
	return ""
}
