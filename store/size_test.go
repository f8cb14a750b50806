package store

import (
	"errors"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/repli-sms/repli"
)

// A list that is added to Change and that nobody measures could stop everybody's texts.
func TestAChangeThatIsTooLargeIsRefusedWhateverItHas(t *testing.T) {
	of := reflect.TypeFor[repli.Change]()
	for i := range of.NumField() {
		name := of.Field(i).Name
		for shows, c := range map[string]repli.Change{
			"rows":  changeOf(i, MaxChangeRows+1, "x"),
			"bytes": changeOf(i, 4, strings.Repeat("x", MaxChangeBytes/4+1)),
		} {
			rows, err := insertions(&c, time.Now())
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			statements, err := writes(&c, time.Now())
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			size := 0
			for _, w := range statements {
				size += sizeOf(w.args)
			}
			for _, row := range rows {
				size += sizeOf(row.values)
			}
			if shows == "bytes" && size <= MaxChangeBytes {
				if size > 1<<10 {
					t.Errorf("%s: of its text only %d bytes are measured", name, size)
				}
				continue // it writes nothing of a stranger's
			}
			if err := checkSize(rows, statements, MaxChangeRows); !errors.Is(err, ErrTooLarge) {
				t.Errorf("%s with too many %s: got error %v, want ErrTooLarge", name, shows, err)
			}
		}
	}
}

// changeOf returns a Change with n items in the list at an index, with this text in each of their fields.
func changeOf(list, n int, text string) repli.Change {
	var c repli.Change
	field := reflect.ValueOf(&c).Elem().Field(list)
	all := reflect.MakeSlice(field.Type(), n, n)
	for i := range n {
		fillWith(all.Index(i), text)
	}
	field.Set(all)
	for i := range c.Moves {
		c.Moves[i].From, c.Moves[i].To = repli.Queued, repli.Sent // or no message may make it
	}
	return c
}

// fillWith gives a value something other than zero in each of its fields.
func fillWith(v reflect.Value, text string) {
	switch v.Kind() {
	case reflect.String:
		if v.Type() == reflect.TypeFor[repli.SID]() {
			text = string(repli.NewSID(repli.MessagePrefix))
		}
		v.SetString(text)
	case reflect.Slice:
		one := reflect.MakeSlice(v.Type(), 1, 1)
		fillWith(one.Index(0), text)
		v.Set(one)
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				fillWith(v.Field(i), text)
			}
		}
	default:
		fill(v)
	}
}

// TestTheWriterNeverSeesAChangeThatIsTooLarge commits to a store that nobody runs: what were queued would
// wait for ever.
func TestTheWriterNeverSeesAChangeThatIsTooLarge(t *testing.T) {
	db, err := Open(t.Context(), Config{Path: filepath.Join(t.TempDir(), "repli.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	c := repli.Change{Alerts: make([]repli.Alert, MaxChangeRows+1)}
	for i := range c.Alerts {
		c.Alerts[i] = repli.Alert{SID: repli.NewSID(repli.AlertPrefix), Code: 11200, Created: time.Now()}
	}
	err = db.Commit(t.Context(), c)
	if !errors.Is(err, ErrTooLarge) || repli.CodeOf(err) != repli.CodeTooLarge {
		t.Errorf("got error %v, want ErrTooLarge with code %d", err, repli.CodeTooLarge)
	}
	if len(db.queue) > 0 {
		t.Error("it is queued")
	}
}
