package webhook

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/repli-sms/repli/quote"
)

var (
	errTooLong  = errors.New("body is too long")
	errEncoding = errors.New("body cannot be decoded")
)

// readBody reads a body up to limit bytes, decompressing gzip. The error is errTooLong, wraps
// errEncoding, or comes from the connection. Its cost is bounded by limit, whatever a gzip stream
// expands to.
func (c *Client) readBody(resp *http.Response, limit int64) ([]byte, error) {
	switch encoding := strings.ToLower(resp.Header.Get("Content-Encoding")); encoding {
	case "", "identity":
		return readUpTo(resp.Body, limit, resp.ContentLength)
	case "gzip", "x-gzip":
		return c.readGzip(resp.Body, limit)
	default:
		body, err := readUpTo(resp.Body, limit, resp.ContentLength)
		if err == nil && len(body) > 0 {
			err = fmt.Errorf("%w: its Content-Encoding is %q, only gzip was asked for", errEncoding, quote.Place(encoding))
		}
		return body, err
	}
}

// readUpTo reads r up to limit bytes. expected is the length, or negative if it is unknown.
func readUpTo(r io.Reader, limit, expected int64) ([]byte, error) {
	var b bytes.Buffer
	if expected > 0 {
		b.Grow(int(min(expected, limit)) + bytes.MinRead)
	}
	_, err := b.ReadFrom(io.LimitReader(r, limit+1))
	if int64(b.Len()) > limit {
		return b.Bytes()[:limit], errTooLong
	}
	return b.Bytes(), err
}

// readGzip reads up to limit bytes from a gzip stream, consuming hardly more than twice that much
// input.
func (c *Client) readGzip(r io.Reader, limit int64) ([]byte, error) {
	wire := &source{r: r, left: 2*limit + 4096}
	var first [1]byte
	if _, err := io.ReadFull(wire, first[:]); err != nil {
		return nil, wire.err // an empty body needs no gzip header
	}
	in := io.MultiReader(bytes.NewReader(first[:]), wire)
	z, _ := c.gunzip.Get().(*gzip.Reader)
	if z == nil {
		z = new(gzip.Reader)
	}
	defer c.gunzip.Put(z)
	var body []byte
	err := z.Reset(in)
	if err == nil {
		body, err = readUpTo(z, limit, -1)
	}
	switch {
	case errors.Is(err, errTooLong), wire.left <= 0:
		return body, errTooLong
	case wire.err != nil:
		return body, wire.err
	case err != nil:
		return body, fmt.Errorf("%w: it is not valid gzip: %w", errEncoding, err)
	default:
		return body, nil
	}
}

// A source is a bounded reader that records the error of the connection, unless the body ended
// normally.
type source struct {
	r    io.Reader
	left int64
	err  error
}

func (s *source) Read(p []byte) (int, error) {
	if s.left <= 0 {
		return 0, io.EOF
	}
	n, err := s.r.Read(p[:min(int64(len(p)), s.left)])
	s.left -= int64(n)
	if err != nil && err != io.EOF {
		s.err = err
	}
	return n, err
}
