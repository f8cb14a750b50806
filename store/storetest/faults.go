package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
)

var faultTests = map[string]func(*testing.T, *store.DB){
	"faults and maintenances read as they were written": running(onPurposeRead),
	"two texts do not both meet the last of a fault":    running(lastStrike),
	"a fault ends once":     running(faultEndsOnce),
	"what is over is found": running(overFound),
	"a maintenance takes the place of another, ends once": running(maintenanceEndsOnce),
	"a deleted number has neither":                        running(deletedNumberMends),
	"a saying is not said again too soon":                 running(sayings),
}

func aFault() repli.Fault {
	return repli.Fault{
		SID: "FA0000000000000000000000000000001d", Account: account, Number: shop, NumberSID: aNumber().SID, Kind: repli.FaultDrip,
		Messages: 2, Struck: 3, Began: noon,
	}
}

func aMaintenance() repli.Maintenance {
	return repli.Maintenance{
		Account: account, Number: shop, NumberSID: aNumber().SID, Until: noon.Add(time.Hour), English: "Back soon.", French: "Bientôt.", Began: noon,
	}
}

func onPurposeRead(t *testing.T, db *store.DB) {
	timed := aFault()
	timed.SID, timed.Messages, timed.Ends = repli.NewSID(repli.FaultPrefix), 0, noon.Add(time.Minute)
	elsewhere := aFault()
	elsewhere.SID, elsewhere.Number, elsewhere.NumberSID = repli.NewSID(repli.FaultPrefix), "+15550009999", repli.NewSID(repli.NumberPrefix)
	want := aMaintenance()
	must(t, db, repli.Change{Faults: []repli.Fault{aFault(), timed, elsewhere}, Maintenances: []repli.Maintenance{want}})
	got, err := db.Faults(t.Context(), aNumber().SID)
	same(t, "faults of a number, oldest first", found(t, got, err), []repli.Fault{aFault(), timed})
	none, err := db.Maintenance(t.Context(), elsewhere.NumberSID)
	same(t, "the maintenance of a number in none", found(t, none, err), repli.Maintenance{})
	m, err := db.Maintenance(t.Context(), aNumber().SID)
	same(t, "the maintenance of a number", found(t, m, err), want)
}

func lastStrike(t *testing.T, db *store.DB) {
	f := aFault()
	must(t, db, repli.Change{Faults: []repli.Fault{f}})
	must(t, db, f.Strike(noon))
	conflicts(t, db, f.Strike(noon)) // decided on the fault as it was before
	f.Messages, f.Struck = 1, 4
	got, err := db.Faults(t.Context(), aNumber().SID)
	same(t, "after one text", found(t, got, err), []repli.Fault{f})
	first, second := text("first"), text("second")
	must(t, db, repli.Change{New: []repli.Message{first}}.Merge(f.Strike(noon)))
	conflicts(t, db, repli.Change{New: []repli.Message{second}}.Merge(f.Strike(noon)))
	got, err = db.Faults(t.Context(), aNumber().SID)
	same(t, "after the last text", found(t, got, err), nil)
	events, err := db.Events(t.Context(), account, everything)
	if len(found(t, events, err)) != 1 || events[0].Kind != repli.FaultEnded || events[0].Texts != 5 {
		t.Errorf("events: got %+v, want one of the end, after 5 texts", events)
	}
	if _, err := db.Message(t.Context(), second.SID); !repli.IsNotFound(err) {
		t.Errorf("the text that met nothing: got error %v, want 20404", err)
	}
}

func faultEndsOnce(t *testing.T, db *store.DB) {
	f := aFault()
	f.Messages, f.Ends = 0, noon.Add(time.Minute)
	must(t, db, repli.Change{Faults: []repli.Fault{f}})
	must(t, db, f.Strike(noon))
	f.Struck++
	got, err := db.Faults(t.Context(), aNumber().SID)
	same(t, "a fault that time bounds, after a text", found(t, got, err), []repli.Fault{f})
	must(t, db, f.End(noon, "it was taken away"))
	conflicts(t, db, f.End(noon, "its time is up"))
	conflicts(t, db, f.Strike(noon))
}

func overFound(t *testing.T, db *store.DB) {
	over := aFault()
	over.Messages, over.Ends = 0, noon.Add(time.Minute)
	yet := over
	yet.SID, yet.Ends = repli.NewSID(repli.FaultPrefix), noon.Add(time.Minute+time.Microsecond)
	counted := aFault()
	counted.SID = repli.NewSID(repli.FaultPrefix)
	m := aMaintenance()
	must(t, db, repli.Change{Faults: []repli.Fault{over, yet, counted}, Maintenances: []repli.Maintenance{m}})
	got, err := db.FaultsOver(t.Context(), over.Ends)
	same(t, "faults that are over", found(t, got, err), []repli.Fault{over})
	before, err := db.MaintenancesOver(t.Context(), m.Until.Add(-time.Microsecond))
	same(t, "maintenances that are over too soon", found(t, before, err), nil)
	after, err := db.MaintenancesOver(t.Context(), m.Until)
	same(t, "maintenances that are over", found(t, after, err), []repli.Maintenance{m})
}

func maintenanceEndsOnce(t *testing.T, db *store.DB) {
	first, second := aMaintenance(), aMaintenance()
	second.Until, second.English, second.French = noon.Add(2*time.Hour), "", ""
	must(t, db, repli.Change{Maintenances: []repli.Maintenance{first}})
	must(t, db, repli.Change{Maintenances: []repli.Maintenance{second}})
	got, err := db.Maintenance(t.Context(), aNumber().SID)
	same(t, "the maintenance", found(t, got, err), second)
	conflicts(t, db, first.End(noon))
	must(t, db, second.End(noon))
	conflicts(t, db, second.End(noon))
	got, err = db.Maintenance(t.Context(), aNumber().SID)
	same(t, "the maintenance once it has ended", found(t, got, err), repli.Maintenance{})
}

func deletedNumberMends(t *testing.T, db *store.DB) {
	n, f := aNumber(), aFault()
	configure(t, db, func(ctx context.Context, tx *store.Tx) error { return tx.AddNumber(ctx, n) })
	must(t, db, repli.Change{Faults: []repli.Fault{f}, Maintenances: []repli.Maintenance{aMaintenance()}})
	if got, err := db.Faults(t.Context(), aNumber().SID); len(found(t, got, err)) != 1 {
		t.Fatalf("faults: got %v, want one", got)
	}
	configure(t, db, func(ctx context.Context, tx *store.Tx) error { return tx.DeleteNumber(ctx, n.SID) })
	got, err := db.Faults(t.Context(), aNumber().SID)
	same(t, "faults of a deleted number", found(t, got, err), nil)
	m, err := db.Maintenance(t.Context(), aNumber().SID)
	same(t, "maintenance of a deleted number", found(t, m, err), repli.Maintenance{})
}

func sayings(t *testing.T, db *store.DB) {
	at := func(after time.Duration, body string) repli.Saying {
		m := reply(text("hi"), body)
		m.Created = noon.Add(after)
		return repli.SayingOf(m, time.Hour)
	}
	said := func(s repli.Saying, want bool) {
		t.Helper()
		if got, err := db.Said(t.Context(), s); found(t, got, err) != want {
			t.Errorf("Said at %v: got %v, want %v", s.Said, got, want)
		}
	}
	first := at(0, "Back soon.")
	said(first, false)
	must(t, db, repli.Change{Sayings: []repli.Saying{first}})
	said(at(time.Hour-1, "Back soon."), true)
	conflicts(t, db, repli.Change{Sayings: []repli.Saying{at(time.Hour-time.Microsecond, "Back soon.")}})
	said(at(time.Minute, "Please call us."), false)
	elsewhere := at(time.Minute, "Back soon.")
	elsewhere.Phone = "+15557770002"
	said(elsewhere, false)
	said(at(time.Hour, "Back soon."), false)
	must(t, db, repli.Change{Sayings: []repli.Saying{at(time.Hour, "Back soon.")}})
	said(at(2*time.Hour-time.Microsecond, "Back soon."), true)
	if _, err := db.Forget(t.Context(), noon, noon.Add(time.Hour+repli.MaxRepeatAfter), 10); err != nil {
		t.Fatal(err)
	}
	said(at(2*time.Hour-time.Microsecond, "Back soon."), false)
}
