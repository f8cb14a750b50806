package repli_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli"
)

const base = "https://repli.example"

func TestTwoURLsAndAChainAreOneThingSeenTwice(t *testing.T) {
	bin := repli.SID("EH00000000000000000000000000000001")
	step := func(url string) repli.Step { return repli.Step{URL: url, Method: "POST"} }
	a, b, c, d := step("https://a.example"), step("https://b.example"), step("https://c.example"), step("https://d.example")
	get := func(s repli.Step) repli.Step { s.Method = "GET"; return s }
	edit := func(url, method *string) repli.HandlerEdit { return repli.HandlerEdit{URL: url, Method: method} }
	same := edit(nil, nil)
	type chain []repli.Step
	for _, tt := range []struct {
		shows             string
		steps             chain
		primary, fallback repli.HandlerEdit
		want              chain
		code              int
	}{
		{"nothing of nothing", nil, same, same, nil, 0},
		{"nothing changes", chain{a, b, c}, same, same, chain{a, b, c}, 0},
		{"a primary where there was none", nil, edit(&a.URL, nil), same, chain{a}, 0},
		{"both where there were none", nil, edit(&a.URL, nil), edit(&b.URL, new("GET")), chain{a, get(b)}, 0},
		{"a fallback behind a primary", chain{a}, same, edit(&b.URL, nil), chain{a, b}, 0},
		{"a longer chain survives a new primary", chain{a, b, c}, edit(&d.URL, nil), same, chain{d, b, c}, 0},
		{"a longer chain survives a new fallback", chain{a, b, c}, same, edit(&d.URL, nil), chain{a, d, c}, 0},
		{"a new URL keeps its method", chain{get(a), b}, edit(&d.URL, nil), same, chain{get(d), b}, 0},
		{"a method alone", chain{a, b}, same, edit(nil, new("GET")), chain{a, get(b)}, 0},
		{"an empty method is no method", chain{get(a)}, edit(nil, new("")), same, chain{get(a)}, 0},
		{"a method of nothing", nil, edit(nil, new("GET")), same, nil, 0},
		{"no fallback any more, and what followed it goes", chain{a, b, c}, same, edit(new(""), nil), chain{a}, 0},
		{"no handlers any more", chain{a, b, c}, edit(new(""), nil), edit(new(""), nil), nil, 0},
		{"no primary any more", chain{a}, edit(new(""), nil), same, nil, 0},
		{"a bin becomes a URL", chain{{Bin: bin}, b}, edit(&a.URL, nil), same, chain{a, b}, 0},
		{"a bin given back as it was shown", chain{{Bin: bin}, b}, edit(new(repli.BinURL(base, bin)), new("POST")), same, chain{{Bin: bin}, b}, 0},
		{"a bin has no method", chain{{Bin: bin}}, edit(nil, new("GET")), same, chain{{Bin: bin}}, 0},
		{"no primary, but a fallback", chain{a, b}, edit(new(""), nil), same, nil, 21406},
		{"a fallback for nothing", nil, same, edit(&b.URL, nil), nil, 21406},
		{"what is no URL", chain{a}, edit(new("a.example"), nil), same, nil, 21402},
		{"what is no fallback's URL", chain{a}, same, edit(new("ftp://b.example"), nil), nil, 21402},
		{"what is no method", chain{a}, edit(nil, new("PUT")), same, nil, 21403},
		{"what is no method, of a URL that goes", chain{a}, edit(new(""), new("put")), same, nil, 21403},
	} {
		t.Run(tt.shows, func(t *testing.T) {
			before := append(chain(nil), tt.steps...)
			got, err := repli.EditHandlers(tt.steps, base, tt.primary, tt.fallback)
			if repli.CodeOf(err) != tt.code {
				t.Errorf("got the error %v, want code %d", err, tt.code)
			}
			if diff := cmp.Diff(tt.want, chain(got)); diff != "" {
				t.Errorf("the steps (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(before, tt.steps); diff != "" {
				t.Errorf("the steps given were changed (-before +after):\n%s", diff)
			}
		})
	}
}

func TestStepsAreShownAsTwoURLs(t *testing.T) {
	for _, tt := range []struct {
		shows string
		steps []repli.Step
		want  repli.Handlers
	}{
		{"none", nil, repli.Handlers{Method: "POST", FallbackMethod: "POST"}},
		{"one", []repli.Step{{URL: "https://a.example", Method: "GET"}},
			repli.Handlers{URL: "https://a.example", Method: "GET", FallbackMethod: "POST"}},
		{"a bin behind it, and one that is not seen", []repli.Step{
			{URL: "https://a.example", Method: "POST"}, {Bin: "EH00000000000000000000000000000001"}, {URL: "https://c.example", Method: "GET"}},
			repli.Handlers{URL: "https://a.example", Method: "POST",
				FallbackURL: base + "/twiml/EH00000000000000000000000000000001", FallbackMethod: "POST"}},
	} {
		t.Run(tt.shows, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, repli.HandlersOf(tt.steps, base)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestOneOfNumberApplicationAndServiceAnswers(t *testing.T) {
	steps := func(of string) []repli.Step {
		return []repli.Step{{URL: "https://" + of + ".example", Method: "POST"}}
	}
	own, apps, services := steps("number"), steps("application"), steps("service")
	const a, m = repli.SID("AP00000000000000000000000000000001"), repli.SID("MG00000000000000000000000000000001")
	app, bareApp := &repli.Application{SID: a, Steps: apps}, &repli.Application{SID: a}
	service := func(steps []repli.Step, onNumber bool) *repli.Service {
		return &repli.Service{SID: m, Steps: steps, UseInboundWebhookOnNumber: onNumber}
	}
	off := repli.Answering{By: m, Disabled: true}
	by := func(who repli.SID, steps []repli.Step) repli.Answering { return repli.Answering{Steps: steps, By: who} }
	for _, tt := range []struct {
		shows   string
		app     *repli.Application
		service *repli.Service
		want    repli.Answering
	}{
		{"the number alone", nil, nil, by("", own)},
		{"an application", app, nil, by(a, apps)},
		{"an application that has no steps", bareApp, nil, by(a, nil)},
		{"a service with steps", nil, service(services, false), by(m, services)},
		{"a service with steps, and an application", app, service(services, false), by(m, services)},
		{"a service with steps, and an application without", bareApp, service(services, false), by(m, services)},
		{"a service that leaves it to the number", nil, service(services, true), by("", own)},
		{"a service that leaves it to the number, and its application", app, service(services, true), by(a, apps)},
		{"a service that leaves it to the number, and an application without steps", bareApp, service(services, true), by(a, nil)},
		{"a service without steps that leaves it to the number", nil, service(nil, true), by("", own)},
		{"a service without steps that leaves it to the number, and its application", app, service(nil, true), by(a, apps)},
		{"a service without steps that leaves it to the number, and an application without", bareApp, service(nil, true), by(a, nil)},
		{"a service without steps", nil, service(nil, false), off},
		{"a service without steps, and an application", app, service(nil, false), off},
		{"a service without steps, and an application without", bareApp, service(nil, false), off},
	} {
		t.Run(tt.shows, func(t *testing.T) {
			n := repli.Number{Chain: repli.Chain{Steps: own}}
			if diff := cmp.Diff(tt.want, n.Answering(tt.app, tt.service)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
