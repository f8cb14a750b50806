package app

import (
	"context"
	"fmt"

	"github.com/repli-sms/repli/config"
)

// text sends a text as a simulated phone and prints the answers.
func (p Process) text(ctx context.Context, c *config.Text) int {
	t := texter{Text: c, api: client(c.Client)}
	return p.converse(ctx, &t)
}

func (p Process) converse(ctx context.Context, t *texter) int {
	if err := t.send(ctx); err != nil {
		return p.fail(err)
	}
	for reply, err := range t.replies(ctx) {
		if err != nil {
			return p.fail(err)
		}
		fmt.Fprintln(p.Stdout, reply)
		if t.expects(reply) {
			return exitFine
		}
	}
	if t.heard > 0 && t.Expect == nil {
		return exitFine
	}
	fmt.Fprintf(p.Stderr, "repli: %s\nAll attempts: curl %s\n", t.complaint(), t.api.curl("/repli/v1/messages/"+t.sent.SID+"/attempts"))
	return exitBad
}
