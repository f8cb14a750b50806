package replitest

import (
	"fmt"
	"strings"
)

// report says what came to the phone, and what became of the texts it sent.
func (p *Phone) report() string {
	var b strings.Builder
	b.WriteString("It got nothing else.\n")
	if len(p.unread) > 0 {
		b.Reset()
		b.WriteString("It got:\n")
	}
	for _, m := range p.unread {
		fmt.Fprintf(&b, "    %q from %s", m.Body, m.From)
		if len(m.Media) > 0 {
			fmt.Fprintf(&b, ", with %d media", len(m.Media))
		}
		b.WriteString("\n")
	}
	for _, text := range p.sent {
		b.WriteString(p.s.fate(text))
	}
	return b.String()
}

// An attempt as the API shows it.
type attempt struct {
	Step        string `json:"step"`
	Method      string `json:"method"`
	URL         string `json:"url"`
	Status      int    `json:"status"`
	ErrorCode   int    `json:"error_code"`
	ErrorDetail string `json:"error_detail"`
	Line        int    `json:"line"`
	Column      int    `json:"column"`
	Verdict     string `json:"verdict"`
}

// fate says what became of a text, with every try to get an answer to it.
func (s *Server) fate(text sent) string {
	var b strings.Builder
	fmt.Fprintf(&b, "The text %q to %s", text.body, text.to)
	var message struct {
		Answer     string `json:"answer"`
		AnsweredBy string `json:"answered_by"`
	}
	var tries struct {
		Attempts []attempt `json:"attempts"`
	}
	err := s.call("GET", "/repli/v1/messages/"+string(text.sid), nil, &message)
	if err == nil {
		err = s.call("GET", "/repli/v1/messages/"+string(text.sid)+"/attempts", nil, &tries)
	}
	switch {
	case err != nil:
		return fmt.Sprintf("%s cannot be looked up: %v\n", &b, err)
	case message.Answer == "pending":
		b.WriteString(" is still being answered; raise the phone's Patience if that may take longer.\n")
	case message.Answer == "silent":
		b.WriteString(" was answered with no text:\n")
	case message.AnsweredBy != "":
		fmt.Fprintf(&b, " was answered by the %s:\n", strings.ReplaceAll(message.AnsweredBy, "_", " "))
	default:
		fmt.Fprintf(&b, " is %s:\n", message.Answer)
	}
	for _, a := range tries.Attempts {
		fmt.Fprintf(&b, "    %s\n", a)
	}
	return b.String()
}

// String returns the attempt in one line.
func (a attempt) String() string {
	line := a.Step
	if a.URL != "" {
		line += " " + a.Method + " " + a.URL
	}
	if a.Status != 0 {
		line += fmt.Sprintf(": %d", a.Status)
	}
	if a.ErrorCode == 0 {
		return line + ": " + a.Verdict
	}
	line += fmt.Sprintf(": error %d", a.ErrorCode)
	if a.Line > 0 {
		line += fmt.Sprintf(" in line %d, column %d", a.Line, a.Column)
	}
	return line + ": " + a.ErrorDetail
}
