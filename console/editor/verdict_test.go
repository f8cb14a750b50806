package editor

import (
	"io"
	"strings"
	"testing"
	"time"

	"github.com/repli-sms/repli/console/frame"
)

// The editor waits for a tenth of a second after the last key, and the verdict is to stand there
// after three: the server has what is left. The best of several tries is looked at, because the
// machine may have other things to do.
func TestTheVerdictOnTheLargestDocumentsComesWhileOneTypes(t *testing.T) {
	fill := func(part string) string {
		const open, end = "<Response>\n", "</Response>"
		return open + strings.Repeat(part, (64<<10-len(open)-len(end))/len(part)) + end
	}
	read, err := frame.Read([]frame.Folder{Folder()})
	if err != nil {
		t.Fatal(err)
	}
	page := read.Template("en", "failure/failure") // any has the part
	for name, twiml := range map[string]string{
		"one long text":      fill("<Message>" + strings.Repeat("🍰", 1500) + "</Message>\n"),
		"many short texts":   fill("<Message>Hi</Message>\n"),
		"nothing but errors": fill("<Mesage to=\"x\">Hi</Mesage>\n"),
		"a line without end": fill("x"),
		"no markup at all":   strings.Repeat("&", 64<<10),
	} {
		best := time.Hour
		for range 5 {
			began := time.Now()
			if err := page.ExecuteTemplate(io.Discard, "verdict", Judge(twiml)); err != nil {
				t.Fatal(err)
			}
			best = min(best, time.Since(began))
		}
		t.Logf("%s: %v", name, best)
		if best > 200*time.Millisecond {
			t.Errorf("%s takes %v, want 200 ms at most", name, best)
		}
	}
}
