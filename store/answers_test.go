package store_test

import (
	"testing"

	"github.com/repli-sms/repli/store"
)

func TestCountsOfAnswersAreAddedOneByOne(t *testing.T) {
	a := store.Answers{Primary: 1, Fallback: 2, LastResort: 3, Unanswered: 4}
	b := store.Answers{Primary: 10, Fallback: 20, LastResort: 30, Unanswered: 40}
	sum := a.Plus(b)
	if want := (store.Answers{Primary: 11, Fallback: 22, LastResort: 33, Unanswered: 44}); sum != want {
		t.Errorf("%+v plus %+v: got %+v, want %+v", a, b, sum, want)
	}
	if sum.All() != 110 {
		t.Errorf("All of %+v: got %d, want 110", sum, sum.All())
	}
}
