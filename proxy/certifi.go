package proxy

import (
	"bytes"
	"embed"
	"io/fs"
	"os"
	"path/filepath"
	"unicode"
)

// module is a Python module certifi without certificates.
//
//go:embed certifi/*.py
var module embed.FS

// writeCertifi writes the module certifi with this bundle to a directory from which Python
// imports it. It keeps only ASCII, which Python requires of certifi; the comments of a system's
// bundle contain other characters.
func writeCertifi(folder string, bundle []byte) error {
	if err := os.MkdirAll(filepath.Join(folder, "certifi"), 0o755); err != nil {
		return err
	}
	names, err := fs.Glob(module, "certifi/*.py")
	if err != nil {
		return err
	}
	for _, name := range names {
		text, err := module.ReadFile(name)
		if err != nil {
			return err
		}
		if err := replace(filepath.Join(folder, filepath.FromSlash(name)), text, 0o644); err != nil {
			return err
		}
	}
	ascii := bytes.Map(func(r rune) rune {
		if r > unicode.MaxASCII {
			return -1
		}
		return r
	}, bundle)
	return replace(filepath.Join(folder, "certifi", "cacert.pem"), ascii, 0o644)
}
