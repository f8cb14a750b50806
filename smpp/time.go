package smpp

import (
	"fmt"
	"time"
)

// ParseTime reads a time as schedule_delivery_time and validity_period have it:
// YYMMDDhhmmsstnnp, where t is a tenth of a second, nn quarter hours from UTC and p their sign,
// or R for a duration from now on. SMPP 3.4 §7.1.1. An empty s is the zero time.
func ParseTime(s string, now time.Time) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	if len(s) != 16 || !allDigits(s[:15]) {
		return time.Time{}, fmt.Errorf("%.20q is no SMPP time: it is not 15 digits and one of + - R", s)
	}
	pair := func(i int) int { return int(s[i]-'0')*10 + int(s[i+1]-'0') }
	year, month, day := pair(0), pair(2), pair(4)
	hour, minute, second, tenth := pair(6), pair(8), pair(10), int(s[12]-'0')
	offset := time.Duration(pair(13)) * 15 * time.Minute
	rest := time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute +
		time.Duration(second)*time.Second + time.Duration(tenth)*100*time.Millisecond
	switch s[15] {
	case 'R': // §7.1.1.2
		return now.AddDate(year, month, day).Add(rest), nil
	case '+':
		offset = -offset
	case '-':
	default:
		return time.Time{}, fmt.Errorf("%q is no SMPP time: it ends in none of + - R", s)
	}
	date := time.Date(2000+year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	if date.Day() != day || int(date.Month()) != month || hour > 23 || minute > 59 || second > 59 || offset.Abs() > 12*time.Hour {
		return time.Time{}, fmt.Errorf("%q is no SMPP time: there is no such time", s)
	}
	return date.Add(rest + offset), nil
}

// FormatTime writes a time as SMPP has it, in UTC. SMPP 3.4 §7.1.1.1
func FormatTime(t time.Time) string {
	t = t.UTC()
	return t.Format("060102150405") + string('0'+rune(t.Nanosecond()/1e8)) + "00+"
}

// FormatDuration formats a validity period relative to the SMSC's clock, so that differing clocks
// do not matter: to the second, up to 99 days. SMPP 3.4 §7.1.1.2
func FormatDuration(d time.Duration) string {
	d = min(max(d, 0), 99*24*time.Hour).Truncate(time.Second)
	days := int(d / (24 * time.Hour))
	d %= 24 * time.Hour
	return fmt.Sprintf("0000%02d%02d%02d%02d000R", days, int(d.Hours()), int(d.Minutes())%60, int(d.Seconds())%60)
}

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}
