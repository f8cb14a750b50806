package console

import (
	"path"
	"regexp"
	"strings"
	"testing"
)

func TestEveryIconUsedExistsAndEveryIconIsUsed(t *testing.T) {
	unused := map[string]bool{}
	for p := range filesOf(t, "*.svg") {
		if strings.HasPrefix(p, "layout/") {
			continue // that of the browser's tab
		}
		unused[strings.TrimSuffix(path.Base(p), ".svg")] = true
	}
	sources := htmlFiles(t)
	for _, folder := range readAll(t).Folders {
		if folder.Section.Icon != "" {
			sources[folder.Name] = `icon "` + folder.Section.Icon + `"`
		}
	}
	kept := map[string]bool{}
	for p, src := range sources {
		for _, m := range regexp.MustCompile(`icon "([^"]*)"`).FindAllStringSubmatch(src, -1) {
			if !unused[m[1]] && !kept[m[1]] {
				t.Errorf("%s uses the icon %q, which is not in frame/icons", p, m[1])
			}
			kept[m[1]] = true
			delete(unused, m[1])
		}
	}
	for name := range unused {
		t.Errorf("the icon %q is used nowhere", name)
	}
}
