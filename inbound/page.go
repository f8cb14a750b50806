package inbound

import (
	"html"
	"net/url"
	"strings"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/quote"
	"github.com/repli-sms/repli/webhook"
)

// maxLook is how many bytes at the beginning of an answer are looked at to say what it is.
const maxLook = 8 << 10

// unlikeTwiML returns a sentence on a document that is obviously something else: an error of PHP, a
// web page, or text. It returns "" for all others, whose first problem the parser names best.
func unlikeTwiML(a webhook.Answer) string {
	text := strings.TrimSpace(strings.TrimPrefix(head(string(a.Body)), "\uFEFF"))
	after := redirect(a)
	switch said := phpError(text); {
	case said != "":
		return "This is an error of PHP, “" + said + "”, not TwiML" + after + "; display_errors=Off makes it a 500"
	case isPage(text):
		if name := pageName(text); name != "" {
			return "This is a web page, “" + name + "”, not TwiML" + after
		}
		return "This is a web page, not TwiML" + after
	case text != "" && !strings.Contains(text, "<"):
		return "This is text, “" + quote.Words(text, quote.MaxName) + "”, not TwiML" + after
	}
	return ""
}

// head returns the beginning of an answer, which is looked at.
func head(s string) string { return s[:min(len(s), maxLook)] }

// redirect returns where a redirect led, for the end of a sentence, "" if there was none.
func redirect(a webhook.Answer) string {
	to, err := url.Parse(a.FinalURL)
	if a.Redirects == 0 || err != nil || len(a.Tries) == 0 {
		return ""
	}
	place := to.EscapedPath()
	if repli.HostPort(a.Tries[0].URL) != repli.HostPort(a.FinalURL) {
		place = to.Scheme + "://" + to.Host + place
	}
	if place == "" {
		place = "/"
	}
	return ", after a redirect to " + quote.Place(place)
}

// isPage reports whether a text begins like a web page.
func isPage(text string) bool {
	for _, tag := range []string{"<!doctype html", "<html", "<head", "<body", "<title", "<h1"} {
		if hasTag(text, tag) {
			return true
		}
	}
	return false
}

// hasTag reports whether a text begins with a tag, whose name is given in small letters with its "<".
func hasTag(text, tag string) bool {
	return hasPrefixFold(text, tag) && (len(text) == len(tag) || strings.ContainsRune("> \t\r\n/", rune(text[len(tag)])))
}

// hasPrefixFold is [strings.HasPrefix] for ASCII letters of either case.
func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

// pageName returns the title of a web page, or its first words.
func pageName(text string) string {
	lower := lowered(text)
	if i := strings.Index(lower, "<title"); i >= 0 {
		if open := strings.IndexByte(lower[i:], '>'); open >= 0 {
			title, _, _ := strings.Cut(text[i+open+1:], "<")
			if said := quote.Words(html.UnescapeString(title), quote.MaxName); said != "" {
				return said
			}
		}
	}
	return quote.Words(untagged(text), quote.MaxName)
}

// lowered returns a text with its ASCII letters small, at the same places.
func lowered(text string) string {
	b := []byte(text)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}

// untagged returns a text without its tags, each of which becomes a space, without what scripts and
// styles hold, and with its entities decoded. It reads the text once.
func untagged(text string) string {
	lower := lowered(text)
	var b strings.Builder
	for i := 0; i < len(text); {
		open := strings.IndexByte(text[i:], '<')
		if open < 0 {
			b.WriteString(text[i:])
			break
		}
		b.WriteString(text[i : i+open])
		b.WriteByte(' ')
		i += open
		end := ">"
		for _, tag := range []string{"script", "style"} {
			if strings.HasPrefix(lower[i+1:], tag) {
				end = "</" + tag
			}
		}
		length := strings.Index(lower[i:], end)
		if length < 0 {
			break
		}
		i += length + len(end)
		if end != ">" {
			i--
			for i < len(text) && text[i] != '>' {
				i++
			}
			i = min(i+1, len(text))
		}
	}
	return html.UnescapeString(b.String())
}

// phpMarks are how PHP begins an error that it shows, with html_errors and without.
//
// PHP: main/main.c, php_error_cb
var phpMarks = []string{"<b>Fatal error</b>:", "<b>Parse error</b>:", "<b>Recoverable fatal error</b>:", "<b>Warning</b>:",
	"<b>Notice</b>:", "<b>Deprecated</b>:", "PHP Fatal error:  ", "PHP Parse error:  ", "Fatal error: ", "Parse error: ",
	"PHP Warning:  ", "PHP Notice:  ", "PHP Deprecated:  ", "Warning: ", "Notice: ", "Deprecated: "}

// phpError returns the first line of the error of PHP that a text holds, without tags but with its
// paths, "" if it holds none. PHP names the file and the line; a sentence that only begins with
// “Warning:” does not.
func phpError(text string) string {
	if !strings.Contains(text, ".php") {
		return ""
	}
	for _, mark := range phpMarks {
		i := strings.Index(text, mark)
		if i < 0 || !isPHP(text[i:], mark) {
			continue
		}
		line, _, _ := strings.Cut(text[i:], "\n")
		line, _, _ = strings.Cut(line, "<br")
		return quote.Words(untagged(strings.NewReplacer("<b>", "", "</b>", "").Replace(line)), 2*quote.MaxPlace)
	}
	return ""
}

// isPHP reports whether a text that begins with a mark of PHP goes on as PHP's errors do: with a file,
// or with a tag that nobody else writes.
func isPHP(text, mark string) bool {
	if strings.HasPrefix(mark, "<b>") {
		return true
	}
	return strings.Contains(text, ".php on line ") || strings.Contains(text, ".php:")
}
