package inbound

import (
	"testing"

	"github.com/repli-sms/repli/sms"
)

func TestKeywordsStandAlone(t *testing.T) {
	for _, row := range []struct {
		shows, body, language string
		want                  keyword
	}{
		{"in capitals", "STOP", "en", stop},
		{"in small letters", "stop", "en", stop},
		{"as a phone writes it", "Stop", "en", stop},
		{"with space around it", " \n stop\t", "en", stop},
		{"with what no phone shows around it", "\ufeffstop\u200b\u00a0", "en", stop},
		{"one of its kin", "STOPALL", "en", stop},
		{"another", "unsubscribe", "en", stop},
		{"another", "Cancel", "en", stop},
		{"another", "end", "en", stop},
		{"another", "quit", "en", stop},
		{"another", "revoke", "en", stop},
		{"another", "OptOut", "en", stop},
		{"back again", "start", "en", start},
		{"back again", "Yes", "en", start},
		{"back again", "unstop", "en", start},
		{"help", "help", "en", help},
		{"help", "Info", "en", help},

		{"a sentence", "stop it", "en", noKeyword},
		{"a sentence that ends with it", "please stop", "en", noKeyword},
		{"with a full stop", "stop.", "en", noKeyword},
		{"in two words", "opt out", "en", noKeyword},
		{"within a word", "stopper", "en", noKeyword},
		{"nothing", "", "en", noKeyword},
		{"broken bytes", "stop\xff", "en", noKeyword},

		{"French where French is spoken", "arret", "fr", stop},
		{"with its accent", "Arrêt", "fr", stop},
		{"with its accent as a character of its own", "Arre\u0302t", "fr", stop},
		{"help in French", "aide", "fr", help},
		{"English there too", "stop", "fr", stop},
		{"French where it is not spoken", "arret", "en", noKeyword},
		{"with its accent", "ARRÊT", "en", noKeyword},
		{"help in French", "aide", "en", noKeyword},
		{"a number kept before there were languages", "stop", "", stop},
	} {
		if got := keywordIn(row.body, row.language); got != row.want {
			t.Errorf("%s, %q in %q: keyword %d, want %d", row.shows, row.body, row.language, got, row.want)
		}
	}
}

func TestKeywordsAreAnsweredWhenTheyChangeSomething(t *testing.T) {
	for _, row := range []struct {
		shows    string
		k        keyword
		optedOut bool
		want     bool
	}{
		{"stop", stop, false, true},
		{"stop a second time", stop, true, false},
		{"start again", start, true, true},
		{"yes, to a handler's question", start, false, false},
		{"help", help, false, true},
		{"help for one who wants to hear nothing", help, true, false},
	} {
		if got := row.k.confirms(row.optedOut); got != row.want {
			t.Errorf("%s: answered %v, want %v", row.shows, got, row.want)
		}
	}
}

func TestConfirmationsFitIntoOneText(t *testing.T) {
	said := map[string]bool{}
	for _, language := range []string{"en", "fr"} {
		for _, k := range []keyword{stop, start, help} {
			text := confirmation(k, language)
			if m := sms.Measure(text); text == "" || said[text] || m.Segments != 1 || m.Encoding != sms.GSM7 {
				t.Errorf("%q in %s: %d segments of %v, want its own words in one of GSM-7", text, language, m.Segments, m.Encoding)
			}
			said[text] = true
		}
	}
}
