package faults

import "github.com/repli-sms/repli"

// A Kind is a way to fail as a person chooses it: keys of its name, and of a sentence.
type Kind struct {
	Kind      repli.FaultKind
	Name, Why string
}

// Kinds lists them in the order in which drills look at them.
func Kinds() []Kind {
	return []Kind{
		{"refused", "faults.kind_refused", "faults.why_refused"},
		{"dns", "faults.kind_dns", "faults.why_dns"},
		{"connect_timeout", "faults.kind_connect_timeout", "faults.why_connect_timeout"},
		{"tls", "faults.kind_tls", "faults.why_tls"},
		{"timeout", "faults.kind_timeout", "faults.why_timeout"},
		{"reset", "faults.kind_reset", "faults.why_reset"},
		{"drip", "faults.kind_drip", "faults.why_drip"},
		{"status_500", "faults.kind_status_500", "faults.why_status_500"},
		{"status_404", "faults.kind_status_404", "faults.why_status_404"},
		{"redirect_loop", "faults.kind_redirect_loop", "faults.why_redirect_loop"},
		{"no_type", "faults.kind_no_type", "faults.why_no_type"},
		{"wrong_type", "faults.kind_wrong_type", "faults.why_wrong_type"},
		{"oversize", "faults.kind_oversize", "faults.why_oversize"},
		{"malformed", "faults.kind_malformed", "faults.why_malformed"},
		{"lowercase_root", "faults.kind_lowercase_root", "faults.why_lowercase_root"},
		{"empty", "faults.kind_empty", "faults.why_empty"},
		{"plain_error", "faults.kind_plain_error", "faults.why_plain_error"},
		{"half_answer", "faults.kind_half_answer", "faults.why_half_answer"},
		{"maintenance_page", "faults.kind_maintenance_page", "faults.why_maintenance_page"},
	}
}

// NameOf returns the key of a kind's name.
func NameOf(kind repli.FaultKind) string {
	for _, k := range Kinds() {
		if k.Kind == kind {
			return k.Name
		}
	}
	return ""
}
