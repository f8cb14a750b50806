package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// A file is an entry of an archive. A name that ends with a slash is a folder's.
type file struct {
	name    string
	mode    int64
	owner   int
	content []byte
}

// read returns files of a folder by their names.
func read(dir string, names ...string) ([]file, error) {
	var files []file
	for _, name := range names {
		content, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return nil, err
		}
		files = append(files, file{name: name, mode: 0o644, content: content})
	}
	return files, nil
}

// under returns files in a folder of that name.
func under(dir string, files ...file) []file {
	moved := slices.Clone(files)
	for i := range moved {
		moved[i].name = dir + "/" + moved[i].name
	}
	return moved
}

// archive writes the archive of a program, and the list of its modules.
func (r *release) archive(p program) error {
	name := fmt.Sprintf("repli_%s_%s_%s", r.version, p.os, p.arch)
	files := append([]file{{name: p.file(), mode: 0o755, content: p.binary}}, r.texts...)
	files = under(name, append(files, thirdParties(p))...)
	pack, suffix := tarGz, ".tar.gz"
	if p.os == "windows" {
		pack, suffix = zipped, ".zip"
	}
	packed, err := pack(r.when, files)
	if err != nil {
		return err
	}
	if err := r.write(name+suffix, packed); err != nil {
		return err
	}
	bill, err := r.bill(p)
	if err != nil {
		return err
	}
	return r.write(name+".cdx.json", append(bill, '\n'))
}

// tarball returns a tar archive in which every file has that time.
func tarball(when time.Time, files []file) ([]byte, error) {
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for _, f := range files {
		h := &tar.Header{Typeflag: tar.TypeReg, Name: f.name, Mode: f.mode, Uid: f.owner, Gid: f.owner, Size: int64(len(f.content)), ModTime: when}
		if strings.HasSuffix(f.name, "/") {
			h.Typeflag = tar.TypeDir
		}
		if err := w.WriteHeader(h); err != nil {
			return nil, err
		}
		if _, err := w.Write(f.content); err != nil {
			return nil, err
		}
	}
	err := w.Close()
	return out.Bytes(), err
}

func tarGz(when time.Time, files []file) ([]byte, error) {
	plain, err := tarball(when, files)
	if err != nil {
		return nil, err
	}
	return gzipped(plain)
}

// gzipped compresses, and says neither when nor what.
func gzipped(plain []byte) ([]byte, error) {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	_, err = w.Write(plain)
	err = errors.Join(err, w.Close())
	return out.Bytes(), err
}

func zipped(when time.Time, files []file) ([]byte, error) {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range files {
		h := &zip.FileHeader{Name: f.name, Method: zip.Deflate, Modified: when}
		h.SetMode(fs.FileMode(f.mode))
		entry, err := w.CreateHeader(h)
		if err != nil {
			return nil, err
		}
		if _, err := entry.Write(f.content); err != nil {
			return nil, err
		}
	}
	err := w.Close()
	return out.Bytes(), err
}

// checksums writes the checksums of all that was written, as sha256sum -c reads them.
func (r *release) checksums() error {
	slices.Sort(r.written)
	var sums strings.Builder
	for _, name := range r.written {
		content, err := os.ReadFile(filepath.Join(r.out, name))
		if err != nil {
			return err
		}
		fmt.Fprintf(&sums, "%x  %s\n", sha256.Sum256(content), name)
	}
	return r.write("SHA256SUMS", []byte(sums.String()))
}
