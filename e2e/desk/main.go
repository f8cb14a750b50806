// Command desk is a help desk as a customer would write it for Twilio: it knows nothing of Repli,
// and takes its credentials from the environment. It does what desk.js does.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"

	"github.com/twilio/twilio-go"
	api "github.com/twilio/twilio-go/rest/api/v2010"
	messaging "github.com/twilio/twilio-go/rest/messaging/v1"
	monitor "github.com/twilio/twilio-go/rest/monitor/v1"
)

const notes = 120

func main() {
	if err := run(os.Args[1], os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(what string, args []string) (err error) {
	client := twilio.NewRestClient()
	var learned map[string]any
	switch what {
	case "open":
		learned, err = open(client, args[0], args[1], args[2], args[3])
	case "review":
		learned, err = review(client, args[0], args[1], args[2])
	}
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(learned)
}

func open(client *twilio.RestClient, primary, fallback, phone, person string) (map[string]any, error) {
	number, err := buy(client, primary, fallback)
	if err != nil {
		return nil, err
	}
	var note *api.ApiV2010Message
	for i := 1; i <= notes; i++ {
		params := (&api.CreateMessageParams{}).SetFrom(*number.PhoneNumber).SetTo(phone).SetBody(fmt.Sprint("Note ", i))
		if note, err = client.Api.CreateMessage(params); err != nil {
			return nil, err
		}
	}
	service, err := client.MessagingV1.CreateService((&messaging.CreateServiceParams{}).SetFriendlyName("Desk").SetUseInboundWebhookOnNumber(true))
	if err != nil {
		return nil, err
	}
	if _, err := client.MessagingV1.CreatePhoneNumber(*service.Sid, (&messaging.CreatePhoneNumberParams{}).SetPhoneNumberSid(*number.Sid)); err != nil {
		return nil, err
	}
	in, err := client.MessagingV1.ListPhoneNumber(*service.Sid, &messaging.ListPhoneNumberParams{})
	if err != nil {
		return nil, err
	}
	var members []string
	for _, m := range in {
		members = append(members, *m.PhoneNumber)
	}
	message, err := client.Api.CreateMessage((&api.CreateMessageParams{}).SetMessagingServiceSid(*service.Sid).SetTo(person).SetBody("Hello, this is the desk."))
	if err != nil {
		return nil, err
	}
	return map[string]any{
		"number": *number.PhoneNumber, "primary": *number.SmsUrl, "fallback": *number.SmsFallbackUrl,
		"note": *note.Body + " is " + *note.Status, "members": members,
		"message": *message.Sid, "service": *message.MessagingServiceSid == *service.Sid, "status": *message.Status,
	}, nil
}

// buy gets a number that is answered by these URLs.
func buy(client *twilio.RestClient, primary, fallback string) (*api.ApiV2010IncomingPhoneNumber, error) {
	offered, err := client.Api.ListAvailablePhoneNumberLocal("US", (&api.ListAvailablePhoneNumberLocalParams{}).SetAreaCode(510).SetLimit(1))
	if err != nil {
		return nil, err
	}
	if len(offered) == 0 {
		return nil, errors.New("no number is offered")
	}
	number, err := client.Api.CreateIncomingPhoneNumber((&api.CreateIncomingPhoneNumberParams{}).SetPhoneNumber(*offered[0].PhoneNumber).SetSmsUrl(primary))
	if err != nil {
		return nil, err
	}
	return client.Api.UpdateIncomingPhoneNumber(*number.Sid, (&api.UpdateIncomingPhoneNumberParams{}).SetSmsFallbackUrl(fallback))
}

func review(client *twilio.RestClient, number, phone, message string) (map[string]any, error) {
	query := (&api.ListMessageParams{}).SetFrom(number).SetTo(phone).SetPageSize(50)
	listed, err := client.Api.ListMessage(query)
	if err != nil {
		return nil, err
	}
	some, failed := client.Api.StreamMessage(query)
	var streamed []api.ApiV2010Message
	for m := range some {
		streamed = append(streamed, m)
	}
	if err := <-failed; err != nil {
		return nil, err
	}
	alerts, err := client.MonitorV1.PageAlert((&monitor.ListAlertParams{}).SetPageSize(1), "", "")
	if err != nil {
		return nil, err
	}
	onward, err := url.Parse(*alerts.Meta.NextPageUrl)
	if err != nil {
		return nil, err
	}
	told, err := client.MonitorV1.ListAlert((&monitor.ListAlertParams{}).SetLogLevel("error").SetPageSize(1))
	if err != nil {
		return nil, err
	}
	var codes []string
	for _, a := range told {
		codes = append(codes, *a.ErrorCode)
	}
	sent, err := client.Api.FetchMessage(message, &api.FetchMessageParams{})
	if err != nil {
		return nil, err
	}
	return map[string]any{
		"listed": bodies(listed), "streamed": bodies(streamed),
		"onward": onward.Scheme + "://" + onward.Host, "alerts": codes, "sender": *sent.From,
	}, nil
}

// bodies are the first and the last of a list, and how many there are.
func bodies(list []api.ApiV2010Message) string {
	return fmt.Sprintf("%d, %s, %s", len(list), *list[0].Body, *list[len(list)-1].Body)
}
