package outbound

import (
	"cmp"
	"context"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/sms"
	"github.com/repli-sms/repli/webhook"
)

// draftContent sets the text and the media.
func draftContent(_ context.Context, d *draft) error {
	in := d.Draft
	switch {
	case in.ContentSID != "":
		return repli.Errorf(21655, "Repli keeps no content templates, so there is no ContentSid %.64q; send a Body", in.ContentSID)
	case in.Variables != "":
		return repli.Errorf(21654, "ContentVariables belong to a ContentSid, and Repli keeps no content templates; send a Body")
	case in.Body == "" && len(in.Media) == 0:
		return repli.Errorf(21602, "The message says nothing: Body and MediaUrl are missing")
	case len(in.Media) > repli.MaxMedia:
		return repli.Errorf(21623, "A message has at most %d MediaUrl; this one has %d", repli.MaxMedia, len(in.Media))
	}
	d.msg.Body = in.Body
	if in.SmartEncoded != nil && *in.SmartEncoded || in.SmartEncoded == nil && d.service.SmartEncoding {
		d.msg.Body = sms.SmartEncode(in.Body)
	}
	if d.msg.Body == "" && len(in.Media) == 0 {
		return repli.Errorf(21602, "The message says nothing: smart encoding leaves nothing of the Body %.40q", in.Body)
	}
	if n := sms.Characters(d.msg.Body); n > repli.MaxBody {
		return repli.Errorf(21617, "Body has %d characters, and at most %d can be sent", n, repli.MaxBody)
	}
	for _, raw := range in.Media {
		if reason := repli.BadURL(raw); reason != "" {
			return repli.Errorf(21620, "The MediaUrl %.80q %s", raw, reason)
		}
		d.msg.Media = append(d.msg.Media, repli.Attachment{URL: raw})
	}
	if len(d.msg.Media) > 0 {
		d.msg.SID = d.msg.SID.Key().SID(repli.MMSPrefix)
	}
	d.msg.Segments = sms.Measure(d.msg.Body).Segments
	return nil
}

// draftCallback sets the status callback: that of the message, else of the application, else of
// the service.
//
// twilio: messaging/guides/track-outbound-message-status
func (e *Engine) draftCallback(ctx context.Context, d *draft) error {
	url := d.StatusCallback
	if err := webhook.CheckParameter("StatusCallback", url, 21609); err != nil {
		return err
	}
	if d.Application != "" {
		app, err := e.applicationNamed(ctx, d.msg.Account, d.Application)
		if err != nil {
			return err
		}
		url = cmp.Or(url, app.MessageStatusCallback, app.SMSStatusCallback)
	}
	if url = cmp.Or(url, d.service.StatusCallback); url != "" {
		d.msg.Callback = repli.Callback{URL: url, Method: "POST"}
	}
	return nil
}

// applicationNamed returns the application that a parameter names, or error 21218.
func (e *Engine) applicationNamed(ctx context.Context, account repli.SID, name string) (repli.Application, error) {
	sid, err := repli.ParseSID(name, repli.AppPrefix)
	if err != nil {
		return repli.Application{}, repli.Errorf(21218, "%.64q is no SID of an application, which is AP followed by 32 hex digits", name)
	}
	app, err := e.db.Application(ctx, sid)
	if repli.IsNotFound(err) || err == nil && app.Account != account {
		return repli.Application{}, repli.Errorf(21218, "The account %s has no application %s", account, sid)
	}
	return app, err
}

// draftTerms sets the validity period and the retention.
func draftTerms(_ context.Context, d *draft) error {
	longest := int(repli.Validity / time.Second)
	switch in := d.Draft; {
	case in.Validity != nil && (*in.Validity < 1 || *in.Validity > longest):
		return repli.Errorf(21624, "ValidityPeriod must lie between 1 and %d seconds; it is %d", longest, *in.Validity)
	case in.ContentRetention != nil && *in.ContentRetention != "retain" && *in.ContentRetention != "discard":
		return repli.Errorf(30029, "ContentRetention must be retain or discard, not %.64q", *in.ContentRetention)
	case in.AddressRetention != nil && *in.AddressRetention != "retain" && *in.AddressRetention != "obfuscate":
		return repli.Errorf(30030, "AddressRetention must be retain or obfuscate, not %.64q", *in.AddressRetention)
	}
	d.msg.Validity = cmp.Or(d.service.Validity, repli.Validity)
	if d.Validity != nil {
		d.msg.Validity = time.Duration(*d.Validity) * time.Second
	}
	d.msg.Retention.DiscardContent = d.ContentRetention != nil && *d.ContentRetention == "discard"
	d.msg.Retention.ObfuscateAddress = d.AddressRetention != nil && *d.AddressRetention == "obfuscate"
	return nil
}

// The earliest and latest time of a scheduled message, from now.
//
// twilio: api/errors/35114
const (
	soonest = 300 * time.Second
	latest  = 35 * 24 * time.Hour
)

// draftSchedule sets the time of a scheduled message. Its validity begins then.
//
// twilio: messaging/features/message-scheduling
func draftSchedule(_ context.Context, d *draft) error {
	in := d.Draft
	switch {
	case in.ScheduleType == "" && in.SendAt == nil:
		return nil
	case in.ScheduleType == "":
		return repli.Errorf(20422, "SendAt is set and ScheduleType is not: it must be fixed")
	case in.ScheduleType != "fixed":
		return repli.Errorf(20422, "ScheduleType must be fixed, not %.64q", in.ScheduleType)
	case in.SendAt == nil:
		return repli.Errorf(35111, "ScheduleType is fixed and SendAt is missing")
	case d.msg.Service == "":
		return repli.Errorf(35118, "Only a messaging service can send later: MessagingServiceSid is missing")
	}
	wait := in.SendAt.Sub(d.msg.Created)
	if wait < soonest || wait > latest {
		return repli.Errorf(35114, "SendAt must lie between %v and %d days from now; %s does not",
			soonest, int(latest.Hours()/24), in.SendAt.Format(time.RFC3339))
	}
	d.msg.State, d.msg.Due = repli.Scheduled, *in.SendAt
	d.msg.Validity += wait
	return nil
}
