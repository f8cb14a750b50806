package twiml_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli/twiml"
)

func TestAMessageKnowsWhereItsAttributesStand(t *testing.T) {
	m := twiml.Parse([]byte("<Response>\n  <Message from='+15550001000'\n  to='+15557770001'>Hi</Message></Response>")).Verbs[0].(*twiml.Message)
	got := map[string]string{}
	for _, attr := range []string{"from", "to", "action", ""} {
		line, column := m.At(attr)
		got[attr] = fmt.Sprintf("%d:%d", line, column)
	}
	if diff := cmp.Diff(map[string]string{"from": "2:12", "to": "3:3", "action": "2:3", "": "2:3"}, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestAMessageMadeByHandHasNoProblems(t *testing.T) {
	m := &twiml.Message{Body: "a plain text answer"}
	if got := m.Problems(); len(got) > 0 {
		t.Errorf("got %v", got)
	}
}

func TestAProblemReadsLikeACompilersLine(t *testing.T) {
	p := twiml.Parse([]byte("<response/>")).Failure()
	want := "1:1: error 12102: The root element is <response>. Write <Response>, with a capital R and the rest small."
	if p == nil || p.Error() != want {
		t.Errorf("got %v, want %s", p, want)
	}
}

func TestAFailedDocumentHasNoVerbs(t *testing.T) {
	doc := twiml.Parse([]byte("<Response version='3'><Message>Hi</Message></Response>"))
	if doc.Failure() == nil || len(doc.Verbs) > 0 {
		t.Errorf("got %v and %d verbs, want 12101 and none", doc.Failure(), len(doc.Verbs))
	}
}

func TestNotEveryProblemOfABadDocumentIsTold(t *testing.T) {
	doc := twiml.Parse([]byte("<Response>" + strings.Repeat("<Foo/>", 250) + "<Message>Hi</Message></Response>"))
	if got, want := len(doc.Problems), twiml.MaxProblems+1; got != want {
		t.Fatalf("got %d problems, want %d", got, want)
	}
	if last := doc.Problems[twiml.MaxProblems]; !strings.Contains(last.Message, "150 more") || last.Level != twiml.Warning {
		t.Errorf("the last problem is %v, want one that counts the other 150", last)
	}
	if len(doc.Verbs) != 1 {
		t.Errorf("got %d verbs, want 1: warnings do not stop a document", len(doc.Verbs))
	}
}

func TestAnErrorIsToldHoweverManyWarningsComeBefore(t *testing.T) {
	var attrs strings.Builder
	for i := range 250 {
		fmt.Fprintf(&attrs, " a%d=''", i)
	}
	doc := twiml.Parse([]byte("<Response" + attrs.String() + " version='3'/>"))
	if p := doc.Failure(); p == nil || p.Code != 12101 {
		t.Errorf("got %v, want 12101", p)
	}
	report := twiml.Check([]byte("<Response>" + strings.Repeat("<Foo/>", 250) + "<Redirect/></Response>"))
	if report.Valid || !slices.ContainsFunc(report.Problems, func(p twiml.Problem) bool { return p.Code == 11100 }) {
		t.Errorf("got valid %v and %d problems, none of them 11100", report.Valid, len(report.Problems))
	}
}

func TestTheGrammarIsACopy(t *testing.T) {
	for _, e := range twiml.Grammar() {
		e.Children = append(e.Children[:0], "Foo")
		for i := range e.Attributes {
			e.Attributes[i].Name = "foo"
		}
	}
	if doc := twiml.Parse([]byte("<Response><Message to='+15557770001'>Hi</Message></Response>")); len(doc.Problems) > 0 {
		t.Errorf("got %v", doc.Problems)
	}
}

func TestEveryChildInTheGrammarIsAnElementOfIt(t *testing.T) {
	known := map[string]bool{}
	for _, e := range twiml.Grammar() {
		known[e.Name] = true
	}
	for _, e := range twiml.Grammar() {
		for _, child := range e.Children {
			if !known[child] {
				t.Errorf("<%s> may hold <%s>, which is no element", e.Name, child)
			}
		}
	}
}

func TestAReportShowsWhatEachMessageSays(t *testing.T) {
	report := twiml.Check([]byte("<Response><Message>Hello {{Name}}<Media>/a</Media></Message>\n<Sms>x</Sms></Response>"))
	want := []twiml.MessageText{
		{Span: twiml.Span{Line: 1, Column: 11, Offset: 10, Length: 8}, Body: "Hello {{Name}}", Media: []string{"/a"}},
		{Span: twiml.Span{Line: 2, Column: 1, Offset: 61, Length: 4}, Body: "x"},
	}
	if diff := cmp.Diff(want, report.Messages); diff != "" || !report.Valid {
		t.Errorf("valid %v, -want +got:\n%s", report.Valid, diff)
	}
}

func BenchmarkParse(b *testing.B) {
	src := []byte(`<?xml version="1.0" encoding="UTF-8"?>
<Response>
  <Message to="+15557770001"><Body>Hello, your order is ready.</Body></Message>
</Response>`)
	for b.Loop() {
		if doc := twiml.Parse(src); len(doc.Verbs) != 1 {
			b.Fatal(doc.Problems)
		}
	}
}
