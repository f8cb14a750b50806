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
	app, bareApp := &repli.Application{Steps: apps}, &repli.Application{}
	service := func(steps []repli.Step, onNumber bool) *repli.Service {
		return &repli.Service{Steps: steps, UseInboundWebhookOnNumber: onNumber}
	}
	off := repli.Answering{Disabled: true}
	by := func(steps []repli.Step) repli.Answering { return repli.Answering{Steps: steps} }
	for _, tt := range []struct {
		shows   string
		app     *repli.Application
		service *repli.Service
		want    repli.Answering
	}{
		{"the number alone", nil, nil, by(own)},
		{"an application", app, nil, by(apps)},
		{"an application that has no steps", bareApp, nil, by(nil)},
		{"a service with steps", nil, service(services, false), by(services)},
		{"a service with steps, and an application", app, service(services, false), by(services)},
		{"a service with steps, and an application without", bareApp, service(services, false), by(services)},
		{"a service that leaves it to the number", nil, service(services, true), by(own)},
		{"a service that leaves it to the number, and its application", app, service(services, true), by(apps)},
		{"a service that leaves it to the number, and an application without steps", bareApp, service(services, true), by(nil)},
		{"a service without steps that leaves it to the number", nil, service(nil, true), by(own)},
		{"a service without steps that leaves it to the number, and its application", app, service(nil, true), by(apps)},
		{"a service without steps that leaves it to the number, and an application without", bareApp, service(nil, true), by(nil)},
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
