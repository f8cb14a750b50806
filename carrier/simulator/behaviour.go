package simulator

import (
	"strconv"
	"strings"
	"time"

	"github.com/repli-sms/repli"
)

// A behaviour is how the network treats messages to a number. The zero behaviour takes a
// message, puts it on the phone at once, and sends a receipt.
type behaviour struct {
	busy    int           // how many submits of a message are refused for now, with 30017
	refuse  int           // the code with which a submit is refused for good, or 0
	lose    int           // the code with which a message taken ends undelivered, or 0
	accept  time.Duration // how much longer a submit takes
	transit time.Duration // from taking a message to its arrival at the phone
	mute    bool          // no receipt is ever sent

	swallow    bool          // a message taken never arrives
	unanswered bool          // the first submit of a message is taken, and not answered
	repeat     int           // how many more times a receipt is sent that the inbox has taken
	receipt    time.Duration // how much later the receipt comes
	overtaken  bool          // of two messages in a row, the second arrives first
	reorder    bool          // of two messages in a row, the receipt of the second comes first
}

// A Special is a number, or a family of numbers, that fails on demand.
type Special struct {
	Numbers string // E.164; CCCCC stands for a delivery code of the catalogue
	Meaning string // what becomes of a message to it, one sentence
}

// codeDigits stands in a pattern for the five digits of a delivery code.
const codeDigits = "CCCCC"

// specials is the table behind [Specials]. Every other number is delivered.
var specials = []struct {
	Special
	treat func(code int) behaviour
}{
	{
		Special{"+150055CCCCC", "Taken, then undelivered with error CCCCC, one of 30002 to 30999 the catalogue knows."},
		func(code int) behaviour { return behaviour{lose: code} },
	},
	{
		Special{"+150056CCCCC", "Refused for good at submit: failed with error CCCCC, one of 30002 to 30999 the catalogue knows."},
		func(code int) behaviour { return behaviour{refuse: code} },
	},
	{
		Special{"+15005700001", "Taken and on the phone, but no receipt ever comes: it stays sent."},
		func(int) behaviour { return behaviour{mute: true} },
	},
	{
		Special{"+15005700002", "Slow: taken after 3 seconds, on the phone and delivered after 10."},
		func(int) behaviour { return behaviour{accept: 3 * time.Second, transit: 7 * time.Second} },
	},
	{
		Special{"+15005700003", "Busy: refused for now with error 30017, twice, and then taken and delivered."},
		func(int) behaviour { return behaviour{busy: 2} },
	},
	{
		Special{"+15005700004", "Swallowed: taken, but neither on the phone nor is there a receipt: it stays sent."},
		func(int) behaviour { return behaviour{mute: true, swallow: true} },
	},
	{
		Special{"+15005700005", "Unanswered: taken and on the phone, but the first submit is not answered; the next is dropped as a repeat. Delivered once."},
		func(int) behaviour { return behaviour{unanswered: true} },
	},
	{
		Special{"+15005700006", "Delivered, and the receipt comes three times."},
		func(int) behaviour { return behaviour{repeat: 2} },
	},
	{
		Special{"+15005700007", "On the phone at once; the receipt comes a minute later."},
		func(int) behaviour { return behaviour{receipt: time.Minute} },
	},
	{
		Special{"+15005700008", "On the phone at once; every other receipt comes 5 seconds late, after that of the next message."},
		func(int) behaviour { return behaviour{reorder: true} },
	},
}

// Specials returns the numbers that fail on demand, for documentation and help texts.
func Specials() []Special {
	list := make([]Special, len(specials))
	for i, s := range specials {
		list[i] = s.Special
	}
	return list
}

// behaviourOf returns how the network treats messages to a number.
func behaviourOf(to string) behaviour {
	if !strings.HasPrefix(to, "+15005") {
		return behaviour{}
	}
	for _, s := range specials {
		family, coded := strings.CutSuffix(s.Numbers, codeDigits)
		if !coded && to == s.Numbers {
			return s.treat(0)
		}
		if digits, ok := strings.CutPrefix(to, family); coded && ok && isDeliveryCode(digits) {
			code, _ := strconv.Atoi(digits) // five digits, isDeliveryCode has looked
			return s.treat(code)
		}
	}
	return behaviour{}
}

// isDeliveryCode reports whether digits are a code a message may end with.
func isDeliveryCode(digits string) bool {
	if len(digits) != len(codeDigits) || strings.Trim(digits, "0123456789") != "" {
		return false
	}
	code, err := strconv.Atoi(digits)
	return err == nil && code >= 30002 && code <= 30999 && repli.LookUp(code).Area == repli.AreaDelivery
}
