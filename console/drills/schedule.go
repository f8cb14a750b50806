package drills

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/console/frame"
)

// A scheduleForm is what somebody types to have numbers drilled by themselves.
type scheduleForm struct {
	Who     string // all, some or nobody
	Numbers string // with a comma between them
	Every   string // hours
	At      string // UTC
	Next    time.Time
}

func scheduleFormOf(s repli.Schedule) scheduleForm {
	f := scheduleForm{
		Who: "some", Numbers: strings.Join(s.Numbers, ", "), At: s.At, Next: s.Next(s.Ran),
		Every: strconv.FormatFloat(s.Every.Hours(), 'f', -1, 64),
	}
	switch {
	case s.All:
		f.Who = "all"
	case s.IsOff():
		f.Who = "nobody"
	}
	return f
}

// setSchedule keeps when which numbers are drilled.
func (s *Server) setSchedule(v *frame.Visit) (frame.Answer, error) {
	f := scheduleForm{Who: v.Field("who"), Numbers: v.Field("numbers"), Every: v.Field("every"), At: v.Field("at")}
	wanted, err := readSchedule(f)
	if err == nil {
		_, err = s.Edit.SetSchedule(v.Context(), v.Account, wanted)
	}
	if repli.CodeOf(err) == repli.CodeInvalid {
		return s.drillsAgain(v, func(p *listPage) {
			p.Schedule, p.Problems = f, frame.Problems{"schedule": frame.Sentence(err)}
		}, http.StatusUnprocessableEntity)
	}
	return frame.GoTo(frame.Root+"/drills", "drills.scheduled"), err
}

// readSchedule returns the schedule that was typed, or error 20422.
func readSchedule(f scheduleForm) (repli.Schedule, error) {
	wanted := repli.DefaultSchedule("")
	hours, err := strconv.ParseFloat(f.Every, 64)
	if err != nil || !(hours >= 0 && hours <= 2*repli.MaxEvery.Hours()) {
		return wanted, repli.Errorf(20422, "%.64q is no number of hours from %.2f to %.0f", f.Every, repli.MinEvery.Hours(), repli.MaxEvery.Hours())
	}
	wanted.Every, wanted.At, wanted.All = time.Duration(hours*float64(time.Hour)), f.At, f.Who == "all"
	if f.Who != "some" {
		return wanted, nil
	}
	for _, typed := range strings.FieldsFunc(f.Numbers, func(r rune) bool { return r == ',' || r == ';' || r == '\n' }) {
		if typed = strings.TrimSpace(typed); typed != "" {
			wanted.Numbers = append(wanted.Numbers, typed)
		}
	}
	return wanted, nil
}
