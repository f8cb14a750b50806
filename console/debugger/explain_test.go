package debugger

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/repli-sms/repli"
)

// Codes that these packages name are those of alerts. What they say of themselves is not.
var raising = []string{"webhook", "twiml", "inbound", "outbound", "callback"}

// unheard are codes that are answered to whoever asks, or tried again, and of which no alert is kept.
var unheard = map[int]string{
	20409: "the API's", 20422: "the API's", 20429: "the API's", 20503: "the API's", 21212: "the detail of another", 21617: "the API's", 21620: "the API's",
	21623: "the detail of another", 30409: "the API's",
}

func TestEveryCodeOnTheWayOfATextIsExplained(t *testing.T) {
	known := explanations()
	for _, folder := range raising {
		files, err := filepath.Glob("../../" + folder + "/*.go")
		if err != nil || len(files) == 0 {
			t.Fatalf("%s has no files: %v", folder, err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") || strings.HasPrefix(file, "../../outbound/draft") {
				continue // what a draft refuses is answered to whoever asks, before there is a message
			}
			for _, code := range codesIn(t, file) {
				if _, ok := known[code]; !ok && unheard[code] == "" {
					t.Errorf("%s raises %d (%s), which nobody explains", file, code, repli.LookUp(code).Title)
				}
			}
		}
	}
}

// codesIn returns the numbers in a file that are codes of the catalogue.
func codesIn(t *testing.T, file string) []int {
	t.Helper()
	tree, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var codes []int
	ast.Inspect(tree, func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.INT {
			code, err := strconv.Atoi(lit.Value)
			if err == nil && code >= 10000 && !strings.HasPrefix(repli.LookUp(code).Title, "Error ") {
				codes = append(codes, code)
			}
		}
		return true
	})
	return codes
}

func TestACodeWithoutAnExplanationHasAGeneralOne(t *testing.T) {
	if got := explain(60000); got.Cause != "debugger.cause_other" {
		t.Errorf("got %+v, want the general explanation", got)
	}
}
