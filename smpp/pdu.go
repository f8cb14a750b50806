package smpp

import (
	"encoding/binary"
	"fmt"
)

const (
	headerSize = 16 // octets of every PDU's header. SMPP 3.4 §3.2

	// MaxPDU is the largest command_length that is read or written: a message_payload of
	// 64 KiB and room for everything else.
	MaxPDU = 72 << 10
)

// A PDU is one packet. Its command_length is computed when it is written. SMPP 3.4 §3.2
type PDU struct {
	Command  Command
	Status   Status // of a response
	Sequence uint32 // sent from 1 to 0x7FFFFFFF; whatever a peer sends is returned to it
	Body     Body   // nil if there are no octets behind the header
}

// MessageID returns the id a response gives, "" if it gives none.
func (p PDU) MessageID() string {
	switch b := p.Body.(type) {
	case *MessageResp:
		return b.MessageID
	case *MultiResp:
		return b.MessageID
	}
	return ""
}

// String returns the header for people to read.
func (p PDU) String() string {
	return fmt.Sprintf("%v sequence %d status %v", p.Command, p.Sequence, p.Status)
}

// newBody returns an empty body as the command has it, nil if it has none.
func newBody(c Command) Body {
	switch c {
	case BindReceiver, BindTransmitter, BindTransceiver, Outbind:
		return new(Bind)
	case BindReceiverResp, BindTransmitterResp, BindTransceiverResp:
		return new(BindResp)
	case SubmitSM, DeliverSM:
		return new(Message)
	case SubmitSMResp, DeliverSMResp, DataSMResp:
		return new(MessageResp)
	case SubmitMulti:
		return new(Multi)
	case SubmitMultiResp:
		return new(MultiResp)
	case DataSM:
		return new(Data)
	case QuerySM:
		return new(Query)
	case QuerySMResp:
		return new(QueryResp)
	case CancelSM:
		return new(Cancel)
	case ReplaceSM:
		return new(Replace)
	case AlertNotification:
		return new(Alert)
	}
	return nil
}

// suits reports whether b is the type of body that the command has.
func suits(c Command, b Body) bool {
	switch b.(type) {
	case nil:
		return c.IsResponse() || c == Unbind || c == EnquireLink
	case *Bind:
		return c.isBind() || c == Outbind
	case *BindResp:
		return (c &^ responseBit).isBind() && c.IsResponse()
	case *Message:
		return c == SubmitSM || c == DeliverSM
	case *MessageResp:
		return c == SubmitSMResp || c == DeliverSMResp || c == DataSMResp
	case *Multi:
		return c == SubmitMulti
	case *MultiResp:
		return c == SubmitMultiResp
	case *Data:
		return c == DataSM
	case *Query:
		return c == QuerySM
	case *QueryResp:
		return c == QuerySMResp
	case *Cancel:
		return c == CancelSM
	case *Replace:
		return c == ReplaceSM
	case *Alert:
		return c == AlertNotification
	}
	return false
}

// Append writes p to the end of dst and returns the result. The error is an *Error, and then
// dst is returned as it was.
func Append(dst []byte, p PDU) ([]byte, error) {
	var w Writer
	return w.Append(dst, p)
}

// A Writer appends PDUs to buffers without allocating. The zero Writer is ready for use by one
// goroutine at a time.
type Writer struct{ codec codec }

// Append is like the function [Append].
func (w *Writer) Append(dst []byte, p PDU) ([]byte, error) {
	c := &w.codec
	*c = codec{command: p.Command, out: dst, start: len(dst)}
	c.out = append(c.out, 0, 0, 0, 0)
	c.out = binary.BigEndian.AppendUint32(c.out, uint32(p.Command))
	c.out = binary.BigEndian.AppendUint32(c.out, uint32(p.Status))
	c.out = binary.BigEndian.AppendUint32(c.out, p.Sequence)
	switch {
	case !suits(p.Command, p.Body):
		c.fail(fieldCommandID, 0, fmt.Sprintf("does not go with a %T", p.Body))
	case p.Body != nil:
		p.Body.code(c)
	}
	size := len(c.out) - c.start
	if size > MaxPDU {
		c.fail(fieldTLVs, 0, "make the PDU longer than 72 KiB")
	}
	out, err := c.out, c.err
	c.out, c.err = nil, nil
	if err != nil {
		err.Sequence = p.Sequence
		return dst, err
	}
	binary.BigEndian.PutUint32(out[len(dst):], uint32(size))
	return out, nil
}

// parse reads one PDU, whose octets are all in raw. The error is an *Error with the PDU's
// header. The PDU is then returned as far as it could be read.
func (c *codec) parse(raw string) (PDU, error) {
	p := PDU{Command: Command(be32(raw[4:])), Status: Status(be32(raw[8:])), Sequence: be32(raw[12:])}
	if !p.Command.known() {
		return p, &Error{
			Command: p.Command, Sequence: p.Sequence, Field: fieldCommandID, Offset: 4,
			Status: StatusInvalidCommand, Detail: "is unknown",
		}
	}
	if len(raw) == headerSize && p.Command.IsResponse() {
		return p, nil // an answer without a body. SMPP 3.4 §4.4.2 and others; met with StatusOK too
	}
	p.Body = newBody(p.Command)
	if p.Body == nil {
		return p, nil
	}
	*c = codec{command: p.Command, reading: true, in: raw[headerSize:]}
	p.Body.code(c)
	err := c.err
	c.in, c.err = "", nil
	if err != nil {
		err.Sequence = p.Sequence
		return p, err
	}
	return p, nil
}
