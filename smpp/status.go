package smpp

import "fmt"

// A Status is a command_status: how a request went. SMPP 3.4 §5.1.3, table 5-2. Requests carry
// StatusOK. Codes from 0x400 to 0x4FF belong to vendors.
type Status uint32

const (
	StatusOK                   Status = 0x00 // no error
	StatusInvalidMessageLength Status = 0x01 // the short message is too long, or its length is wrong
	StatusInvalidCommandLength Status = 0x02 // command_length is wrong
	StatusInvalidCommand       Status = 0x03 // unknown command_id
	StatusInvalidBindStatus    Status = 0x04 // not allowed in the state the session is in
	StatusAlreadyBound         Status = 0x05 // bound already; in practice: too many binds
	StatusInvalidPriority      Status = 0x06
	StatusInvalidRegistered    Status = 0x07 // registered_delivery
	StatusSystemError          Status = 0x08
	StatusInvalidSource        Status = 0x0A
	StatusInvalidDestination   Status = 0x0B
	StatusInvalidMessageID     Status = 0x0C
	StatusBindFailed           Status = 0x0D
	StatusInvalidPassword      Status = 0x0E
	StatusInvalidSystemID      Status = 0x0F
	StatusCancelFailed         Status = 0x11
	StatusReplaceFailed        Status = 0x13
	StatusQueueFull            Status = 0x14
	StatusInvalidServiceType   Status = 0x15
	StatusInvalidDestCount     Status = 0x33 // number_of_dests
	StatusInvalidListName      Status = 0x34
	StatusInvalidDestFlag      Status = 0x40
	StatusInvalidSubmitReplace Status = 0x42 // submit_sm with replace_if_present
	StatusInvalidESMClass      Status = 0x43
	StatusListSubmitFailed     Status = 0x44
	StatusSubmitFailed         Status = 0x45
	StatusInvalidSourceTON     Status = 0x48
	StatusInvalidSourceNPI     Status = 0x49
	StatusInvalidDestTON       Status = 0x50
	StatusInvalidDestNPI       Status = 0x51
	StatusInvalidSystemType    Status = 0x53
	StatusInvalidReplaceFlag   Status = 0x54
	StatusInvalidMessageCount  Status = 0x55 // number_of_messages
	StatusThrottled            Status = 0x58
	StatusInvalidSchedule      Status = 0x61
	StatusInvalidExpiry        Status = 0x62 // validity_period
	StatusInvalidDefaultID     Status = 0x63 // sm_default_msg_id
	StatusTemporaryAppError    Status = 0x64 // ESME: send it again later
	StatusPermanentAppError    Status = 0x65 // ESME: never send it again
	StatusRejectedByApp        Status = 0x66
	StatusQueryFailed          Status = 0x67
	StatusInvalidTLVStream     Status = 0xC0
	StatusTLVNotAllowed        Status = 0xC1
	StatusInvalidTLVLength     Status = 0xC2
	StatusMissingTLV           Status = 0xC3
	StatusInvalidTLVValue      Status = 0xC4
	StatusDeliveryFailure      Status = 0xFE // data_sm_resp
	StatusUnknownError         Status = 0xFF
)

// Name returns the specification's name, such as ESME_RTHROTTLED, or "" for a code it has not.
func (s Status) Name() string {
	for _, row := range statusNames {
		if row.status == s {
			return row.name
		}
	}
	return ""
}

// String returns the code and, where it has one, the name: "0x58 ESME_RTHROTTLED".
func (s Status) String() string {
	if name := s.Name(); name != "" {
		return fmt.Sprintf("0x%02X %s", uint32(s), name)
	}
	return fmt.Sprintf("0x%02X", uint32(s))
}

// statusNames is table 5-2 of SMPP 3.4 §5.1.3, in its order. A name is looked up for people
// to read, never on the way of a message.
var statusNames = [...]struct {
	status Status
	name   string
}{
	{StatusOK, "ESME_ROK"},
	{StatusInvalidMessageLength, "ESME_RINVMSGLEN"},
	{StatusInvalidCommandLength, "ESME_RINVCMDLEN"},
	{StatusInvalidCommand, "ESME_RINVCMDID"},
	{StatusInvalidBindStatus, "ESME_RINVBNDSTS"},
	{StatusAlreadyBound, "ESME_RALYBND"},
	{StatusInvalidPriority, "ESME_RINVPRTFLG"},
	{StatusInvalidRegistered, "ESME_RINVREGDLVFLG"},
	{StatusSystemError, "ESME_RSYSERR"},
	{StatusInvalidSource, "ESME_RINVSRCADR"},
	{StatusInvalidDestination, "ESME_RINVDSTADR"},
	{StatusInvalidMessageID, "ESME_RINVMSGID"},
	{StatusBindFailed, "ESME_RBINDFAIL"},
	{StatusInvalidPassword, "ESME_RINVPASWD"},
	{StatusInvalidSystemID, "ESME_RINVSYSID"},
	{StatusCancelFailed, "ESME_RCANCELFAIL"},
	{StatusReplaceFailed, "ESME_RREPLACEFAIL"},
	{StatusQueueFull, "ESME_RMSGQFUL"},
	{StatusInvalidServiceType, "ESME_RINVSERTYP"},
	{StatusInvalidDestCount, "ESME_RINVNUMDESTS"},
	{StatusInvalidListName, "ESME_RINVDLNAME"},
	{StatusInvalidDestFlag, "ESME_RINVDESTFLAG"},
	{StatusInvalidSubmitReplace, "ESME_RINVSUBREP"},
	{StatusInvalidESMClass, "ESME_RINVESMCLASS"},
	{StatusListSubmitFailed, "ESME_RCNTSUBDL"},
	{StatusSubmitFailed, "ESME_RSUBMITFAIL"},
	{StatusInvalidSourceTON, "ESME_RINVSRCTON"},
	{StatusInvalidSourceNPI, "ESME_RINVSRCNPI"},
	{StatusInvalidDestTON, "ESME_RINVDSTTON"},
	{StatusInvalidDestNPI, "ESME_RINVDSTNPI"},
	{StatusInvalidSystemType, "ESME_RINVSYSTYP"},
	{StatusInvalidReplaceFlag, "ESME_RINVREPFLAG"},
	{StatusInvalidMessageCount, "ESME_RINVNUMMSGS"},
	{StatusThrottled, "ESME_RTHROTTLED"},
	{StatusInvalidSchedule, "ESME_RINVSCHED"},
	{StatusInvalidExpiry, "ESME_RINVEXPIRY"},
	{StatusInvalidDefaultID, "ESME_RINVDFTMSGID"},
	{StatusTemporaryAppError, "ESME_RX_T_APPN"},
	{StatusPermanentAppError, "ESME_RX_P_APPN"},
	{StatusRejectedByApp, "ESME_RX_R_APPN"},
	{StatusQueryFailed, "ESME_RQUERYFAIL"},
	{StatusInvalidTLVStream, "ESME_RINVOPTPARSTREAM"},
	{StatusTLVNotAllowed, "ESME_ROPTPARNOTALLWD"},
	{StatusInvalidTLVLength, "ESME_RINVPARLEN"},
	{StatusMissingTLV, "ESME_RMISSINGOPTPARAM"},
	{StatusInvalidTLVValue, "ESME_RINVOPTPARAMVAL"},
	{StatusDeliveryFailure, "ESME_RDELIVERYFAILURE"},
	{StatusUnknownError, "ESME_RUNKNOWNERR"},
}
