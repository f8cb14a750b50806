package replitest_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/repli-sms/repli/replitest"
)

// shop is the program under test: it answers texts with TwiML.
func shop(w http.ResponseWriter, r *http.Request) {
	if r.FormValue("Body") != "When do you open?" {
		http.Error(w, "I only know one question", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/xml")
	fmt.Fprint(w, "<Response><Message>We open at 9.</Message></Response>")
}

// This is how a test of the shop looks.
func TestTheShopSaysWhenItOpens(t *testing.T) {
	srv := replitest.Start(t)
	number := srv.Number("+15550002000",
		replitest.Handler(http.HandlerFunc(shop)),
		replitest.Bin("<Response><Message>We are busy, please ask again later.</Message></Response>"),
		replitest.LastResort("Please call us on 555-0100."),
	)
	ann := srv.Phone("+15557770001")

	ann.Text(number, "When do you open?")
	ann.Expect(`open at \d+`)

	ann.Text(number, "Do you sell cake?") // the shop fails, so the bin answers
	ann.Expect("We are busy, please ask again later.")
}
