package console_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/app/apptest"
	"github.com/repli-sms/repli/store"
)

const (
	hello  = "EH00000000000000000000000000000001" // the primary of every dev server's number
	backup = "EH00000000000000000000000000000002" // its fallback
)

// seen returns the hidden field that says what the editor on a page has seen.
func (s shown) seen(t *testing.T) string {
	t.Helper()
	m := regexp.MustCompile(`name="seen" value="([^"]*)"`).FindStringSubmatch(s.body)
	if m == nil {
		t.Fatalf("the page has no field seen:\n%s", s.body)
	}
	return m[1]
}

func bin(t *testing.T, s *apptest.Server, sid repli.SID) repli.Bin {
	t.Helper()
	b, err := s.DB.Bin(t.Context(), sid)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestABinIsCreatedAndKeptAsItWasTyped(t *testing.T) {
	visited(t, func(t *testing.T, s *apptest.Server, b *browser) {
		b.opens("/console/bins/new").has(t, 200, "&lt;Response&gt;")
		page := b.sends("/console/bins", url.Values{"name": {"Répondeur"}, "twiml": {"<Response>\r\n\t<Message>Oui 🍰</Message>\r\n</Response>"}})
		page.has(t, 200, "Created", "Répondeur", "Valid Messaging TwiML", "UCS-2", "Oui 🍰")
		bins, err := s.DB.Bins(t.Context(), apptest.Account, store.Page{Limit: 1})
		if err != nil || len(bins) != 1 {
			t.Fatal(bins, err)
		}
		if want := "<Response>\n\t<Message>Oui 🍰</Message>\n</Response>"; bins[0].TwiML != want || bins[0].FriendlyName != "Répondeur" {
			t.Errorf("kept %q %q, want %q", bins[0].FriendlyName, bins[0].TwiML, want)
		}
		b.opens("/console/bins").has(t, 200, "Répondeur", "Backup Message bin")
	})
}

func TestABinThatCannotBeKeptComesBackWithWhatWasTyped(t *testing.T) {
	visited(t, func(t *testing.T, _ *apptest.Server, b *browser) {
		for _, test := range []struct {
			why, name, twiml string
			want             []string
		}{
			{"no name", "", "<Response/>", []string{"must have 1 to 64 characters", "&lt;Response/&gt;"}},
			{"a name that misleads", "a\u202eb", "<Response/>", []string{"U+202E"}},
			{"a document that is too large", "Large", "<Response><Message>" + strings.Repeat("x", 65<<10) + "</Message></Response>", []string{"a handler&#39;s answer may have 65536", `value="Large"`}},
			{"a template that lets texters write markup", "Raw", "<Response><Message>{{{Body}}}</Message></Response>", []string{"line 1", "{{{Body}}}"}},
		} {
			got := b.posts("/console/bins", url.Values{"name": {test.name}, "twiml": {test.twiml}, "confirm": {"yes"}})
			if got.status != 422 {
				t.Errorf("%s: the status is %d, want 422", test.why, got.status)
			}
			got.has(t, 422, test.want...)
		}
	})
}

func TestAnInvalidDocumentIsKeptOnceThatIsConfirmed(t *testing.T) {
	visited(t, func(t *testing.T, s *apptest.Server, b *browser) {
		form := url.Values{"name": {"Hello"}, "twiml": {"<response>"}, "seen": {b.opens("/console/bins/" + hello).seen(t)}}
		b.posts("/console/bins/"+hello, form).has(t, 422, "This will send every text to the fallback", "Save anyway", "12100")
		if got := bin(t, s, hello).Version; got != 1 {
			t.Errorf("the bin is at version %d before anything was confirmed", got)
		}
		form.Set("confirm", "yes")
		b.sends("/console/bins/"+hello, form).has(t, 200, "Saved", "Restore version 1", "was valid and no longer is")
		b.sends("/console/bins/"+hello+"/restore", url.Values{"version": {"1"}}).has(t, 200, "Version 3")
		if got := bin(t, s, hello); !strings.Contains(got.TwiML, "You said") {
			t.Errorf("restored %q", got.TwiML)
		}
		b.opens("/console/bins/"+hello).lacks(t, "was valid and no longer is")
	})
}

func TestTheSecondOfTwoWhoEditABinSeesAConflict(t *testing.T) {
	visited(t, func(t *testing.T, s *apptest.Server, b *browser) {
		seen := b.opens("/console/bins/" + hello).seen(t)
		b.sends("/console/bins/"+hello, url.Values{"name": {"First"}, "twiml": {"<Response/>"}, "seen": {seen}}).has(t, 200, "Saved")
		second := url.Values{"name": {"Second"}, "twiml": {"<Response><!-- mine --></Response>"}, "seen": {seen}}
		page := b.posts("/console/bins/"+hello, second)
		page.has(t, 409, "Somebody has changed this bin", "&lt;!-- mine --&gt;", `value="Second"`, "Save mine all the same")
		if got := bin(t, s, hello).FriendlyName; got != "First" {
			t.Errorf("the bin is named %q, want First", got)
		}
		second.Set("seen", page.seen(t))
		b.sends("/console/bins/"+hello, second).has(t, 200, "Saved", `value="Second"`)
		second.Del("seen")
		b.posts("/console/bins/"+hello, second).has(t, 409)
	})
}

func TestABinInUseIsNotDeletedAndNamesWhoUsesIt(t *testing.T) {
	visited(t, func(t *testing.T, _ *apptest.Server, b *browser) {
		b.posts("/console/bins/"+hello+"/delete", nil).has(t, 409, "The bin answers +15550001000")
		copied := b.sends("/console/bins/"+hello+"/duplicate", nil)
		copied.has(t, 200, "Copy of Hello")
		m := regexp.MustCompile(`action="(/console/bins/EH[0-9a-f]{32}/delete)"`).FindStringSubmatch(copied.body)
		if m == nil {
			t.Fatal("the copy cannot be deleted")
		}
		b.sends(m[1], nil).has(t, 200, "“Copy of Hello” is deleted")
	})
}

func TestHostileTextInABinIsTextEverywhere(t *testing.T) {
	visited(t, func(t *testing.T, _ *apptest.Server, b *browser) {
		const name, twiml = `</title><script>alert(1)</script>"'`, "\n</textarea><script>alert(2)</script><Response><Message>\u202e\"onx=1</Message></Response>"
		page := b.sends("/console/bins", url.Values{"name": {name}, "twiml": {twiml}, "confirm": {"yes"}})
		page.has(t, 200, "&lt;/title&gt;&lt;script&gt;", "&lt;/textarea&gt;&lt;script&gt;")
		page.lacks(t, "<script>alert")
		page.has(t, 200, ">\n\n&lt;/textarea") // the first line end is the browser's, the second the document's
		b.opens("/console/bins").lacks(t, "<script>alert")
		b.sends("/console/bins/check", url.Values{"twiml": {twiml}}).lacks(t, "<script>alert")
	})
}

func TestTheVerdictOnWhatIsTypedSaysWhereItIsWrongAndWhatItCosts(t *testing.T) {
	visited(t, func(t *testing.T, _ *apptest.Server, b *browser) {
		b.posts("/console/bins/check", url.Values{"twiml": {"<Response><Message>Cake 🍰</Message></Response>"}}).
			has(t, 200, "Valid Messaging TwiML", "1 segment", "UCS-2", "7 character units")
		b.posts("/console/bins/check", url.Values{"twiml": {"<Response>🍰<Mesage/></Response>"}}).
			has(t, 200, "parts that will be ignored", "line 1, column 12", `data-from="12"`, "warning 12200")
		b.posts("/console/bins/check", url.Values{"twiml": {"<response/>"}}).has(t, 200, "Not valid", "error 12102")
		b.posts("/console/bins/check", url.Values{"twiml": {strings.Repeat("x", 2<<20)}}).has(t, 413)
	})
}

func TestANewBinIsChosenInTheDialogItWasMadeIn(t *testing.T) {
	visited(t, func(t *testing.T, _ *apptest.Server, b *browser) {
		b.posts("/console/bins/choice", url.Values{"name": {"Mine & yours"}, "twiml": {"<Response/>"}}).
			has(t, 201, `<option value="EH`, "selected>Mine &amp; yours</option>")
		b.posts("/console/bins/choice", url.Values{"name": {""}, "twiml": {"<Response/>"}}).has(t, 422, "must have 1 to 64 characters", "<textarea")
		b.posts("/console/bins/choice", url.Values{"name": {"Bad"}, "twiml": {"<response>"}}).has(t, 422, "Create anyway")
	})
}

func TestABinOfAnotherAccountIsNotFound(t *testing.T) {
	visited(t, func(t *testing.T, _ *apptest.Server, b *browser) {
		b.opens("/console/bins/EH000000000000000000000000000000ff").has(t, 404, "There is no bin")
		b.posts("/console/bins/EH000000000000000000000000000000ff/delete", nil).has(t, 404)
		b.posts("/console/bins/"+hello+"/restore", url.Values{"version": {"7"}}).has(t, 404, "no version 7")
		b.posts("/console/bins/"+hello+"/restore", url.Values{"version": {"x"}}).has(t, 400, "must be a number")
	})
}
