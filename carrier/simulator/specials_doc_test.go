package simulator_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli/carrier/simulator"
)

var update = flag.Bool("update", false, "write the table of docs/phones.md anew")

const phonesDoc, tableMark = "../../docs/phones.md", "(-update). -->\n"

func TestTheDocumentListsTheNumbersThatFail(t *testing.T) {
	doc, err := os.ReadFile(phonesDoc)
	if err != nil {
		t.Fatal(err)
	}
	head, table, marked := strings.Cut(string(doc), tableMark)
	if !marked {
		t.Fatalf("%s has lost the mark before its table", phonesDoc)
	}
	var want strings.Builder
	want.WriteString("\n| a reply to | what becomes of it |\n| --- | --- |\n")
	for _, s := range simulator.Specials() {
		fmt.Fprintf(&want, "| `%s` | %s |\n", s.Numbers, s.Meaning)
	}
	if *update {
		if err := os.WriteFile(phonesDoc, []byte(head+tableMark+want.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want.String(), table); diff != "" {
		t.Errorf("%s is out of date; run go test ./carrier/simulator -update (-want +got):\n%s", phonesDoc, diff)
	}
}
