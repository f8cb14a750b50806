package main

import (
	"bytes"
	"fmt"
)

// npm writes the npm package: the launcher, and the binary of every platform.
func (r *release) npm(programs []program) error {
	files, err := read("npm", "package.json", "README.md", "repli.js")
	if err != nil {
		return err
	}
	const unset = `"version": "0.0.0"`
	if bytes.Count(files[0].content, []byte(unset)) != 1 {
		return fmt.Errorf("npm/package.json should have %s once, where the version goes", unset)
	}
	files[0].content = bytes.Replace(files[0].content, []byte(unset), fmt.Appendf(nil, `"version": %q`, r.version), 1)
	files[2].mode = 0o755
	for _, f := range r.texts {
		if f.name != "README.md" {
			files = append(files, f)
		}
	}
	files = append(files, thirdParties(programs...))
	for _, p := range programs {
		files = append(files, file{name: "bin/" + nodeName(p.os, p.arch) + "/" + p.file(), mode: 0o755, content: p.binary})
	}
	packed, err := tarGz(r.when, under("package", files...))
	if err != nil {
		return err
	}
	return r.write("repli-"+r.version+".tgz", packed)
}

// nodeName returns what Node.js calls a platform.
func nodeName(goos, arch string) string {
	if goos == "windows" {
		goos = "win32"
	}
	if arch == "amd64" {
		arch = "x64"
	}
	return goos + "-" + arch
}
