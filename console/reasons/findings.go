package reasons

import "github.com/repli-sms/repli"

// failing are the keys of how a primary fails.
func failing() map[repli.FaultKind]string {
	return map[repli.FaultKind]string{
		repli.FaultRefused:        "reasons.fails_refused",
		repli.FaultDNS:            "reasons.fails_dns",
		repli.FaultConnectTimeout: "reasons.fails_connect_timeout",
		repli.FaultTLS:            "reasons.fails_tls",
		repli.FaultTimeout:        "reasons.fails_timeout",
		repli.FaultReset:          "reasons.fails_reset",
		repli.FaultDrip:           "reasons.fails_drip",
		repli.FaultStatus500:      "reasons.fails_status_500",
		repli.FaultStatus404:      "reasons.fails_status_404",
		repli.FaultRedirectLoop:   "reasons.fails_redirect_loop",
		repli.FaultNoType:         "reasons.fails_no_type",
		repli.FaultWrongType:      "reasons.fails_wrong_type",
		repli.FaultOversize:       "reasons.fails_oversize",
		repli.FaultMalformed:      "reasons.fails_malformed",
		repli.FaultLowercaseRoot:  "reasons.fails_lowercase_root",
		repli.FaultEmpty:          "reasons.fails_empty",

		repli.FaultPlainError:      "reasons.fails_plain_error",
		repli.FaultHalfAnswer:      "reasons.fails_half_answer",
		repli.FaultMaintenancePage: "reasons.fails_maintenance_page",
	}
}

// whys are the keys of why a fallback did not answer.
func whys() map[repli.FindingKind]string {
	return map[repli.FindingKind]string{
		repli.NobodyAsked:    "reasons.why_nobody_asked",
		repli.NoFallback:     "reasons.why_no_fallback",
		repli.PrimaryAnswers: "reasons.why_primary_answers",
		repli.PlainTexted:    "reasons.why_plain_texted",
		repli.MessageDropped: "reasons.why_message_dropped",
		repli.SharedHost:     "reasons.why_shared_host",
		repli.LeadsToHost:    "reasons.why_leads_to_host",
		repli.OutOfTime:      "reasons.why_out_of_time",
		repli.HandlerFails:   "reasons.why_handler_fails",
		repli.NothingVisible: "reasons.why_nothing_visible",
		repli.NoMessage:      "reasons.why_no_message",
	}
}

// fixes are the keys of what to do about that.
func fixes() map[repli.FindingKind]string {
	return map[repli.FindingKind]string{
		repli.NobodyAsked:    "reasons.fix_nobody_asked",
		repli.NoFallback:     "reasons.fix_no_fallback",
		repli.OnlyLastResort: "reasons.fix_no_fallback",
		repli.PrimaryAnswers: "reasons.fix_primary_answers",
		repli.PlainTexted:    "reasons.fix_plain_texted",
		repli.MessageDropped: "reasons.fix_message_dropped",
		repli.SharedHost:     "reasons.fix_shared_host",
		repli.LeadsToHost:    "reasons.fix_leads_to_host",
		repli.OutOfTime:      "reasons.fix_out_of_time",
		repli.HandlerFails:   "reasons.fix_handler_fails",
		repli.NothingVisible: "reasons.fix_nothing_visible",
		repli.NoMessage:      "reasons.fix_no_message",
	}
}

// covers are the keys of why a number has its grade.
func covers() map[repli.FindingKind]string {
	return map[repli.FindingKind]string{
		repli.NobodyAsked:       "reasons.covered_nobody_asked",
		repli.NoFallback:        "reasons.covered_no_fallback",
		repli.OnlyLastResort:    "reasons.covered_only_last_resort",
		repli.SharedHost:        "reasons.covered_shared_host",
		repli.SharedAddress:     "reasons.covered_shared_address",
		repli.SharedCertificate: "reasons.covered_shared_certificate",
		repli.NeverDrilled:      "reasons.covered_never_drilled",
		repli.HandlersChanged:   "reasons.covered_handlers_changed",
	}
}
