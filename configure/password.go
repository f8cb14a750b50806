package configure

import (
	"context"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
)

// SetPassword keeps the hash of the console's password in place of the one there was, "" for none.
// Error 20409 says that somebody else has set another meanwhile.
func (e Editor) SetPassword(ctx context.Context, was, hash string) error {
	return e.DB.Configure(ctx, func(tx *store.Tx) error {
		kept, err := e.DB.ConsolePassword(ctx)
		if err != nil {
			return err
		}
		if kept != was {
			return repli.Errorf(20409, "Somebody else has changed the password meanwhile")
		}
		return tx.SetConsolePassword(ctx, hash, now())
	})
}
