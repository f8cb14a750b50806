package console

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/repli-sms/repli"
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
func (s *Server) setSchedule(v *visit) (answer, error) {
	f := scheduleForm{Who: v.field("who"), Numbers: v.field("numbers"), Every: v.field("every"), At: v.field("at")}
	wanted, err := readSchedule(f)
	if err == nil {
		_, err = s.edit.SetSchedule(v.Context(), v.account, wanted)
	}
	if repli.CodeOf(err) == repli.CodeInvalid {
		return s.drillsAgain(v, func(p *drillsPage) {
			p.Schedule, p.Problems = f, problems{"schedule": sentence(err)}
		}, http.StatusUnprocessableEntity)
	}
	return goTo(Root+"/drills", "drills.scheduled"), err
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
