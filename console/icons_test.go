package console

import (
	"io/fs"
	"os"
	"path"
	"regexp"
	"strings"
	"testing"
)

func TestEveryIconUsedExistsAndEveryIconIsUsed(t *testing.T) {
	paths, err := fs.Glob(content, iconFolder+"/*.svg")
	if err != nil {
		t.Fatal(err)
	}
	unused := map[string]bool{}
	for _, p := range paths {
		unused[strings.TrimSuffix(path.Base(p), ".svg")] = true
	}
	frame, err := os.ReadFile("frame.go")
	if err != nil {
		t.Fatal(err)
	}
	sources := htmlFiles(t)
	sources["frame.go"] = string(frame)
	kept := map[string]bool{}
	for p, src := range sources {
		for _, m := range regexp.MustCompile(`(?:icon |Icon: )"([^"]*)"`).FindAllStringSubmatch(src, -1) {
			if !unused[m[1]] && !kept[m[1]] {
				t.Errorf("%s uses the icon %q, which is not in %s/", p, m[1], iconFolder)
			}
			kept[m[1]] = true
			delete(unused, m[1])
		}
	}
	for name := range unused {
		t.Errorf("the icon %q is used nowhere", name)
	}
}
