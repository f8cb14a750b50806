package app

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
)

// What every dev server has, so that a command can be copied from the documentation.
const (
	devNumber = "+15550001000"
	devPhone  = "+15557770001"
	devHello  = repli.SID("EH00000000000000000000000000000001")
	devBackup = repli.SID("EH00000000000000000000000000000002")
)

const helloTwiML = `<?xml version="1.0" encoding="UTF-8"?>
<Response>
    <Message>Hello! You said: {{Body}}</Message>
</Response>
`

const backupTwiML = `<?xml version="1.0" encoding="UTF-8"?>
<Response>
    <Message>We cannot answer just now. Please have some cake while we fix it. 🍰</Message>
</Response>
`

// seed makes the demo number, whose primary and fallback are bins.
func seed(ctx context.Context, tx *store.Tx, account repli.SID, now time.Time) error {
	for _, b := range []repli.Bin{
		{SID: devHello, FriendlyName: "Hello", TwiML: helloTwiML},
		{SID: devBackup, FriendlyName: "Backup Message bin", TwiML: backupTwiML},
	} {
		b.Account, b.Version, b.Created, b.Updated = account, 1, now, now
		if err := tx.AddBin(ctx, b); err != nil {
			return err
		}
	}
	return tx.AddNumber(ctx, repli.Number{
		SID:          repli.NewSID(repli.NumberPrefix),
		Account:      account,
		Address:      devNumber,
		FriendlyName: "Demo",
		Chain:        repli.Chain{Steps: []repli.Step{{Bin: devHello}, {Bin: devBackup}}, AnswerBy: repli.DefaultAnswerBy},
		Created:      now,
		Updated:      now,
	})
}

// program returns how this program was called, so that what is shown can be typed.
func program() string {
	if strings.Contains(os.Args[0], "go-build") {
		return "go run ./cmd/repli"
	}
	return os.Args[0]
}

// devGreeting says what a dev server offers and what to type next.
func devGreeting(program, base string, account repli.Account) string {
	server := ""
	if base != "http://127.0.0.1:8080" {
		server = " --server " + base
	}
	return fmt.Sprintf(`Repli is listening on %[1]s

  number    %[2]s   primary: bin "Hello", fallback: bin "Backup Message bin"
  account   %[3]s
  token     %[4]s

Text it from a second terminal:

  %[7]s text%[5]s %[6]s %[2]s "hello"

Stop with Ctrl-C.
`, base, devNumber, account.SID, account.AuthToken, server, devPhone, program)
}
