package app

import (
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/config"
)

// Fixed values of every dev server, so that commands can be copied from the documentation.
const (
	devNumber = "+15550001000"
	devPhone  = "+15557770001"
	devHello  = repli.SID("EH00000000000000000000000000000001")
	devBackup = repli.SID("EH00000000000000000000000000000002")
)

// test returns the account of the test credentials that every dev server has, unless it is the
// server's own account.
func (c ServerConfig) test() repli.Account {
	if !c.Dev || c.Account == config.DevTestAccount {
		return repli.Account{}
	}
	return repli.Account{
		SID: config.DevTestAccount, AuthToken: config.DevTestToken, FriendlyName: "Test credentials", Status: repli.Active,
	}
}

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

// demo returns the demo number, and the bins of its primary and its fallback.
func demo(account repli.SID, now time.Time) ([]repli.Bin, []repli.Number) {
	bins := []repli.Bin{
		{SID: devHello, FriendlyName: "Hello", TwiML: helloTwiML},
		{SID: devBackup, FriendlyName: "Backup Message bin", TwiML: backupTwiML},
	}
	for i := range bins {
		bins[i].Account, bins[i].Version, bins[i].Created, bins[i].Updated = account, 1, now, now
	}
	return bins, []repli.Number{{
		SID:          repli.NewSID(repli.NumberPrefix),
		Account:      account,
		Address:      devNumber,
		FriendlyName: "Demo",
		Chain:        repli.Chain{Steps: []repli.Step{{Bin: devHello}, {Bin: devBackup}}, AnswerBy: repli.DefaultAnswerBy},
		Created:      now,
		Updated:      now,
	}}
}
