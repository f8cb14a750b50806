package smpp

import (
	"errors"
	"fmt"
)

// An Error says which field of a PDU is malformed or cannot be written, and the status to answer
// with.
type Error struct {
	Command  Command
	Sequence uint32
	Field    string // as the specification names it: "source_addr"
	Offset   int    // of the field in the PDU; the header is octets 0 to 15
	Status   Status // to answer with
	Detail   string
}

func (e *Error) Error() string {
	return fmt.Sprintf("%v: %s at octet %d %s (%v)", e.Command, e.Field, e.Offset, e.Detail, e.Status)
}

// Fatal reports whether the start of the next PDU is unknown, so that the connection is unusable.
func (e *Error) Fatal() bool { return e.Field == fieldCommandLength }

// asError returns the *Error that err is, nil if it is none.
func asError(err error) *Error {
	if err == nil {
		return nil
	}
	var bad *Error // declared after the return, because it costs an allocation
	errors.As(err, &bad)
	return bad
}

const (
	fieldCommandLength = "command_length"
	fieldCommandID     = "command_id"
	fieldTLVs          = "optional parameters"
	fieldShortMessage  = "short_message"
)

// statusOf returns the status that blames a mandatory field. SMPP 3.4 §5.1.3
func statusOf(command Command, field string) Status {
	if command.isBind() || command == Outbind {
		// After 0x0E and 0x0F, Kannel 1.4.5 never binds again; they are for wrong credentials
		// only.
		return StatusBindFailed
	}
	switch field {
	case "service_type":
		return StatusInvalidServiceType
	case "source_addr":
		return StatusInvalidSource
	case "destination_addr", "esme_addr":
		return StatusInvalidDestination
	case "dl_name":
		return StatusInvalidListName
	case "dest_flag":
		return StatusInvalidDestFlag
	case "number_of_dests":
		return StatusInvalidDestCount
	case "schedule_delivery_time":
		return StatusInvalidSchedule
	case "validity_period":
		return StatusInvalidExpiry
	case "message_id":
		return StatusInvalidMessageID
	case "sm_length", fieldShortMessage:
		return StatusInvalidMessageLength
	case fieldTLVs:
		return StatusInvalidTLVStream
	}
	return StatusInvalidCommandLength
}
