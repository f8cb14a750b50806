package frame

import (
	"fmt"
	"html/template"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/repli-sms/repli"
)

// funcs are what templates can call, in one language.
//
//	t "bins.title"              the text with this key, which stands in en.json and fr.json
//	t "bins.used" "Count" 3     the same with what stands in it
//	number 1234                 1,234
//	ago .Created                "3 minutes ago", as a <time> with the exact time on hover
//	lasting .Since              "3 minutes", kept current, with the exact time of its beginning on hover
//	clock .At                   15:04 UTC, as the browser's own time once script has run, with the exact time on hover
//	moment .Next                2026-12-24 15:04 UTC, the same with its date
//	took .Total                 12 ms, 3.4 s
//	rate 0.5                    0.5
//	icon "trash-2"              the icon of that name in icons/
//	asset "editor/x.bundle.js"  the address of a file of the tree
//	shown .URL                  an address, without a password
//	picture .ContentType        whether a browser can show it
//	list "a" .Rows              what a template is given that needs several things
//	has .Problems "name"        whether a field has a problem
//
// A folder may add others, see [Folder.Funcs].
func funcs(lang Language, files assets) template.FuncMap {
	return template.FuncMap{
		"t":       lang.Text,
		"number":  lang.Number,
		"ago":     func(at time.Time) (template.HTML, error) { return lang.ago(at, time.Now()) },
		"lasting": func(since time.Time) (template.HTML, error) { return lang.lasting(since, time.Now()) },
		"clock":   func(at time.Time) template.HTML { return timed("<local-time>", at, at.UTC().Format("15:04 MST")) },
		"moment": func(at time.Time) template.HTML {
			return timed("<local-time data-date>", at, at.UTC().Format("2006-01-02 15:04 MST"))
		},
		"took":    lang.took,
		"rate":    lang.Decimal,
		"icon":    files.icon,
		"asset":   files.address,
		"shown":   repli.ShownURL,
		"picture": IsPicture,
		"list":    func(all ...any) []any { return all },
		"has":     func(p Problems, field string) bool { return p[field] != "" },
	}
}

// An age is a unit of time with the texts that say how many of it.
type age struct {
	unit         time.Duration
	ago, lasting string // keys
}

// ages are the units, the largest first.
func ages() []age {
	return []age{
		{24 * time.Hour, "layout.days_ago", "layout.days"},
		{time.Hour, "layout.hours_ago", "layout.hours"},
		{time.Minute, "layout.minutes_ago", "layout.minutes"},
		{time.Second, "layout.seconds_ago", "layout.seconds"},
	}
}

// ageOf returns how old something is in the largest unit that it fills, or else in seconds.
func ageOf(at, now time.Time) (age, int) {
	old := max(now.Sub(at), 0)
	all := ages()
	for _, a := range all {
		if n := int(old / a.unit); n > 0 {
			return a, n
		}
	}
	return all[len(all)-1], 0
}

// ago returns how long before now a time was, with the exact time on hover. It says the same
// as the browser's Intl.RelativeTimeFormat, which keeps it current.
func (t Language) ago(at, now time.Time) (template.HTML, error) {
	a, n := ageOf(at, now)
	said, err := t.Text("layout.now")
	if n > 0 {
		said, err = t.Text(a.ago, "Count", n)
	}
	return timed("<time-ago>", at, said), err
}

// lasting returns how long something has lasted that began at a time, as in "for 3 minutes". It
// says the same as the browser's Intl.NumberFormat, which keeps it current.
func (t Language) lasting(since, now time.Time) (template.HTML, error) {
	a, n := ageOf(since, now)
	said, err := t.Text(a.lasting, "Count", n)
	return timed("<time-ago data-lasting>", since, said), err
}

// timed returns what is said of a time, in the element that keeps it current. Of no time, nothing.
func timed(tag string, at time.Time, said string) template.HTML {
	if at.IsZero() {
		return ""
	}
	at = at.UTC()
	name, _, _ := strings.Cut(strings.Trim(tag, "<>"), " ")
	return template.HTML(fmt.Sprintf(`%s<time datetime="%s" title="%s">%s</time></%s>`, tag, //nolint:gosec // all of it is escaped
		at.Format(time.RFC3339Nano), at.Format("2006-01-02 15:04:05.000 MST"), template.HTMLEscapeString(said), name))
}

// took returns how long something took: in ms, or in s from ten seconds on.
func (t Language) took(d time.Duration) string {
	if d < 10*time.Second {
		return t.show.Sprintf("%d ms", int(math.Round(float64(d)/float64(time.Millisecond))))
	}
	return t.Decimal(d.Seconds()) + " s"
}

// IsPicture reports whether a browser can show media of this content type.
func IsPicture(contentType string) bool {
	bare, _, _ := strings.Cut(contentType, ";")
	return slices.Contains([]string{"image/jpeg", "image/png", "image/gif", "image/webp", "image/avif", "image/bmp"}, strings.ToLower(strings.TrimSpace(bare)))
}
