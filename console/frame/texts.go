package frame

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

// A Language is a language of the console.
type Language struct {
	Code string // en or fr
	Name string // as those who speak it write it
	say  *i18n.Localizer
	show *message.Printer // of numbers
}

// texts are the words of the console in each of its languages.
type texts struct {
	languages []Language
	matcher   language.Matcher
}

// readTexts reads the texts of every folder: en.json and fr.json.
func readTexts(folders []Folder) (texts, error) {
	tags := []language.Tag{language.English, language.French}
	t := texts{matcher: language.NewMatcher(tags)}
	bundle := i18n.NewBundle(language.English)
	bundle.RegisterUnmarshalFunc("json", json.Unmarshal)
	for i, name := range []string{"English", "Français"} {
		code := tags[i].String()
		for _, folder := range folders {
			b, err := fs.ReadFile(folder.Files, code+".json")
			if errors.Is(err, fs.ErrNotExist) {
				continue
			}
			if err != nil {
				return t, err
			}
			if _, err := bundle.ParseMessageFileBytes(b, code+".json"); err != nil {
				return t, fmt.Errorf("%s/%s.json: %w", folder.Name, code, err)
			}
		}
		t.languages = append(t.languages, Language{code, name, i18n.NewLocalizer(bundle, code), message.NewPrinter(tags[i])})
	}
	return t, nil
}

// A language chosen by hand is kept in a cookie.
const languageCookie = "repli_language"

// of returns the language of a request: the one chosen by hand, or else the best of those the
// browser asks for.
func (t texts) of(r *http.Request) Language {
	if c, err := r.Cookie(languageCookie); err == nil {
		for _, one := range t.languages {
			if one.Code == c.Value {
				return one
			}
		}
	}
	wanted, _, err := language.ParseAcceptLanguage(r.Header.Get("Accept-Language"))
	if err != nil {
		return t.languages[0]
	}
	_, i, _ := t.matcher.Match(wanted...)
	return t.languages[i]
}

// Text returns the text with this key. More are pairs of the name and the value of what stands
// in it; one named Count also chooses between singular and plural.
func (t Language) Text(key string, more ...any) (string, error) {
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
			value = t.Number(n)
		}
		data[name] = value
	}
	return t.say.Localize(&i18n.LocalizeConfig{MessageID: key, TemplateData: data, PluralCount: count})
}

// Number returns a number as this language writes it.
func (t Language) Number(n int) string { return t.show.Sprintf("%d", n) }

// Decimal returns a number with one decimal as this language writes it.
func (t Language) Decimal(x float64) string { return t.show.Sprintf("%.1f", x) }
