package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/repli-sms/repli"
)

func TestADrillOfAllKindsFindsABinFit(t *testing.T) {
	dir := t.TempDir()
	build(t, dir)
	dev := startDev(t, dir)
	out := dev.bash(t, `./repli drill +15550001000`)[0]
	if n := strings.Count(out, "  ok  "); n != 17 {
		t.Errorf("%d of 17 are ok:\n%s", n, out)
	}
	dev.stop(t)
}

// The guide is there in two languages, with the same commands.
func TestTheCommandsOfTheGuideToFallbacksPrintWhatItShows(t *testing.T) {
	var first []block
	for _, name := range []string{"fallback.md", "fallback.fr.md"} {
		t.Run(name, func(t *testing.T) {
			text, err := os.ReadFile("../../docs/" + name)
			if err != nil {
				t.Fatal(err)
			}
			blocks := blocksIn(t, name, string(text))
			if first == nil {
				first = blocks
			}
			if !slices.Equal(blocks, first) {
				t.Errorf("%s has other commands than fallback.md", name)
			}
			dir := t.TempDir()
			build(t, dir)
			dev := startDev(t, dir)
			dev.playsBlocks(t, name, blocks)
			dev.stop(t)
		})
	}
}

// call asks the API of the server and reads its answer into out, if that is not nil.
func (dev *devServer) call(t *testing.T, method, path, body string, out any) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, "http://"+dev.address+"/repli/v1"+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.SetBasicAuth("AC"+devToken, devToken)
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode >= 300 {
		text, _ := io.ReadAll(resp.Body)
		t.Fatalf("%s %s %s: %s %s", method, path, body, resp.Status, text)
	}
	if out == nil {
		return
	}
	if err := json.NewDecoder(resp.Body).Decode(out); err != nil {
		t.Fatal(err)
	}
}

// The mission, with a primary that is broken on demand: the fallback answers the text, for the
// reason that was asked for, and the fault is over after its one text.
func TestEachFaultOnDemandIsAnsweredByTheFallbackOnceAndEndsByItself(t *testing.T) {
	codes := map[repli.FaultKind]int{
		repli.FaultRefused: 11202, repli.FaultDNS: 11210, repli.FaultConnectTimeout: 11201, repli.FaultTLS: 11237,
		repli.FaultTimeout: 11205, repli.FaultReset: 11205, repli.FaultDrip: 11203, repli.FaultStatus500: 11217,
		repli.FaultStatus404: 11217, repli.FaultRedirectLoop: 11215, repli.FaultNoType: 11200, repli.FaultWrongType: 12300,
		repli.FaultOversize: 11750, repli.FaultMalformed: 12100, repli.FaultLowercaseRoot: 12102, repli.FaultEmpty: 11770,
	}
	dir := t.TempDir()
	build(t, dir)
	dev := startDev(t, dir)
	t.Run("kinds", func(t *testing.T) {
		for i, kind := range repli.Faults() {
			t.Run(string(kind), func(t *testing.T) {
				t.Parallel()
				dev.meets(t, i, kind, codes[kind])
			})
		}
	})
	dev.stop(t)
}

// meets breaks the primary of a number of its own on demand, and looks at what follows.
func (dev *devServer) meets(t *testing.T, i int, kind repli.FaultKind, code int) {
	t.Helper()
	number, phone := fmt.Sprintf("+155500020%02d", i), fmt.Sprintf("+155577700%02d", i)
	dev.call(t, "POST", "/numbers", fmt.Sprintf(`{"number":%q,"steps":[
				{"url":"http://%s/sms#ct=300&rt=400&tt=900"},{"bin":"EH00000000000000000000000000000002"}]}`, number, dev.handler), nil)
	dev.call(t, "POST", "/numbers/"+number+"/faults", fmt.Sprintf(`{"kind":%q,"messages":1}`, kind), nil)
	const apology = "We cannot answer just now. Please have some cake while we fix it. 🍰"
	for _, want := range []string{apology, "Handled: hello"} {
		if got := dev.bash(t, fmt.Sprintf("./repli text %s %s hello", phone, number))[0]; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	var page struct {
		Alerts []struct {
			Code   int    `json:"error_code"`
			Number string `json:"number"`
		} `json:"alerts"`
	}
	dev.call(t, "GET", "/alerts?limit=1000", "", &page)
	var got []int
	for _, a := range page.Alerts {
		if a.Number == number && a.Code >= 11200 && a.Code < 13000 {
			got = append(got, a.Code)
		}
	}
	if !slices.Equal(got, []int{code}) {
		t.Errorf("alerts %v, want %d alone", got, code)
	}
	var left struct{ Faults []any }
	if dev.call(t, "GET", "/numbers/"+number+"/faults", "", &left); len(left.Faults) > 0 {
		t.Errorf("the fault has not ended: %v", left.Faults)
	}
}
