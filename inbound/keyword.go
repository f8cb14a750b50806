package inbound

import (
	"strings"
	"unicode"

	"github.com/repli-sms/repli"
)

// A keyword is a request in one word that carriers want every number to know.
type keyword int

// The keywords.
const (
	noKeyword keyword = iota
	stop              // no more messages
	start             // messages again
	help              // how to stop
)

// keywordIn returns the keyword that a text is, noKeyword if it is none. Case, invisible characters
// around the word and the encoding of an accent do not matter; anything else beside the word does.
// French words count where the number's language is French.
//
// twilio: messaging/tutorials/advanced-opt-out
func keywordIn(body, language string) keyword {
	switch strings.ToUpper(strings.TrimFunc(body, invisible)) {
	case "STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT":
		return stop
	case "START", "YES", "UNSTOP":
		return start
	case "HELP", "INFO":
		return help
	case "ARRET", "ARRÊT", "ARRE\u0302T":
		if language == repli.French {
			return stop
		}
	case "AIDE":
		if language == repli.French {
			return help
		}
	}
	return noKeyword
}

// invisible reports whether a character cannot be seen.
func invisible(r rune) bool { return unicode.IsSpace(r) || !unicode.IsGraphic(r) }

// confirms reports whether a keyword is answered: STOP and HELP unless the phone has opted out,
// START only if it has. So the confirmation of STOP is the last text that an opted-out phone gets,
// and YES otherwise remains an answer to a handler's question.
func (k keyword) confirms(optedOut bool) bool { return (k == start) == optedOut }

// confirmation returns the text that answers a keyword.
func confirmation(k keyword, language string) string {
	if language == repli.French {
		return map[keyword]string{
			stop:  "Vous ne recevrez plus de messages de notre part. Répondez START pour en recevoir à nouveau.",
			start: "Vous recevrez à nouveau nos messages. Répondez ARRET pour ne plus en recevoir, AIDE pour de l'aide.",
			help:  "Ceci est une réponse automatique. Répondez ARRET pour ne plus recevoir de messages de notre part.",
		}[k]
	}
	return map[keyword]string{
		stop:  "You will get no more messages from us. Reply START to get them again.",
		start: "You will get messages from us again. Reply STOP to get no more, HELP for help.",
		help:  "This is an automatic answer. Reply STOP to get no more messages from us.",
	}[k]
}
