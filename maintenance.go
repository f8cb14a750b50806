package repli

import (
	"cmp"
	"fmt"
	"time"
)

// A Maintenance is a planned period in which the primary of a number is not asked: its fallback
// or a stored text answers. It says nothing about the primary's health, so the number does not
// count as being on its fallback.
type Maintenance struct {
	Account   SID
	Number    string // our number's address
	NumberSID SID
	Until     time.Time
	English   string // the texts that answer; if both are "", the fallback does
	French    string
	Began     time.Time
}

// MaxMaintenance is the maximum duration of a maintenance, so that the fallback does not become
// permanent.
const MaxMaintenance = 30 * 24 * time.Hour

// Check returns an error if a maintenance that begins now is invalid: 21617 for the length of a
// text, 20422 for the rest.
func (m Maintenance) Check(now time.Time) error {
	if !m.Until.After(now) {
		return Errorf(20422, "until must lie in the future, and %s does not", m.Until.UTC().Format(time.RFC3339))
	}
	if m.Until.After(now.Add(MaxMaintenance)) {
		return Errorf(20422, "until must lie within %d days; %s does not", MaxMaintenance/(24*time.Hour), m.Until.UTC().Format(time.RFC3339))
	}
	if err := checkText("text in English", m.English); err != nil {
		return err
	}
	return checkText("text in French", m.French)
}

// IsOn reports whether the maintenance is in progress.
func (m Maintenance) IsOn(now time.Time) bool { return now.Before(m.Until) }

// Text returns the text that answers in a language, or in the other language if there is none. ""
// means that the fallback answers.
func (m Maintenance) Text(language string) string {
	if language == French {
		return cmp.Or(m.French, m.English)
	}
	return cmp.Or(m.English, m.French)
}

// Begin returns the Change that starts the maintenance and replaces the previous one, was, which
// is zero if there is none.
func (m Maintenance) Begin(now time.Time, was Maintenance) Change {
	if was.IsOn(now) {
		m.Began = was.Began
		return Change{Maintenances: []Maintenance{m}}
	}
	c := m.says(MaintenanceBegan, now, fmt.Sprintf(
		"%s is in maintenance until %s: its primary is not asked", m.Number, m.Until.UTC().Format(time.RFC3339)))
	c.Maintenances = []Maintenance{m}
	if !was.Until.IsZero() { // it had expired, which was not reported yet
		c.Events = append(was.End(now).Events, c.Events...)
	}
	return c
}

// End returns the Change that ends the maintenance.
func (m Maintenance) End(now time.Time) Change {
	c := m.says(MaintenanceEnded, now, fmt.Sprintf("%s is no longer in maintenance: its primary is asked again", m.Number))
	c.MaintenanceEnds = []Maintenance{m}
	return c
}

func (m Maintenance) says(kind EventKind, now time.Time, sentence string) Change {
	return Change{Events: []Event{{
		SID: NewSID(EventPrefix), Account: m.Account, Kind: kind, Number: m.Number, Sentence: sentence, Since: m.Began, Created: now,
	}}}
}
