package native

import (
	"context"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/endpoint"
	"github.com/repli-sms/repli/sms"
	"github.com/repli-sms/repli/twiml"
)

// problem is something wrong with TwiML.
type problem struct {
	Line    int         `json:"line"`
	Column  int         `json:"column"` // in characters, from 1
	Code    int         `json:"code"`
	Level   twiml.Level `json:"level"`
	Message string      `json:"message"`
}

func showProblem(p twiml.Problem) problem {
	return problem{p.Line, p.Column, p.Code, p.Level, p.Message}
}

// checkReport is what a check found, and what each message of the document would cost.
type checkReport struct {
	Valid    bool       `json:"valid"`
	Label    string     `json:"label"`
	Problems []problem  `json:"problems"`
	Messages []textCost `json:"messages"`
}

// textCost is a text and what sending it takes. Placeholders count as they stand.
type textCost struct {
	Body     string       `json:"body"`
	Encoding sms.Encoding `json:"encoding"`
	Segments int          `json:"segments"`
	Units    int          `json:"units"`
}

func cost(m twiml.MessageText) textCost {
	t := sms.Measure(m.Body)
	return textCost{m.Body, t.Encoding, t.Segments, t.Units}
}

func (s *Server) checkTwiML(_ context.Context, _ repli.Account, in struct {
	TwiML string `body:"text"`
}) (checkReport, error) {
	if n := len(in.TwiML); n > repli.MaxDocument {
		return checkReport{}, repli.Errorf(11750, "The document has %d bytes; a handler's answer may have %d", n, repli.MaxDocument)
	}
	report := twiml.Check([]byte(in.TwiML))
	return checkReport{report.Valid, report.Label, endpoint.Each(report.Problems, showProblem), endpoint.Each(report.Messages, cost)}, nil
}
