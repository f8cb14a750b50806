package console

import (
	"fmt"
	"html/template"
	"math"
	"time"
)

// funcs are what templates can call, in one language.
//
//	t "bins.title"              the text with this key, which stands in en.json and fr.json
//	t "bins.used" "Count" 3     the same with what stands in it
//	number 1234                 1,234
//	ago .Created                "3 minutes ago", as a <time> with the exact time on hover
//	took .Total                 12 ms, 3.4 s
//	rate 0.5                    0.5
//	icon "trash-2"              the icon of that name in icons/
//	asset "editor/x.bundle.js"  the address of a file of the tree
//	picture .ContentType        whether a browser can show it
//	list "a" .Rows              what a template is given that needs several things
//	has .Problems "name"        whether a field has a problem
//	drillReason .Drill          what came of a drill, in a sentence; so do resultReason of a
//	                            fault, and coverReason of a number's fallback
func funcs(lang tongue, files assets) template.FuncMap {
	return template.FuncMap{
		"t":            lang.text,
		"number":       lang.number,
		"ago":          func(at time.Time) (template.HTML, error) { return lang.ago(at, time.Now()) },
		"took":         lang.took,
		"rate":         func(perSecond float64) string { return lang.show.Sprintf("%.1f", perSecond) },
		"icon":         files.icon,
		"asset":        files.address,
		"picture":      isPicture,
		"list":         func(all ...any) []any { return all },
		"drillReason":  lang.drillReason,
		"resultReason": lang.resultReason,
		"coverReason":  lang.coverReason,
		"has":          func(p problems, field string) bool { return p[field] != "" },
	}
}

// ages are the units a time is told in, the largest first, by the key of their text.
func ages() []struct {
	unit time.Duration
	key  string
} {
	return []struct {
		unit time.Duration
		key  string
	}{
		{24 * time.Hour, "layout.days_ago"},
		{time.Hour, "layout.hours_ago"},
		{time.Minute, "layout.minutes_ago"},
		{time.Second, "layout.seconds_ago"},
	}
}

// ago returns how long before now a time was, with the exact time on hover. It says the same
// as the browser's Intl.RelativeTimeFormat, which keeps it current.
func (t tongue) ago(at, now time.Time) (template.HTML, error) {
	if at.IsZero() {
		return "", nil
	}
	said, err := t.text("layout.now")
	age := max(now.Sub(at), 0)
	for _, a := range ages() {
		if n := int(age / a.unit); n > 0 {
			said, err = t.text(a.key, "Count", n)
			break
		}
	}
	at = at.UTC()
	return template.HTML(fmt.Sprintf(`<time-ago><time datetime="%s" title="%s">%s</time></time-ago>`, //nolint:gosec // all of it is escaped
		at.Format(time.RFC3339Nano), at.Format("2006-01-02 15:04:05.000 MST"), template.HTMLEscapeString(said))), err
}

// took returns how long something took: in ms, or in s from ten seconds on.
func (t tongue) took(d time.Duration) string {
	if d < 10*time.Second {
		return t.show.Sprintf("%d ms", int(math.Round(float64(d)/float64(time.Millisecond))))
	}
	return t.show.Sprintf("%.1f s", d.Seconds())
}
