package repli_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli"
)

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
