package repli

// An Answering says who answers the texts to a number.
type Answering struct {
	Steps    []Step
	By       SID  // the application or the service that answers in the number's place, or ""
	Disabled bool // texts are not received at all
}

// Answering returns whose steps answer: the service's, unless it leaves that to its numbers;
// else the application's, and else the number's own. A service that has no steps and leaves it
// to nobody has switched receiving off. The last resort and the limit of time are always the
// number's. app and service are those the number names, nil where it names none.
//
// twilio: messaging/api/service-resource, UseInboundWebhookOnNumber and InboundRequestUrl
func (n Number) Answering(app *Application, service *Service) Answering {
	switch {
	case service != nil && !service.UseInboundWebhookOnNumber:
		return Answering{Steps: service.Steps, By: service.SID, Disabled: len(service.Steps) == 0}
	case app != nil:
		return Answering{Steps: app.Steps, By: app.SID}
	default:
		return Answering{Steps: n.Chain.Steps}
	}
}
