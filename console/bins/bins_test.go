package bins_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/app/apptest"
	"github.com/repli-sms/repli/console/consoletest"
	"github.com/repli-sms/repli/store"
)

func bin(t *testing.T, s *apptest.Server, sid repli.SID) repli.Bin {
	t.Helper()
	b, err := s.DB.Bin(t.Context(), sid)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestABinIsCreatedAndKeptAsItWasTyped(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, s *apptest.Server, b *consoletest.Browser) {
		b.Opens("/console/bins/new").Has(t, 200, "&lt;Response&gt;")
		page := b.Sends("/console/bins", url.Values{"name": {"Répondeur"}, "twiml": {"<Response>\r\n\t<Message>Oui 🍰</Message>\r\n</Response>"}})
		page.Has(t, 200, "Created", "Répondeur", "Valid Messaging TwiML", "UCS-2", "Oui 🍰")
		bins, err := s.DB.Bins(t.Context(), apptest.Account, store.Page{Limit: 1})
		if err != nil || len(bins) != 1 {
			t.Fatal(bins, err)
		}
		if want := "<Response>\n\t<Message>Oui 🍰</Message>\n</Response>"; bins[0].TwiML != want || bins[0].FriendlyName != "Répondeur" {
			t.Errorf("kept %q %q, want %q", bins[0].FriendlyName, bins[0].TwiML, want)
		}
		b.Opens("/console/bins").Has(t, 200, "Répondeur", "Backup Message bin")
	})
}

func TestABinThatCannotBeKeptComesBackWithWhatWasTyped(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, _ *apptest.Server, b *consoletest.Browser) {
		for _, test := range []struct {
			why, name, twiml string
			want             []string
		}{
			{"no name", "", "<Response/>", []string{"must have 1 to 64 characters", "&lt;Response/&gt;"}},
			{"a name that misleads", "a\u202eb", "<Response/>", []string{"U+202E"}},
			{"a document that is too large", "Large", "<Response><Message>" + strings.Repeat("x", 65<<10) + "</Message></Response>", []string{"a handler&#39;s answer may have 65536", `value="Large"`}},
			{"a template that lets texters write markup", "Raw", "<Response><Message>{{{Body}}}</Message></Response>", []string{"line 1", "{{{Body}}}"}},
		} {
			got := b.Posts("/console/bins", url.Values{"name": {test.name}, "twiml": {test.twiml}, "confirm": {"yes"}})
			if got.Status != 422 {
				t.Errorf("%s: the status is %d, want 422", test.why, got.Status)
			}
			got.Has(t, 422, test.want...)
		}
	})
}

func TestAnInvalidDocumentIsKeptOnceThatIsConfirmed(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, s *apptest.Server, b *consoletest.Browser) {
		form := url.Values{"name": {"Hello"}, "twiml": {"<response>"}, "seen": {b.Opens("/console/bins/" + consoletest.Hello).Seen(t)}}
		b.Posts("/console/bins/"+consoletest.Hello, form).Has(t, 422, "This will send every text to the fallback", "Save anyway", "12100")
		if got := bin(t, s, consoletest.Hello).Version; got != 1 {
			t.Errorf("the bin is at version %d before anything was confirmed", got)
		}
		form.Set("confirm", "yes")
		b.Sends("/console/bins/"+consoletest.Hello, form).Has(t, 200, "Saved", "Restore version 1", "is no longer valid")
		b.Sends("/console/bins/"+consoletest.Hello+"/restore", url.Values{"version": {"1"}}).Has(t, 200, "Version 3")
		if got := bin(t, s, consoletest.Hello); !strings.Contains(got.TwiML, "You said") {
			t.Errorf("restored %q", got.TwiML)
		}
		b.Opens("/console/bins/"+consoletest.Hello).Lacks(t, "is no longer valid")
	})
}

func TestTheSecondOfTwoWhoEditABinSeesAConflict(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, s *apptest.Server, b *consoletest.Browser) {
		seen := b.Opens("/console/bins/" + consoletest.Hello).Seen(t)
		b.Sends("/console/bins/"+consoletest.Hello, url.Values{"name": {"First"}, "twiml": {"<Response/>"}, "seen": {seen}}).Has(t, 200, "Saved")
		second := url.Values{"name": {"Second"}, "twiml": {"<Response><!-- mine --></Response>"}, "seen": {seen}}
		page := b.Posts("/console/bins/"+consoletest.Hello, second)
		page.Has(t, 409, "Someone else changed this bin", "&lt;!-- mine --&gt;", `value="Second"`, "Overwrite with my version")
		if got := bin(t, s, consoletest.Hello).FriendlyName; got != "First" {
			t.Errorf("the bin is named %q, want First", got)
		}
		second.Set("seen", page.Seen(t))
		b.Sends("/console/bins/"+consoletest.Hello, second).Has(t, 200, "Saved", `value="Second"`)
		second.Del("seen")
		b.Posts("/console/bins/"+consoletest.Hello, second).Has(t, 409)
	})
}

func TestABinInUseIsNotDeletedAndNamesWhoUsesIt(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, _ *apptest.Server, b *consoletest.Browser) {
		b.Posts("/console/bins/"+consoletest.Hello+"/delete", nil).Has(t, 409, "The bin answers +15550001000")
		copied := b.Sends("/console/bins/"+consoletest.Hello+"/duplicate", nil)
		copied.Has(t, 200, "Copy of Hello")
		m := regexp.MustCompile(`action="(/console/bins/EH[0-9a-f]{32}/delete)"`).FindStringSubmatch(copied.Body)
		if m == nil {
			t.Fatal("the copy cannot be deleted")
		}
		b.Sends(m[1], nil).Has(t, 200, "“Copy of Hello” was deleted")
	})
}

func TestHostileTextInABinIsTextEverywhere(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, _ *apptest.Server, b *consoletest.Browser) {
		const name, twiml = `</title><script>alert(1)</script>"'`, "\n</textarea><script>alert(2)</script><Response><Message>\u202e\"onx=1</Message></Response>"
		page := b.Sends("/console/bins", url.Values{"name": {name}, "twiml": {twiml}, "confirm": {"yes"}})
		page.Has(t, 200, "&lt;/title&gt;&lt;script&gt;", "&lt;/textarea&gt;&lt;script&gt;")
		page.Lacks(t, "<script>alert")
		page.Has(t, 200, ">\n\n&lt;/textarea") // the first line end is the browser's, the second the document's
		b.Opens("/console/bins").Lacks(t, "<script>alert")
		b.Sends("/console/bins/check", url.Values{"twiml": {twiml}}).Lacks(t, "<script>alert")
	})
}

func TestTheVerdictOnWhatIsTypedSaysWhereItIsWrongAndWhatItCosts(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, _ *apptest.Server, b *consoletest.Browser) {
		b.Posts("/console/bins/check", url.Values{"twiml": {"<Response><Message>Cake 🍰</Message></Response>"}}).
			Has(t, 200, "Valid Messaging TwiML", "1 segment", "UCS-2", "7 character units")
		b.Posts("/console/bins/check", url.Values{"twiml": {"<Response>🍰<Mesage/><Message>Hi</Message></Response>"}}).
			Has(t, 200, "parts that will be ignored", "line 1, column 12", `data-from="12"`, "warning 12200")
		b.Posts("/console/bins/check", url.Values{"twiml": {"<response/>"}}).Has(t, 200, "Not valid", "error 12102")
		b.Posts("/console/bins/check", url.Values{"twiml": {strings.Repeat("x", 2<<20)}}).Has(t, 413)
	})
}

func TestANewBinIsChosenInTheDialogItWasMadeIn(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, _ *apptest.Server, b *consoletest.Browser) {
		b.Posts("/console/bins/choice", url.Values{"name": {"Mine & yours"}, "twiml": {"<Response/>"}}).
			Has(t, 201, `<option value="EH`, "selected>Mine &amp; yours</option>")
		b.Posts("/console/bins/choice", url.Values{"name": {""}, "twiml": {"<Response/>"}}).Has(t, 422, "must have 1 to 64 characters", "<textarea")
		b.Posts("/console/bins/choice", url.Values{"name": {"Bad"}, "twiml": {"<response>"}}).Has(t, 422, "Create anyway")
	})
}

func TestABinOfAnotherAccountIsNotFound(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, _ *apptest.Server, b *consoletest.Browser) {
		b.Opens("/console/bins/EH000000000000000000000000000000ff").Has(t, 404, "There is no bin")
		b.Posts("/console/bins/EH000000000000000000000000000000ff/delete", nil).Has(t, 404)
		b.Posts("/console/bins/"+consoletest.Hello+"/restore", url.Values{"version": {"7"}}).Has(t, 404, "no version 7")
		b.Posts("/console/bins/"+consoletest.Hello+"/restore", url.Values{"version": {"x"}}).Has(t, 400, "must be a number")
	})
}

func TestABinThatSendsNothingIsAmberWhereverItStands(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, s *apptest.Server, b *consoletest.Browser) {
		b.Opens("/console/bins/new").Has(t, 200, "&lt;Message&gt;&lt;/Message&gt;", `<span class="state warn">`, "Valid, sends nothing")
		b.Sends("/console/bins", url.Values{"name": {"Silence"}, "twiml": {"<Response/>"}}).Has(t, 200, "Valid, sends nothing")
		b.Opens("/console/bins").Has(t, 200, "Valid, sends nothing")
		b.Header.Set("Accept-Language", "fr")
		b.Opens("/console/bins").Has(t, 200, "Valide, n’envoie rien")
	})
}
