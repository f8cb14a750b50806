package outbound

import (
	"context"

	"github.com/repli-sms/repli"
)

// Submit submits a message to the first carrier, even if its lane does not hold it.
func (e *Engine) Submit(ctx context.Context, m repli.Message) error {
	return e.submit(ctx, e.ways[e.names[0]], m)
}
