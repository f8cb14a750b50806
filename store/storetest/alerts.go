package storetest

import (
	"testing"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
)

var alertTests = map[string]func(*testing.T, *store.DB){
	"they are found by level and time": running(alertFilter),
}

func alertFilter(t *testing.T, db *store.DB) {
	at := func(minutes int) time.Time { return noon.Add(time.Duration(minutes) * time.Minute) }
	var kept []repli.Alert // a warning, an error, and so on
	for i := range 4 {
		a := anAlert("")
		a.Code, a.Created = []int{12200, 11217}[i%2], at(i)
		kept = append(kept, a)
	}
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
		{"none that late", store.AlertFilter{From: at(4)}, nil},
	} {
		got, err := db.Alerts(t.Context(), account, row.filter, everything)
		same(t, row.shows, found(t, got, err), row.want)
	}
}
