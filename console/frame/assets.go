package frame

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
)

// assets are the files a browser fetches, by the name they have there. The name holds a hash
// of the content, so that a browser may keep it for ever.
type assets struct {
	named  map[string]string // by path in the tree: bins/editor.js is bins-editor.0123456789ab.js
	files  map[string][]byte // by that name
	styles string            // the one stylesheet
	icons  string            // the one file with all icons
	script []string          // the modules of every page
}

// readAssets reads every stylesheet, script and drawing of the folders. Stylesheets become one,
// that of the layout first, and so do icons. Scripts whose name ends in .bundle.js are only
// loaded by those who ask.
func readAssets(folders []Folder) (assets, error) {
	a := assets{named: map[string]string{}, files: map[string][]byte{}}
	var styles, icons bytes.Buffer
	for _, folder := range ordered(folders) {
		files, err := fs.ReadDir(folder.Files, ".")
		if err != nil {
			return a, err
		}
		for _, file := range files {
			b, err := fs.ReadFile(folder.Files, file.Name())
			if err != nil {
				return a, err
			}
			switch p := path.Join(folder.Name, file.Name()); path.Ext(p) {
			case ".css":
				fmt.Fprintf(&styles, "/* %s */\n%s\n", p, b)
			case ".svg":
				if folder.Name != iconFolder {
					a.add(p, b)
					continue
				}
				drawing, err := symbol(p, b)
				if err != nil {
					return a, err
				}
				icons.WriteString(drawing)
			case ".js":
				if name := a.add(p, b); !strings.HasSuffix(p, ".bundle.js") {
					a.script = append(a.script, name)
				}
			}
		}
		for name, make := range folder.Made {
			b, err := make()
			if err != nil {
				return a, err
			}
			a.add(path.Join(folder.Name, name), b)
		}
	}
	a.styles = a.add("console.css", styles.Bytes())
	a.icons = a.add("icons.svg", fmt.Appendf(nil, `<svg xmlns="http://www.w3.org/2000/svg">%s</svg>`, &icons))
	return a, nil
}

// add keeps a file and returns its name.
func (a assets) add(p string, b []byte) string {
	sum := sha256.Sum256(b)
	ext := path.Ext(p)
	name := strings.ReplaceAll(strings.TrimSuffix(p, ext), "/", "-") + "." + hex.EncodeToString(sum[:6]) + ext
	a.named[p], a.files[name] = name, b
	return name
}

// address returns where a browser finds the file at this path of the tree.
func (a assets) address(p string) (string, error) {
	name, ok := a.named[p]
	if !ok {
		return "", fmt.Errorf("there is no asset %s", p)
	}
	return assetRoot + name, nil
}

const assetRoot = Root + "/assets/"

// serveAsset answers with a file, which never changes under its name.
func (f *Frame) serveAsset(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	b, ok := f.content.assets.files[name]
	if !ok {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", mime.TypeByExtension(path.Ext(name)))
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	w.Write(b)
}
