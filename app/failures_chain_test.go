package app_test

import (
	"strings"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/webhook/webhooktest"
)

func (st *stage) bins() section {
	long := "<Response><Message>{{Body}}</Message><!--" + strings.Repeat("x", 65_480) + "--></Response>"
	bad := func(does, document, code string) row {
		return row{does: does, at: st.bin(document), tries: "next " + code}
	}
	return section{
		title: "A bin",
		intro: "A bin is rendered in process, so that it answers with the network unplugged, and fails with the code that its URL would have given.",
		rows: []row{
			{does: "is a good bin", at: st.bin(says(hello)), tries: "use 0"},
			{does: "is the URL of a bin, with a parameter for it", at: shown(st.bin(says("Hello{{End}}"))) + "?End=.", tries: "use 0"},
			bad("is a bin with `<response>`, in lower case", "<response/>", "12102"),
			bad("is a bin that is cut short", "<Response><Message>Hel", "12100"),
			bad("is a bin that is empty", "", "12100"),
			bad("is a bin over 64 kB once its placeholders are filled in", long, "11750"),
			bad("is a bin with a placeholder that is refused, `{{{Body}}}`", says("{{{Body}}}"), "12100"),
			{does: "answers 500, and the fallback is a bin that shows why", at: webhooktest.Status(st.t, 500), tries: "next 11217",
				next: []string{st.bin(says("Sorry: {{ErrorCode}}."))}, then: "fallback use 0", reads: []string{"Sorry: 11217."}},
			{does: "is a bin that redirects to another one", at: st.bin("<Response><Redirect>" + st.bin(says(hello)) + "</Redirect></Response>"), tries: "use 0, use 0"},
		},
	}
}

func (st *stage) chains() section {
	t := st.t
	fails := func() string { return webhooktest.Status(t, 500) }
	refuses, missing := webhooktest.Refuses(t), webhooktest.Status(t, 404)
	lower := st.bin("<response/>")
	const hangs = "http://hangs.test/sms"
	withLastResort := repli.Chain{LastResort: callUs}
	return section{
		title: "When the fallback fails too",
		intro: "Each failure has its alert. Error 11200 at the end says that nobody answered.",
		rows: []row{
			{does: "answers 500, the fallback refuses the connection, the third step answers", at: fails(), tries: "next 11217",
				next: []string{refuses, st.fallback}, then: "fallback again 11202, fallback next 11202, fallback 2 use 0",
				alerts: []int{11217, 11202}, told: &told{"11202", refuses + "/"}, by: "fallback"},
			{does: "answers 500, the fallback sends `<response>`, and there is a last resort", at: fails(), tries: "next 11217",
				next: []string{lower}, then: "fallback next 12102, last_resort use 0", chain: withLastResort,
				alerts: []int{11217, 12102}, reads: []string{callUs}, by: "last_resort"},
			{does: "answers 500, the fallback 404, and there is no last resort", at: fails(), tries: "next 11217",
				next: []string{missing}, then: "fallback next 11217",
				alerts: []int{11217, 11217, 11200}, reads: nothing, by: nobody},
			{does: "answers 500, and the fallback redirects to a document that is not there", at: fails(), tries: "next 11217",
				next: []string{st.twiml("<Response><Redirect>" + missing + "</Redirect></Response>")}, then: "fallback use 0, fallback next 11217",
				alerts: []int{11217, 11217, 11200}, reads: nothing, by: nobody},
			{does: "answers 500, and the fallback redirects to a good document", at: fails(), tries: "next 11217",
				next: []string{st.twiml("<Response><Redirect>" + st.twiml(says(hello)) + "</Redirect></Response>")}, then: "fallback use 0, fallback use 0",
				reads: []string{hello}, by: "fallback"},
			{does: "answers 500, and the fallback says nothing: `<Response/>`", at: fails(), tries: "next 11217",
				next: []string{st.twiml("<Response/>")}, then: "fallback use 0", reads: nothing, by: "fallback"},
			{does: "answers 500, and there is no fallback", at: fails(), next: none, tries: "next 11217",
				alerts: []int{11217, 11200}, reads: nothing, by: nobody},
			{does: "answers 500, and there is a last resort only", at: fails(), next: none, tries: "next 11217", then: "last_resort use 0",
				chain: withLastResort, reads: []string{callUs}, by: "last_resort"},
			{does: "is not set up, and neither is anybody else", next: none, alerts: []int{11200}, reads: nothing, by: nobody},
			{does: "is not set up, but a last resort is", next: none, then: "last_resort use 0", chain: withLastResort, reads: []string{callUs}, by: "last_resort"},
			{does: "hangs, two fallbacks hang, and the chain's time ends (`answer_by_ms`)", at: hangs + "#rt=12000", tries: "next 11205",
				next: []string{hangs + "#rt=12000", hangs}, chain: repli.Chain{LastResort: callUs}, took: 30 * time.Second,
				then:   "fallback next 11205, last_resort use 0, fallback 2 late 11205",
				alerts: []int{11205, 11205, 11203}, reads: []string{callUs}, by: "last_resort"},
			{does: "hangs until the chain's time ends, and there is no last resort", at: "http://hangs.test/alone", tries: "", then: "fallback skipped 0, primary late 11205",
				chain: repli.Chain{AnswerBy: 10 * time.Second}, took: 10 * time.Second, alerts: []int{11203, 11200}, reads: nothing, by: nobody},
			{does: "answers after the chain's time has ended", at: "http://slow.test/late", tries: "", then: "fallback skipped 0, last_resort use 0, primary late 0",
				chain: repli.Chain{LastResort: callUs, AnswerBy: 10 * time.Second}, took: 10 * time.Second, alerts: []int{11203}, reads: []string{callUs}, by: "last_resort"},
		},
	}
}
