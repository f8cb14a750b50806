package frame

import "net/http"

// themeCookie keeps the theme chosen by hand.
const themeCookie = "repli_theme"

// year is how long a preference is kept, in seconds.
const year = 365 * 24 * 60 * 60

// theme returns light or dark, or "" for whatever the system has.
func theme(r *http.Request) string {
	c, err := r.Cookie(themeCookie)
	if err != nil || c.Value != "light" && c.Value != "dark" {
		return ""
	}
	return c.Value
}

// prefer keeps the language or theme that was chosen, and goes back to the page where it was.
func (f *Frame) prefer(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxOpenForm)
	if lang := r.PostFormValue("language"); lang != "" {
		setCookie(w, languageCookie, cookieWord(lang), year)
	}
	if r.PostForm.Has("theme") {
		setCookie(w, themeCookie, cookieWord(r.PostForm.Get("theme")), year)
	}
	http.Redirect(w, r, LocalPath(r.PostFormValue("back")), http.StatusSeeOther)
}

// cookieWord returns a word if it can be in a cookie, and "" if it is too long.
func cookieWord(s string) string {
	if len(s) > 8 {
		return ""
	}
	return s
}
