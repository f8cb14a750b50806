package sms_test

import (
	"testing"

	"github.com/repli-sms/repli/sms"
)

func TestFormatWritesNumbersAsPeopleDo(t *testing.T) {
	for number, want := range map[string]string{
		"+15550001000":  "(555) 000-1000",
		"+447700900123": "+44 7700 900123",
		"+33612345678":  "+33 6 12 34 56 78",
		"12345":         "12345",
		"Repli":         "Repli",
	} {
		if got := sms.Format(number); got != want {
			t.Errorf("Format(%q) = %q, want %q", number, got, want)
		}
	}
}
