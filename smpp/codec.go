package smpp

import (
	"encoding/binary"
	"strings"
)

// Sizes of addresses, their NUL included. SMPP 3.4 §5.2.8
const (
	shortAddress = 21
	longAddress  = 65 // data_sm and alert_notification
)

// A codec reads or writes a body by one list of fields: each body's code method names its fields
// in order, and the codec copies them between the struct and the octets. The first error ends it;
// later fields are skipped.
type codec struct {
	command Command
	reading bool
	in      string // reading: the octets behind the header
	out     []byte // writing: everything so far
	at      int    // reading: offset of the next octet in in
	start   int    // writing: where the PDU begins in out
	err     *Error
}

// fail records the first error, at an offset in the body (reading) or in out (writing).
func (c *codec) fail(field string, at int, detail string) {
	if c.err != nil {
		return
	}
	offset := at + headerSize
	if !c.reading {
		offset = len(c.out) - c.start
	}
	c.err = &Error{
		Command: c.command, Field: field, Offset: offset, Detail: detail,
		Status: statusOf(c.command, field),
	}
}

// short records that the PDU ends within a field of a fixed size.
func (c *codec) short(field string) {
	c.fail(field, c.at, "is missing")
	if !c.command.isBind() {
		c.err.Status = StatusInvalidCommandLength
	}
}

// octet codes a field of one octet.
func octet[T ~uint8](c *codec, field string, p *T) {
	switch {
	case c.err != nil:
	case !c.reading:
		c.out = append(c.out, byte(*p))
	case c.at >= len(c.in):
		c.short(field)
	default:
		*p = T(c.in[c.at])
		c.at++
	}
}

// cstring codes a string that ends in NUL and takes up to most octets including it. In a response
// the end of the PDU may replace the NUL, because a response cannot be refused.
func (c *codec) cstring(field string, p *string, most int) {
	if c.err != nil {
		return
	}
	if !c.reading {
		c.putCString(field, *p, most)
		return
	}
	rest := c.in[c.at:]
	end := strings.IndexByte(rest[:min(len(rest), most)], 0)
	switch {
	case end >= 0:
		*p = rest[:end]
		c.at += end + 1
	case len(rest) >= most:
		c.fail(field, c.at, "is too long")
	case c.command.IsResponse():
		*p = rest
		c.at = len(c.in)
	case rest == "":
		c.short(field)
	default:
		c.fail(field, c.at, "has no end")
	}
}

func (c *codec) putCString(field, s string, most int) {
	switch {
	case len(s) >= most:
		c.fail(field, 0, "is too long")
	case strings.IndexByte(s, 0) >= 0:
		c.fail(field, 0, "contains NUL")
	default:
		c.out = append(c.out, s...)
		c.out = append(c.out, 0)
	}
}

// address codes a type of number, a numbering plan and an address of up to most octets.
func (c *codec) address(field string, a *Address, most int) {
	octet(c, field, &a.TON)
	octet(c, field, &a.NPI)
	c.cstring(field, &a.Addr, most)
}

// maxShortMessage is the highest sm_length. SMPP 3.4 §5.2.21
const maxShortMessage = 254

// shortMessage codes sm_length and short_message. A length of 255 is read too.
func (c *codec) shortMessage(p *string) {
	if !c.reading {
		if len(*p) > maxShortMessage {
			c.fail(fieldShortMessage, 0, "is longer than 254 octets")
			return
		}
		c.out = append(append(c.out, byte(len(*p))), *p...)
		return
	}
	var length uint8
	octet(c, "sm_length", &length)
	switch {
	case c.err != nil:
	case int(length) > len(c.in)-c.at:
		c.fail("sm_length", c.at-1, "is more than the PDU has left")
	default:
		*p = c.in[c.at : c.at+int(length)]
		c.at += int(length)
	}
}

// count codes the number of entries that follow; when writing it is n.
func (c *codec) count(field string, n int) int {
	count := uint8(min(n, 255))
	octet(c, field, &count)
	if c.err == nil && count > 254 {
		c.fail(field, c.at-1, "is more than 254")
	}
	if c.err != nil {
		return 0
	}
	return int(count)
}

// status codes a field of four octets.
func (c *codec) status(field string, p *Status) {
	switch {
	case c.err != nil:
	case !c.reading:
		c.out = binary.BigEndian.AppendUint32(c.out, uint32(*p))
	case len(c.in)-c.at < 4:
		c.short(field)
	default:
		*p = Status(be32(c.in[c.at:]))
		c.at += 4
	}
}

// tlvs codes the optional parameters, which must end at the end of the PDU. Some peers count the
// short message's NUL in command_length but not in sm_length, so one NUL before the parameters is
// skipped if they cannot be parsed otherwise.
func (c *codec) tlvs(p *TLVs) {
	if c.err != nil {
		return
	}
	if !c.reading {
		if bad := p.wellFormed(); bad != len(*p) {
			c.fail(fieldTLVs, 0, "are no TLVs")
			return
		}
		c.out = append(c.out, *p...)
		return
	}
	rest := TLVs(c.in[c.at:])
	bad := rest.wellFormed()
	switch {
	case bad == len(rest):
		*p = rest
	case rest[0] == 0 && rest[1:].wellFormed() == len(rest)-1:
		*p = rest[1:]
	case c.wrapped(rest):
		c.fail("sm_length", c.at, "is 256 octets short of the text")
	default:
		c.fail(fieldTLVs, c.at+bad, "run past the end of the PDU")
	}
	c.at = len(c.in)
}

// wrapped reports whether rest begins with the tail of a short message whose length was truncated
// to one octet: Perl's Net::SMPP 1.19 announces 300 octets as 44. Octets that do not parse as
// TLVs but do so after skipping a multiple of 256 octets are such a tail.
func (c *codec) wrapped(rest TLVs) bool {
	switch c.command {
	case SubmitSM, DeliverSM, SubmitMulti, ReplaceSM:
	default:
		return false
	}
	for len(rest) >= 256 {
		rest = rest[256:]
		if rest.wellFormed() == len(rest) {
			return true
		}
	}
	return false
}

func be32(s string) uint32 {
	return uint32(s[0])<<24 | uint32(s[1])<<16 | uint32(s[2])<<8 | uint32(s[3])
}
