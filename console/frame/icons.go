package frame

import (
	"fmt"
	"html/template"
	"path"
	"strings"
)

// iconFolder has the drawings, each in a file of its own, as they come from lucide-static.
const iconFolder = "icons"

// symbol returns a drawing as a part of the one file with all of them; its name there is that
// of its file.
func symbol(p string, b []byte) (string, error) {
	_, svg, found := strings.Cut(string(b), "<svg")
	_, lines, open := strings.Cut(svg, ">")
	lines, _, closed := strings.Cut(lines, "</svg>")
	if !found || !open || !closed {
		return "", fmt.Errorf("%s is no drawing", p)
	}
	name := strings.TrimSuffix(path.Base(p), ".svg")
	return fmt.Sprintf(`<symbol id="%s" viewBox="0 0 24 24">%s</symbol>`, name, strings.Join(strings.Fields(lines), " ")), nil
}

// icon returns a drawing for a page. Screen readers skip it: a word stands
// beside it, or its button has a label.
func (a assets) icon(name string) template.HTML {
	return template.HTML(fmt.Sprintf(`<svg class="drawn" aria-hidden="true"><use href="%s%s#%s"/></svg>`, //nolint:gosec // all of it is ours
		assetRoot, a.icons, template.HTMLEscapeString(name)))
}
