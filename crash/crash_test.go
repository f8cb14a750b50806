package crash

import (
	"os"
	"strconv"
	"testing"
	"time"
)

// TestEveryAcknowledgedTextHasOneAnswerHoweverOftenTheServerIsKilled plays ten rounds, or ROUNDS
// of them. Each kills the server at two named points and, between them, at a random moment.
func TestEveryAcknowledgedTextHasOneAnswerHoweverOftenTheServerIsKilled(t *testing.T) {
	rounds := 10
	if s := os.Getenv("ROUNDS"); s != "" {
		var err error
		if rounds, err = strconv.Atoi(s); err != nil || rounds < 1 {
			t.Fatalf("ROUNDS is %q, want a number from 1 on", s)
		}
	}
	binary := build(t)
	var total tally
	for i := range rounds {
		first, last := moments[2*i%len(moments)], moments[(2*i+1)%len(moments)]
		began := time.Now()
		a := play(t, binary, time.Minute, first, moment{}, last)
		t.Logf("%4.1f s, killed %v, at random, %v: %v", time.Since(began).Seconds(), first, last, a)
		for _, w := range a.wrongs[:min(len(a.wrongs), 10)] {
			t.Errorf("round %d: %s", i+1, w)
		}
		total.add(a)
		if t.Failed() {
			break
		}
	}
	t.Log(total)
	if total.acknowledged < rounds*wave/4 {
		t.Errorf("%d texts were acknowledged in %d rounds, which proves too little", total.acknowledged, rounds)
	}
}
