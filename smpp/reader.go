package smpp

import (
	"encoding/binary"
	"errors"
	"io"
)

// bufferSize is how many octets a Reader asks for at a time: about a hundred PDUs.
const bufferSize = 16 << 10

// A Reader reads PDUs from a stream; one read of the stream may return several or part of one. It
// buffers 16 KiB, or as many octets as the PDU being read has.
type Reader struct {
	src        io.Reader
	buf        []byte
	start, end int    // of what has been read from src and not yet returned
	count      uint64 // of PDUs returned
	codec      codec
}

// NewReader returns a Reader of the stream.
func NewReader(src io.Reader) *Reader { return &Reader{src: src, buf: make([]byte, bufferSize)} }

// Read returns the next PDU. The error is one of these:
//
//   - io.EOF at the end of the stream, io.ErrUnexpectedEOF within a PDU, or the stream's own.
//   - An *Error whose Fatal method returns true: the stream's octets are no PDU. No allocation
//     is made for it.
//   - Any other *Error: the PDU is malformed and is returned as far as it was read, its header
//     at least. The next one can be read.
func (r *Reader) Read() (PDU, error) {
	if err := r.fill(headerSize); err != nil {
		return PDU{}, err
	}
	header := r.buf[r.start : r.start+headerSize]
	length := binary.BigEndian.Uint32(header)
	if length < headerSize || length > MaxPDU {
		// SMPP 3.4 §5.1.3: the start of the next PDU cannot be found. An HTTP request is read as
		// a length of 1.2 GB.
		return PDU{}, &Error{
			Command: Command(binary.BigEndian.Uint32(header[4:])), Field: fieldCommandLength,
			Status: StatusInvalidCommandLength, Detail: "is not between 16 and 73728",
		}
	}
	if err := r.fill(int(length)); err != nil {
		return PDU{}, err
	}
	raw := string(r.buf[r.start : r.start+int(length)])
	r.start += int(length)
	r.count++
	return r.codec.parse(raw)
}

// Partial reports whether the stream has given the beginning of a PDU and not yet its end.
func (r *Reader) Partial() bool { return r.end > r.start }

// fill reads until at least n octets are there.
func (r *Reader) fill(n int) error {
	if r.end-r.start >= n {
		return nil
	}
	r.makeRoom(n)
	for r.end-r.start < n {
		got, err := r.src.Read(r.buf[r.end:])
		r.end += got
		switch {
		case r.end-r.start >= n:
		case errors.Is(err, io.EOF) && r.Partial():
			return io.ErrUnexpectedEOF
		case err != nil:
			return err
		}
	}
	return nil
}

// makeRoom moves what is there to the front of a buffer that holds n octets.
func (r *Reader) makeRoom(n int) {
	old := r.buf
	if size := max(n, bufferSize); len(r.buf) != size {
		r.buf = make([]byte, size)
	}
	r.end = copy(r.buf, old[r.start:r.end])
	r.start = 0
}
