package storetest

import (
	"testing"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
)

var alertTests = map[string]func(*testing.T, *store.DB){
	"they are found by level and time": running(alertFilter),
	"they are grouped by code":         running(alertGroups),
}

func alertFilter(t *testing.T, db *store.DB) {
	at := func(minutes int) time.Time { return noon.Add(time.Duration(minutes) * time.Minute) }
	var kept []repli.Alert // a warning, an error, and so on
	for i := range 4 {
		a := anAlert("")
		a.Code, a.Created = []int{12200, 11217}[i%2], at(i)
		kept = append(kept, a)
	}
	kept[3].Fault = repli.FaultStatus500
	must(t, db, repli.Change{Alerts: kept})
	for _, row := range []struct {
		shows  string
		filter store.AlertFilter
		want   []repli.Alert
	}{
		{"all of them", store.AlertFilter{}, []repli.Alert{kept[3], kept[2], kept[1], kept[0]}},
		{"errors", store.AlertFilter{Level: repli.LevelError}, []repli.Alert{kept[3], kept[1]}},
		{"warnings", store.AlertFilter{Level: repli.LevelWarning}, []repli.Alert{kept[2], kept[0]}},
		{"a level none has", store.AlertFilter{Level: "debug"}, nil},
		{"from a moment on", store.AlertFilter{From: at(2)}, []repli.Alert{kept[3], kept[2]}},
		{"up to a moment", store.AlertFilter{To: at(1)}, []repli.Alert{kept[1], kept[0]}},
		{"between two", store.AlertFilter{From: at(1), To: at(2)}, []repli.Alert{kept[2], kept[1]}},
		{"errors between two", store.AlertFilter{Level: repli.LevelError, From: at(1), To: at(2)}, []repli.Alert{kept[1]}},
		{"errors that no fault on purpose made", store.AlertFilter{Level: repli.LevelError, Real: true}, []repli.Alert{kept[1]}},
		{"none that late", store.AlertFilter{From: at(4)}, nil},
	} {
		got, err := db.Alerts(t.Context(), account, row.filter, everything)
		same(t, row.shows, found(t, got, err), row.want)
	}
}

func alertGroups(t *testing.T, db *store.DB) {
	at := func(minutes int) time.Time { return noon.Add(time.Duration(minutes) * time.Minute) }
	const other = "+15550009000"
	var kept []repli.Alert
	for i, code := range []int{12200, 11217, 12200, 11217, 11217} {
		a := anAlert("")
		a.Code, a.Created = code, at(i)
		if i == 4 {
			a.Number = other
		}
		if i == 3 {
			a.Fault = repli.FaultStatus500
		}
		kept = append(kept, a)
	}
	must(t, db, repli.Change{Alerts: kept})
	mine := kept[0].Number
	for _, row := range []struct {
		shows, number string
		want          []store.AlertGroup
	}{
		{"of all numbers, by code", "", []store.AlertGroup{
			{Code: 11217, Count: 2, OnPurpose: 1, First: at(1), Last: at(4)}, {Code: 12200, Count: 2, First: at(0), Last: at(2)},
		}},
		{"of one", mine, []store.AlertGroup{
			{Code: 11217, Count: 1, OnPurpose: 1, First: at(1), Last: at(3)}, {Code: 12200, Count: 2, First: at(0), Last: at(2)},
		}},
		{"of the other one", other, []store.AlertGroup{{Code: 11217, Count: 1, First: at(4), Last: at(4)}}},
		{"of one without alerts", "+15550009001", nil},
	} {
		got, err := db.AlertGroups(t.Context(), account, row.number)
		same(t, row.shows, found(t, got, err), row.want)
	}
	alertsWithCode(t, db, kept)
}

func alertsWithCode(t *testing.T, db *store.DB, kept []repli.Alert) {
	for _, row := range []struct {
		shows, number string
		code          int
		want          []repli.Alert
	}{
		{"of a code", "", 11217, []repli.Alert{kept[4], kept[3], kept[1]}},
		{"of a code and a number", kept[0].Number, 11217, []repli.Alert{kept[3], kept[1]}},
		{"of a code nobody has met", "", 11200, nil},
	} {
		got, err := db.AlertsWithCode(t.Context(), account, row.code, row.number, everything)
		same(t, row.shows, found(t, got, err), row.want)
	}
	second, err := db.AlertsWithCode(t.Context(), account, 11217, "", store.Page{Limit: 1, Before: kept[4].SID})
	same(t, "the next page of a code", found(t, second, err), []repli.Alert{kept[3]})
}
