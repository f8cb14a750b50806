package rest

import (
	"cmp"
	"context"
	"time"

	"github.com/repli-sms/repli"
)

// draftTerms reads how long a message may wait, and what is to be forgotten afterwards.
func draftTerms(_ context.Context, d *draft) error {
	longest := int(repli.Validity / time.Second)
	switch in := d.in; {
	case in.Validity != nil && (*in.Validity < 1 || *in.Validity > longest):
		return repli.Errorf(21624, "ValidityPeriod must lie between 1 and %d seconds; it is %d", longest, *in.Validity)
	case in.Content != nil && *in.Content != "retain" && *in.Content != "discard":
		return repli.Errorf(30029, "ContentRetention must be retain or discard, not %.64q", *in.Content)
	case in.Address != nil && *in.Address != "retain" && *in.Address != "obfuscate":
		return repli.Errorf(30030, "AddressRetention must be retain or obfuscate, not %.64q", *in.Address)
	}
	d.msg.Validity = cmp.Or(d.service.Validity, repli.Validity)
	if d.in.Validity != nil {
		d.msg.Validity = time.Duration(*d.in.Validity) * time.Second
	}
	d.msg.Retention.DiscardContent = d.in.Content != nil && *d.in.Content == "discard"
	d.msg.Retention.ObfuscateAddress = d.in.Address != nil && *d.in.Address == "obfuscate"
	return nil
}

// How soon and how late a message may be scheduled.
//
// twilio: api/errors/35114
const (
	soonest = 300 * time.Second
	latest  = 35 * 24 * time.Hour
)

// draftSchedule reads when it is to be sent, if not now. Its validity begins then.
//
// twilio: messaging/features/message-scheduling
func draftSchedule(_ context.Context, d *draft) error {
	in := d.in
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
	d.msg.State, d.msg.Due = repli.Scheduled, in.SendAt.Time
	d.msg.Validity += wait
	return nil
}
