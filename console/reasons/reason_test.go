package reasons

import (
	"strings"
	"testing"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/console/frame"
)

func languages(t *testing.T) []frame.Language {
	t.Helper()
	read, err := frame.Read([]frame.Folder{Folder()})
	if err != nil {
		t.Fatal(err)
	}
	return read.Languages()
}

// What is found of a fallback by itself; everything else is drilled in drilled_test.go.
func TestWhatCoverageSaysInBothLanguages(t *testing.T) {
	words := languages(t)
	const number = "+15550002000"
	found := func(k repli.FindingKind) repli.Finding { return repli.Finding{Kind: k, Number: number} }
	other := found(repli.NoFallback)
	other.By = "MG00000000000000000000000000000001"
	after := func(d time.Duration) repli.Finding {
		return repli.Finding{Kind: repli.LongAgo, Number: number, Time: d}
	}
	place := func(k repli.FindingKind, at string) repli.Finding { return repli.Finding{Kind: k, Place: at} }
	passed := repli.Drill{Number: number, Status: repli.DrillPassed, Results: make([]repli.DrillResult, 17)}
	for _, row := range []struct {
		grade  repli.Grade
		found  repli.Finding
		last   repli.Drill
		en, fr string
	}{
		{repli.GradeNone, found(repli.NobodyAsked), repli.Drill{}, "No handler is configured. Give +15550002000 a primary handler and a fallback.",
			"Aucun gestionnaire n’est configuré. Donnez à +15550002000 un gestionnaire principal et un secours."},
		{repli.GradeNone, found(repli.OnlyLastResort), repli.Drill{},
			"There is no fallback, only the last resort. Give +15550002000 a fallback; a bin answers even when every server is down.",
			"Il n’y a pas de secours, seulement le dernier recours. Donnez à +15550002000 un secours\u00a0; un bin répond même quand tous les serveurs sont en panne."},
		{repli.GradeNone, other, repli.Drill{},
			"There is no fallback. Give MG00000000000000000000000000000001, which answers for +15550002000, a fallback; a bin answers even when every server is down.",
			"Il n’y a pas de secours. Donnez à MG00000000000000000000000000000001, qui répond pour +15550002000, un secours\u00a0; un bin répond même quand tous les serveurs sont en panne."},
		{repli.GradeFailing, found(repli.HandlersChanged), repli.Drill{Status: repli.DrillDegraded},
			"The last drill degraded; the handlers have changed since. Run repli drill +15550002000 when it is fixed.",
			"Au dernier exercice, seul le dernier recours a répondu\u00a0; les gestionnaires ont changé depuis. Lancez repli drill +15550002000 une fois que c’est réparé."},
		{repli.GradeFailing, found(repli.HandlersChanged), repli.Drill{Status: repli.DrillBad},
			"The last drill failed; the handlers have changed since. Run repli drill +15550002000 when it is fixed.",
			"Le dernier exercice a échoué\u00a0; les gestionnaires ont changé depuis. Lancez repli drill +15550002000 une fois que c’est réparé."},
		{repli.GradeSharedFate, place(repli.SharedHost, "x:443"), repli.Drill{},
			"Primary and fallback share the host and port x:443, so they fail together. Put the fallback on another machine, or make it a bin.",
			"Le gestionnaire principal et le secours partagent l’hôte et le port x:443, et tombent donc ensemble. Placez le secours sur une autre machine, ou faites-en un bin."},
		{repli.GradeSharedFate, place(repli.SharedAddress, "192.0.2.1"), repli.Drill{},
			"Primary and fallback share the address 192.0.2.1, so they fail together. Put the fallback on another machine, or make it a bin.",
			"Le gestionnaire principal et le secours partagent l’adresse 192.0.2.1, et tombent donc ensemble. Placez le secours sur une autre machine, ou faites-en un bin."},
		{repli.GradeUntested, found(repli.HandlersChanged), passed, "Its handlers have changed since it was drilled. Run repli drill +15550002000.",
			"Ses gestionnaires ont changé depuis son dernier exercice. Lancez repli drill +15550002000."},
		{repli.GradeStale, after(47 * time.Hour), passed, "It was drilled 47 hours ago. Run repli drill +15550002000, or set a schedule.",
			"Il a été testé il y a 47 heures. Lancez repli drill +15550002000, ou fixez un horaire."},
		{repli.GradeStale, after(190 * time.Hour), passed, "It was drilled 7 days ago. Run repli drill +15550002000, or set a schedule.",
			"Il a été testé il y a 7 jours. Lancez repli drill +15550002000, ou fixez un horaire."},
	} {
		for i, want := range []string{row.en, row.fr} {
			got, err := Coverage(words[i], repli.Coverage{Number: number, Grade: row.grade, Finding: row.found, Last: row.last})
			if err != nil || got != want {
				t.Errorf("%s, %s: got %q and error %v\nwant %q", row.grade, row.found.Kind, got, err, want)
			}
		}
	}
}

func TestEveryFaultAndWhatIsFoundUnderItHaveWords(t *testing.T) {
	words := languages(t)
	for _, k := range repli.DrillKinds() {
		for found := range whys() {
			for _, lang := range words {
				r := repli.DrillResult{Fault: k, ErrorCode: 11205, Finding: repli.Finding{Kind: found, Number: "+15550002000"}}
				if got, err := Result(lang, r); err != nil || got == "" {
					t.Errorf("%s: %s, %s: got %q and error %v", lang.Code, k, found, got, err)
				}
			}
		}
	}
}

func TestWhateverInterruptsADrillHasWords(t *testing.T) {
	words := languages(t)
	for _, lang := range words {
		said := map[string]bool{}
		for _, cut := range append(repli.Cuts(), "") {
			got, err := Drill(lang, repli.Drill{Number: "+15550002000", Status: repli.DrillInterrupted, Cut: cut})
			if err != nil || said[got] || !strings.Contains(got, "+15550002000") {
				t.Errorf("%s, %q: got %q and error %v, want a sentence of its own", lang.Code, cut, got, err)
			}
			said[got] = true
		}
	}
}

func TestADrillThatWasInterruptedSaysSoAndOneThatRunsSaysNothing(t *testing.T) {
	words := languages(t)
	for _, row := range []struct {
		status repli.DrillStatus
		en, fr string
	}{
		{repli.DrillRuns, "", ""},
		{repli.DrillInterrupted, "The drill of +15550002000 was interrupted before it was over, so it proves nothing. Drill again.",
			"L’exercice de +15550002000 a été interrompu avant la fin\u00a0: il ne prouve rien. Recommencez."},
	} {
		for i, want := range []string{row.en, row.fr} {
			got, err := Drill(words[i], repli.Drill{Number: "+15550002000", Status: row.status})
			if err != nil || got != want {
				t.Errorf("%s: got %q and error %v, want %q", row.status, got, err, want)
			}
		}
	}
}
