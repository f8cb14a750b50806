package native

import (
	"context"
	"strings"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/endpoint"
)

// attempt is one try to get an answer. Times of phases are in milliseconds, to the
// microsecond; 0 means that the phase did not happen.
type attempt struct {
	Step           string        `json:"step"`
	Try            int           `json:"try"`
	URL            string        `json:"url"`
	Method         string        `json:"method"`
	Started        time.Time     `json:"started"`
	DNS            float64       `json:"dns_ms"`
	Connect        float64       `json:"connect_ms"`
	TLS            float64       `json:"tls_ms"`
	Wait           float64       `json:"wait_ms"`
	Total          float64       `json:"total_ms"`
	RequestHeaders repli.Header  `json:"request_headers"`
	RequestBody    string        `json:"request_body"`
	Status         *int          `json:"status"` // null when no answer came
	Headers        repli.Header  `json:"headers"`
	Body           string        `json:"body"`      // bytes that are no UTF-8 stand as U+FFFD
	Cut            int           `json:"cut_bytes"` // of the headers and bodies, which are not kept
	ErrorCode      *int          `json:"error_code"`
	ErrorDetail    string        `json:"error_detail"`
	Line           *int          `json:"line"`
	Column         *int          `json:"column"`
	Verdict        repli.Verdict `json:"verdict"`
}

func showAttempt(a repli.Attempt) attempt {
	return attempt{
		Step: a.Step, Try: a.Try, URL: a.URL, Method: a.Method, Started: a.Started,
		DNS: milliseconds(a.DNS), Connect: milliseconds(a.Connect), TLS: milliseconds(a.TLS),
		Wait: milliseconds(a.Wait), Total: milliseconds(a.Total),
		RequestHeaders: header(a.RequestHeaders), RequestBody: a.RequestBody,
		Status: endpoint.Maybe(a.Status), Headers: header(a.Headers), Body: strings.ToValidUTF8(string(a.Body), "\uFFFD"),
		ErrorCode: endpoint.Maybe(a.ErrorCode), ErrorDetail: a.ErrorDetail, Line: endpoint.Maybe(a.Line), Column: endpoint.Maybe(a.Column),
		Verdict: a.Verdict, Cut: a.Cut,
	}
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// header returns h, or an empty header for none, which JSON would write as null.
func header(h repli.Header) repli.Header {
	if h == nil {
		return repli.Header{}
	}
	return h
}

type attemptList struct {
	Attempts []attempt `json:"attempts"`
	Next     *string   `json:"next"`
}

// listAttempts returns the tries in the order in which they were made.
func (s *Server) listAttempts(ctx context.Context, acct repli.Account, in struct {
	aMessage
	paging
}) (attemptList, error) {
	m, err := s.message(ctx, acct, in.SID)
	if err != nil {
		return attemptList{}, err
	}
	return s.attempts(ctx, m.SID, in.paging, "/messages/"+string(m.SID)+"/attempts")
}

// attempts returns a page of the tries to answer a message, oldest first. path is the list's.
func (s *Server) attempts(ctx context.Context, message repli.SID, p paging, path string) (attemptList, error) {
	page, err := p.read(repli.AttemptPrefix)
	if err != nil {
		return attemptList{}, err
	}
	page.Before, page.After = "", page.Before
	found, err := s.DB.Attempts(ctx, message, page)
	if err != nil {
		return attemptList{}, err
	}
	found, next := cut(s, page, found, path, nil, func(a repli.Attempt) string { return string(a.SID) })
	return attemptList{endpoint.Each(found, showAttempt), next}, nil
}
