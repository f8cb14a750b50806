package store_test

import (
	"testing"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
	"github.com/repli-sms/repli/store/storetest"
)

// TestWhatAnEarlyStoreKeptOfANumberIsStillOfIt fills the store of an early build, whose faults,
// maintenances, drills and rehearsals named their number by its address.
func TestWhatAnEarlyStoreKeptOfANumberIsStillOfIt(t *testing.T) {
	const address, gone = "+15550002000", "+15559990000" // the second has been deleted since
	path := storetest.Early(t)
	early := raw(t, path)
	for _, number := range []string{address, gone} {
		of := `(SELECT account FROM numbers LIMIT 1)`
		for _, statement := range []string{
			`INSERT INTO faults VALUES (randomblob(16), ` + of + `, $1, 'hang', 0, 4102444800000000, 3, 1)`,
			`INSERT INTO maintenances VALUES ($1, ` + of + `, 4102444800000000, 'Back at noon.', 'De retour à midi.', 1)`,
			`INSERT INTO drills VALUES (randomblob(16), ` + of + `, $1, 'passed', '[]', 1, '[]', '', '', 1, 2)`,
			`INSERT INTO rehearsals VALUES (randomblob(16), ` + of + `, $1, 'on demand', 1, '{}', 1)`,
		} {
			if _, err := early.ExecContext(t.Context(), statement, number); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := early.Close(); err != nil {
		t.Fatal(err)
	}

	db, err := store.Open(t.Context(), store.Config{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	n, err := db.NumberByAddress(t.Context(), address)
	if err != nil || n.Country != "" || n.Kind() != "number" {
		t.Fatalf("the number is %+v, error %v", n, err)
	}
	faults, err := db.Faults(t.Context(), n.SID)
	if err != nil || len(faults) != 1 || faults[0].NumberSID != n.SID || faults[0].Number != address || faults[0].Struck != 3 {
		t.Errorf("its faults are %+v, error %v; want the one it had", faults, err)
	}
	m, err := db.Maintenance(t.Context(), n.SID)
	if err != nil || m.NumberSID != n.SID || m.Number != address || m.English != "Back at noon." {
		t.Errorf("its maintenance is %+v, error %v; want the one it had", m, err)
	}
	if all, err := db.MaintenancesOf(t.Context(), n.Account, time.Now()); err != nil || len(all) != 1 {
		t.Errorf("%d maintenances, error %v; want none of the number that is gone", len(all), err)
	}
	drills, err := db.Drills(t.Context(), n.Account, store.Page{Limit: 10})
	if err != nil || len(drills) != 2 {
		t.Fatalf("%d drills, error %v; want also that of the number that is gone", len(drills), err)
	}
	for _, d := range drills {
		if want := map[string]repli.SID{address: n.SID, gone: ""}[d.Number]; d.NumberSID != want {
			t.Errorf("the drill of %s is one of %q, want %q", d.Number, d.NumberSID, want)
		}
	}
	if all, err := db.Rehearsals(t.Context(), n.SID, store.Page{Limit: 10}); err != nil || len(all) != 1 || all[0].NumberSID != n.SID {
		t.Errorf("its rehearsals are %+v, error %v; want the one it had", all, err)
	}
}
