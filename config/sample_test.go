package config

import (
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write repli.example.yaml anew")

const sampleFile = "repli.example.yaml"

const sampleHead = `# Settings of repli serve and repli dev, for --config. Each line that begins with # and a key
# shows the default, or an example where there is none.
`

func TestTheSampleFileIsWhatTheCommentsSay(t *testing.T) {
	want := sampleHead + sample(t, structs(t), "Server", "")
	if *update {
		if err := os.WriteFile(sampleFile, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(sampleFile)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("%s is out of date; run go test ./config -update (-want +got):\n%s", sampleFile, diff)
	}
}

func TestTheSampleFileChangesNothingAsItStands(t *testing.T) {
	got, err := Parse([]string{"serve", "--config", sampleFile}, environment(nil))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(defaults(), got.(*Serve).Server, plainPrefixes); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestEveryLineOfTheSampleFileCanBeUsed(t *testing.T) {
	text, err := os.ReadFile(sampleFile)
	if err != nil {
		t.Fatal(err)
	}
	all := regexp.MustCompile(`(?m)^( *)#(\w+:)`).ReplaceAllString(string(text), "$1$2")
	got, err := Parse([]string{"serve", "--config", write(t, all)}, environment(nil))
	if err != nil {
		t.Fatal(err)
	}
	values := reflect.ValueOf(got.(*Serve).Server)
	for _, section := range []reflect.Value{values, values.FieldByName("Webhooks")} {
		for i := range section.NumField() {
			if section.Field(i).IsZero() {
				t.Errorf("%s is not in the sample file", section.Type().Field(i).Name)
			}
		}
	}
}

// structs returns the struct types of settings.go by name.
func structs(t *testing.T) map[string]*ast.StructType {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "settings.go", nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]*ast.StructType{}
	ast.Inspect(file, func(n ast.Node) bool {
		if spec, ok := n.(*ast.TypeSpec); ok {
			if s, ok := spec.Type.(*ast.StructType); ok {
				found[spec.Name.Name] = s
			}
		}
		return true
	})
	return found
}

// sample writes the settings of a struct as YAML that is commented out.
func sample(t *testing.T, types map[string]*ast.StructType, name, indent string) string {
	var b strings.Builder
	for _, field := range types[name].Fields.List {
		tag := reflect.StructTag(strings.Trim(field.Tag.Value, "`"))
		b.WriteString("\n")
		if prefix, nested := tag.Lookup("prefix"); nested {
			b.WriteString(indent + strings.TrimSuffix(prefix, ".") + ":")
			b.WriteString(sample(t, types, field.Names[0].Name, indent+"  "))
			continue
		}
		if field.Doc == nil {
			t.Fatalf("%s.%s has no comment", name, field.Names[0].Name)
		}
		for line := range strings.Lines(field.Doc.Text()) {
			b.WriteString(indent + "# " + line)
		}
		b.WriteString(indent + "#" + yamlName(field.Names[0].Name) + ": " + value(tag) + "\n")
	}
	return b.String()
}

func value(tag reflect.StructTag) string {
	if example := tag.Get("example"); example != "" {
		return example
	}
	switch tag.Get("default") { // those of serve
	case "${store}":
		return "./repli.db"
	case "${log}":
		return "info"
	case "${phones}":
		return PhonesMasked
	}
	return tag.Get("default")
}

var lastWord = regexp.MustCompile(`([a-z])([A-Z])`)

func yamlName(field string) string {
	return strings.ToLower(lastWord.ReplaceAllString(field, "${1}_${2}"))
}
