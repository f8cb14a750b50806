package endpoint_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/endpoint"
)

func TestAMessageHasTwiliosShape(t *testing.T) {
	at := time.Date(2023, 8, 4, 5, 1, 45, 123456000, time.FixedZone("CEST", 7200))
	inbound := repli.Message{
		SID: "MM1", Account: "AC1", Direction: repli.Inbound, From: "+15557770001", To: "+15550001000", Body: "<hi> & 🍰",
		Segments: 2, Media: []repli.Attachment{{}, {}}, State: repli.Pending, Created: at, Updated: at.Add(time.Second),
	}
	outbound := repli.Message{
		SID: "SM2", Account: "AC1", Service: "MG1", Direction: repli.OutboundReply, From: "Repli", To: "+15557770001",
		Segments: 1, State: repli.Undelivered, ErrorCode: 30003, Created: at, Updated: at,
	}
	uri := "/2010-04-01/Accounts/AC1/Messages/"
	for _, tt := range []struct {
		shows string
		m     repli.Message
		want  map[string]any
	}{
		{"an inbound message with media", inbound, map[string]any{
			"account_sid": "AC1", "api_version": "2010-04-01", "body": "<hi> & 🍰",
			"date_created": "Fri, 04 Aug 2023 03:01:45 +0000", "date_sent": "Fri, 04 Aug 2023 03:01:45 +0000",
			"date_updated": "Fri, 04 Aug 2023 03:01:46 +0000", "direction": "inbound", "error_code": nil, "error_message": nil,
			"from": "+15557770001", "messaging_service_sid": nil, "num_media": "2", "num_segments": "2", "price": nil,
			"price_unit": nil, "sid": "MM1", "status": "received",
			"subresource_uris": map[string]any{"media": uri + "MM1/Media.json"}, "to": "+15550001000", "uri": uri + "MM1.json",
		}},
		{"an outbound message that was never sent", outbound, map[string]any{
			"account_sid": "AC1", "api_version": "2010-04-01", "body": "",
			"date_created": "Fri, 04 Aug 2023 03:01:45 +0000", "date_sent": nil,
			"date_updated": "Fri, 04 Aug 2023 03:01:45 +0000", "direction": "outbound-reply", "error_code": 30003.0,
			"error_message": "Handset unreachable", "from": "Repli", "messaging_service_sid": "MG1", "num_media": "0",
			"num_segments": "1", "price": nil, "price_unit": nil, "sid": "SM2", "status": "undelivered",
			"subresource_uris": map[string]any{"media": uri + "SM2/Media.json", "feedback": uri + "SM2/Feedback.json"}, "to": "+15557770001", "uri": uri + "SM2.json",
		}},
	} {
		t.Run(tt.shows, func(t *testing.T) {
			b, err := json.Marshal(endpoint.MessageOf(tt.m))
			if err != nil {
				t.Fatal(err)
			}
			var got map[string]any
			if err := json.Unmarshal(b, &got); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}
