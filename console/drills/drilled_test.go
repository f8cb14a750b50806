package drills_test

import (
	"html"
	"strings"
	"testing"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/app/apptest"
	"github.com/repli-sms/repli/console/consoletest"
)

// curly returns a sentence of package drill as the console writes it.
func curly(s string) string { return strings.ReplaceAll(s, "'", "’") }

// drilled drills a number and returns the drill when it is over.
func drilled(t *testing.T, s *apptest.Server, address string) repli.Drill {
	t.Helper()
	d, err := s.Drills.Start(t.Context(), consoletest.NumberNamed(t, s, address), nil)
	if err != nil {
		t.Fatal(err)
	}
	for d.Status == repli.DrillRuns {
		<-time.After(time.Second)
		if d, err = s.DB.Drill(t.Context(), d.SID); err != nil {
			t.Fatal(err)
		}
	}
	return d
}

// The console says in English what the API says, and in French the same.
func TestADrillsFindingsAreSaidInTheLanguageOfThePage(t *testing.T) {
	bin := apptest.Bin
	soon := bin("<Response><Message>Back  soon.</Message></Response>")
	beside := apptest.At("https://customer1.example/backup")
	const nowhere = "https://nobody.example/sms"
	for _, row := range []struct {
		shows     string
		chain     repli.Chain
		fallbacks []apptest.Handler
		fr        string
	}{
		{"a fallback that answers", repli.Chain{}, []apptest.Handler{soon}, "Le gestionnaire principal refuse la connexion (11202)\u00a0: le secours dit «\u00a0Back soon.\u00a0» après 0,0 s."},
		{"a text of 200 letters", repli.Chain{}, []apptest.Handler{bin("<Response><Message>" + strings.Repeat("x", 200) + "</Message></Response>")},
			"«\u00a0" + strings.Repeat("x", 79) + "…\u00a0»"},
		{"no fallback", repli.Chain{}, nil, "il n’y a pas de secours\u00a0; la personne qui écrit ne reçoit aucune réponse. Donnez à +15550002000 un secours"},
		{"a last resort", repli.Chain{LastResort: "Call us."}, []apptest.Handler{beside},
			"le secours est sur l’hôte et le port du gestionnaire principal, et tombe avec lui\u00a0; le dernier recours dit «\u00a0Call us.\u00a0» après 0,0 s. Éloignez le secours de "},
		{"voice verbs only", repli.Chain{}, []apptest.Handler{bin("<Response><Say>Hi</Say></Response>")}, "le secours répond sans message\u00a0; la personne qui écrit ne reçoit aucune réponse. Mettez un <Message> avec un texte dans la <Response> du secours. Son document a un problème"},
		{"a message that is dropped", repli.Chain{}, []apptest.Handler{bin("<Response><Message>Hi</Message><Message/></Response>")}, "un message du secours est abandonné (14103)\u00a0; le secours dit «\u00a0Hi\u00a0»"},
		{"a message nobody sees", repli.Chain{}, []apptest.Handler{bin("<Response><Message>&#160;</Message></Response>")}, "le secours n’envoie rien de lisible"},
		{"nobody at the address", repli.Chain{}, []apptest.Handler{apptest.At(nowhere)}, "Réparez le secours à " + nowhere},
		{"a status", repli.Chain{}, []apptest.Handler{apptest.Fails(503)}, "TwilioQuest n’obtient pas de bonne réponse du secours (11217)."},
		{"no time for a fallback", repli.Chain{LastResort: "Call us.", AnswerBy: 5 * time.Second}, []apptest.Handler{apptest.Says("Back soon.")}, "la limite de temps de la chaîne (5s) est atteinte avant qu’un secours réponde"},
	} {
		t.Run(row.shows, func(t *testing.T) {
			consoletest.Visited(t, func(t *testing.T, s *apptest.Server, b *consoletest.Browser) {
				number := s.Chain("+15550002000", row.chain, append([]apptest.Handler{apptest.Says("Hello.")}, row.fallbacks...)...)
				d := drilled(t, s, number)
				at := "/console/drills/" + string(d.SID)
				page, list := b.Opens(at), b.Opens("/console/drills")
				said := []string{d.Reason}
				for _, r := range d.Results {
					said = append(said, r.Reason)
					page.Has(t, 200, html.EscapeString(curly(r.Reason)))
					b.Opens(at+"/"+string(r.Fault)).Has(t, 200, html.EscapeString(curly(r.Reason)))
				}
				all, err := s.Drills.Coverage(t.Context(), apptest.Account)
				if err != nil {
					t.Fatal(err)
				}
				for _, c := range all {
					said = append(said, c.Reason)
					list.Has(t, 200, html.EscapeString(curly(c.Reason)))
					if c.Grade != repli.GradeProven {
						b.Opens("/console").Has(t, 200, html.EscapeString(curly(c.Reason)))
					}
				}
				list.Has(t, 200, html.EscapeString(curly(d.Reason)))
				b.Header.Set("Accept-Language", "fr")
				b.Opens(at).Has(t, 200, html.EscapeString(row.fr))
				for _, page := range []string{at, "/console/drills", "/console", at + "/refused", at + "/twilioquest"} {
					for _, english := range append(said, "The primary", "the texter", "Give +") {
						b.Opens(page).Lacks(t, html.EscapeString(curly(english)))
					}
				}
			})
		})
	}
}

func TestWhatARehearsalHeardIsSaidInFrench(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, s *apptest.Server, b *consoletest.Browser) {
		b.Header.Set("Accept-Language", "fr")
		for _, row := range []struct {
			number   string
			handlers []apptest.Handler
			want     string
		}{
			{"+15550002000", []apptest.Handler{apptest.Says("Hello.")}, "Le gestionnaire principal répond «\u00a0Hello.\u00a0» après 0,0 s."},
			{"+15550002001", []apptest.Handler{apptest.TwiML("<Response/>")}, "Le gestionnaire principal répond après 0,0 s, sans message."},
			{"+15550002002", []apptest.Handler{apptest.Fails(500)}, "Le gestionnaire principal échoue encore (11217)\u00a0: "},
			{"+15550002003", nil, "+15550002003 n’a pas de gestionnaire principal à répéter."},
		} {
			s.Number(row.number, row.handlers...)
			b.Sends("/console/numbers/"+row.number+"/rehearse", nil).Has(t, 200, row.want)
		}
	})
}
