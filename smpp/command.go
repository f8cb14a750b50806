package smpp

import "fmt"

// A Command is a command_id, the type of a PDU. SMPP 3.4 §5.1.2.1
type Command uint32

const (
	GenericNack         Command = 0x80000000
	BindReceiver        Command = 0x00000001
	BindReceiverResp    Command = 0x80000001
	BindTransmitter     Command = 0x00000002
	BindTransmitterResp Command = 0x80000002
	QuerySM             Command = 0x00000003
	QuerySMResp         Command = 0x80000003
	SubmitSM            Command = 0x00000004
	SubmitSMResp        Command = 0x80000004
	DeliverSM           Command = 0x00000005
	DeliverSMResp       Command = 0x80000005
	Unbind              Command = 0x00000006
	UnbindResp          Command = 0x80000006
	ReplaceSM           Command = 0x00000007
	ReplaceSMResp       Command = 0x80000007
	CancelSM            Command = 0x00000008
	CancelSMResp        Command = 0x80000008
	BindTransceiver     Command = 0x00000009
	BindTransceiverResp Command = 0x80000009
	Outbind             Command = 0x0000000B // has no response
	EnquireLink         Command = 0x00000015
	EnquireLinkResp     Command = 0x80000015
	SubmitMulti         Command = 0x00000021
	SubmitMultiResp     Command = 0x80000021
	AlertNotification   Command = 0x00000102 // has no response
	DataSM              Command = 0x00000103
	DataSMResp          Command = 0x80000103
)

const responseBit Command = 0x80000000

// IsResponse reports whether c answers a request; generic_nack does.
func (c Command) IsResponse() bool { return c&responseBit != 0 }

// Response returns the command that answers c.
func (c Command) Response() Command { return c | responseBit }

// expectsResponse reports whether the peer answers c.
func (c Command) expectsResponse() bool {
	return !c.IsResponse() && c != Outbind && c != AlertNotification
}

// isBind reports whether c is one of the three requests to bind.
func (c Command) isBind() bool {
	return c == BindReceiver || c == BindTransmitter || c == BindTransceiver
}

// known reports whether the specification defines c.
func (c Command) known() bool {
	request := c &^ responseBit
	return c == GenericNack || requestName(request) != "" && (c == request || request.expectsResponse())
}

// String returns the specification's name, such as submit_sm_resp, or the number in hexadecimal.
func (c Command) String() string {
	switch {
	case !c.known():
		return fmt.Sprintf("0x%08X", uint32(c))
	case c == GenericNack:
		return "generic_nack"
	case c.IsResponse():
		return requestName(c&^responseBit) + "_resp"
	}
	return requestName(c)
}

func requestName(c Command) string {
	switch c {
	case BindReceiver:
		return "bind_receiver"
	case BindTransmitter:
		return "bind_transmitter"
	case BindTransceiver:
		return "bind_transceiver"
	case QuerySM:
		return "query_sm"
	case SubmitSM:
		return "submit_sm"
	case DeliverSM:
		return "deliver_sm"
	case Unbind:
		return "unbind"
	case ReplaceSM:
		return "replace_sm"
	case CancelSM:
		return "cancel_sm"
	case Outbind:
		return "outbind"
	case EnquireLink:
		return "enquire_link"
	case SubmitMulti:
		return "submit_multi"
	case AlertNotification:
		return "alert_notification"
	case DataSM:
		return "data_sm"
	}
	return ""
}
