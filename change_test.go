package repli

import (
	"reflect"
	"testing"
)

// A list that is added to Change and forgotten in Merge would be lost without a word.
func TestMergeCoversEveryList(t *testing.T) {
	of := reflect.TypeFor[Change]()
	for i := range of.NumField() {
		list := of.Field(i)
		if list.Type.Kind() != reflect.Slice {
			t.Fatalf("%s is a %s; Merge and the store know lists only", list.Name, list.Type)
		}
		var one, two Change
		reflect.ValueOf(&one).Elem().Field(i).Set(reflect.MakeSlice(list.Type, 1, 1))
		reflect.ValueOf(&two).Elem().Field(i).Set(reflect.MakeSlice(list.Type, 2, 2))
		merged := reflect.ValueOf(one.Merge(two))
		for j := range of.NumField() {
			want := 0
			if j == i {
				want = 3
			}
			if got := merged.Field(j).Len(); got != want {
				t.Errorf("1 and 2 %s, merged, are %d %s, want %d", list.Name, got, of.Field(j).Name, want)
			}
		}
	}
}
