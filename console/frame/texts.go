package console

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"path"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

// A tongue is a language of the console.
type tongue struct {
	Code string // en or fr
	Name string // as those who speak it write it
	say  *i18n.Localizer
	show *message.Printer // of numbers
}

// texts are the words of the console in each of its languages.
type texts struct {
	tongues []tongue
	matcher language.Matcher
}

// readTexts reads the texts of every folder of the tree: en.json and fr.json.
func readTexts(tree fs.FS) (texts, error) {
	tags := []language.Tag{language.English, language.French}
	t := texts{matcher: language.NewMatcher(tags)}
	bundle := i18n.NewBundle(language.English)
	bundle.RegisterUnmarshalFunc("json", json.Unmarshal)
	for i, name := range []string{"English", "Français"} {
		code := tags[i].String()
		files, err := fs.Glob(tree, "*/"+code+".json")
		if err != nil {
			return t, err
		}
		for _, file := range files {
			b, err := fs.ReadFile(tree, file)
			if err != nil {
				return t, err
			}
			if _, err := bundle.ParseMessageFileBytes(b, path.Base(file)); err != nil {
				return t, fmt.Errorf("%s: %w", file, err)
			}
		}
		t.tongues = append(t.tongues, tongue{code, name, i18n.NewLocalizer(bundle, code), message.NewPrinter(tags[i])})
	}
	return t, nil
}

// A language chosen by hand is kept in a cookie.
const languageCookie = "repli_language"

// of returns the language of a request: the one chosen by hand, or else the best of those the
// browser asks for.
func (t texts) of(r *http.Request) tongue {
	if c, err := r.Cookie(languageCookie); err == nil {
		for _, one := range t.tongues {
			if one.Code == c.Value {
				return one
			}
		}
	}
	wanted, _, err := language.ParseAcceptLanguage(r.Header.Get("Accept-Language"))
	if err != nil {
		return t.tongues[0]
	}
	_, i, _ := t.matcher.Match(wanted...)
	return t.tongues[i]
}

// text returns the text with this key. More are pairs of the name and the value of what stands
// in it; one named Count also chooses between singular and plural.
func (t tongue) text(key string, more ...any) (string, error) {
	if len(more)%2 != 0 {
		return "", fmt.Errorf("text %s: %d names and values make no pairs", key, len(more))
	}
	data := make(map[string]any, len(more)/2)
	var count any
	for i := 0; i < len(more); i += 2 {
		name, ok := more[i].(string)
		if !ok {
			return "", fmt.Errorf("text %s: %v is no name", key, more[i])
		}
		value := more[i+1]
		if n, ok := value.(int); ok {
			if name == "Count" {
				count = n
			}
			value = t.number(n)
		}
		data[name] = value
	}
	return t.say.Localize(&i18n.LocalizeConfig{MessageID: key, TemplateData: data, PluralCount: count})
}

// number returns a number as this language writes it.
func (t tongue) number(n int) string { return t.show.Sprintf("%d", n) }
