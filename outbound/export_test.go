package outbound

import (
	"context"

	"github.com/repli-sms/repli"
)

// Submit submits a message to the first carrier, whether its lane holds it or not.
func (e *Engine) Submit(ctx context.Context, m repli.Message) error {
	return e.submit(ctx, e.ways[e.names[0]], m)
}
