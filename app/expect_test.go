package app

import (
	"regexp"
	"testing"
	"testing/synctest"
	"time"
)

func TestTextExpectsAnAnswerThatMatches(t *testing.T) {
	const second = time.Second
	const expected = `ready at \d+`
	for _, row := range []struct {
		shows  string
		script script
		code   int
		stdout string
		stderr string // the first line
		took   time.Duration
	}{
		{
			shows: "it ends the waiting, whatever comes later",
			script: script{arrivals: []arrival{
				{second, `"direction":"outbound-reply","body":"It is ready at 5"`},
				{2 * second, `"direction":"outbound-reply","body":"Bye"`},
			}, settled: second, fate: "answered"},
			stdout: "It is ready at 5\n",
			took:   second,
		},
		{
			shows: "any of several may match",
			script: script{arrivals: []arrival{
				{second, `"direction":"outbound-reply","body":"One moment"`},
				{9 * second, `"direction":"outbound-reply","body":"It is ready at 5"`},
			}, settled: second, fate: "answered"},
			stdout: "One moment\nIt is ready at 5\n",
			took:   9 * second,
		},
		{
			shows: "a handler may say nothing and send it later",
			script: script{arrivals: []arrival{
				{4 * second, `"direction":"outbound-api","body":"It is ready at 5"`},
			}, settled: second, fate: "silent"},
			stdout: "It is ready at 5\n",
			took:   4 * second,
		},
		{
			shows: "others are no such answer",
			script: script{arrivals: []arrival{
				{second, `"direction":"outbound-reply","body":"One \"moment\""`},
				{2 * second, `"direction":"outbound-reply","body":"ready soon","num_media":"1"`},
			}, settled: second, fate: "answered"},
			code:   exitBad,
			stdout: "One \"moment\"\nready soon [1 media]\n",
			stderr: `repli: no answer within 15s matches ready at \d+; what came instead is "One \"moment\"", "ready soon [1 media]"`,
			took:   15 * second,
		},
		{
			shows: "while the text is pending more may come",
			script: script{arrivals: []arrival{
				{second, `"direction":"outbound-api","body":"news"`},
			}, settled: time.Hour, fate: "answered"},
			code:   exitBad,
			stdout: "news\n",
			stderr: `repli: no answer within 15s matches ready at \d+, and the text is still pending; what came instead is "news"`,
			took:   15 * second,
		},
		{
			shows: "a chain that has failed ends the waiting",
			script: script{arrivals: []arrival{
				{second, `"direction":"outbound-api","body":"news"`},
			}, settled: 2 * second, fate: "unanswered"},
			code:   exitBad,
			stdout: "news\n",
			stderr: `repli: no answer within 15s matches ready at \d+, and every step of the chain has failed; what came instead is "news"`,
			took:   2 * second,
		},
		{
			shows:  "nothing is no such answer either",
			script: script{settled: second, fate: "silent"},
			code:   exitBad,
			stderr: "repli: no answer: the handler had nothing to send, or a warning dropped all of it",
			took:   15 * second,
		},
		{
			shows:  "nor is a reply that was lost",
			script: script{lost: []string{`"status":"undelivered","error_code":30003,"body":"ready at 5"`}, settled: second, fate: "answered"},
			code:   exitBad,
			stderr: "repli: no answer: the reply ended undelivered (30003)",
			took:   15 * second,
		},
	} {
		t.Run(row.shows, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				begun := time.Now()
				code, stdout, stderr := textExpecting(t.Context(), inMemory{row.script.handler(t)}, regexp.MustCompile(expected))
				if code != row.code || stdout != row.stdout {
					t.Errorf("got code %d and %q, want %d and %q", code, stdout, row.code, row.stdout)
				}
				if row.stderr != "" {
					row.stderr += "\nAll attempts: curl -u AC1 http://repli.test/repli/v1/messages/" + askedSID + "/attempts\n"
				}
				if stderr != row.stderr {
					t.Errorf("got on standard error\n%s\nwant\n%s", stderr, row.stderr)
				}
				if took := time.Since(begun); took != row.took {
					t.Errorf("took %v, want %v", took, row.took)
				}
			})
		})
	}
}
