package store

import (
	"reflect"
	"testing"
	"time"

	"github.com/repli-sms/repli"
)

// A list that is added to Change and forgotten here would never be written.
func TestEveryListOfAChangeIsWritten(t *testing.T) {
	of := reflect.TypeFor[repli.Change]()
	for i := range of.NumField() {
		list := of.Field(i)
		var c repli.Change
		all := reflect.MakeSlice(list.Type, 1, 1)
		fill(all.Index(0))
		reflect.ValueOf(&c).Elem().Field(i).Set(all)
		for j := range c.Moves {
			c.Moves[j].From, c.Moves[j].To = repli.Queued, repli.Sent // or no message may make it
		}
		rows, err := insertions(&c, time.Now())
		if err != nil {
			t.Errorf("%s: %v", list.Name, err)
		}
		statements, err := writes(&c, time.Now())
		if err != nil {
			t.Errorf("%s: %v", list.Name, err)
		}
		if len(rows)+len(statements) == 0 {
			t.Errorf("%s: nothing is written", list.Name)
		}
	}
}

// fill gives a value something other than zero in each of its fields.
func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString("x")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(1)
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				fill(v.Field(i))
			}
		}
	}
}
