package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// prepared returns a release of version 1.2.3 into a new folder.
func prepared(t *testing.T) *release {
	return &release{
		version: "1.2.3", when: time.Unix(1700000000, 0).UTC(), out: t.TempDir(), said: t.Output(), certificates: []byte("certificates"),
		texts: []file{{name: "LICENSE", mode: 0o644, content: []byte("licence")}, {name: "README.md", mode: 0o644, content: []byte("read me")}},
	}
}

// read returns what a release has written under a name.
func (r *release) read(t *testing.T, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(r.out, name))
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// listed returns "mode owner name content" of each entry of a tar archive, and wants all of
// them to have the time of prepared.
func listed(t *testing.T, archive []byte) (entries []string) {
	t.Helper()
	for r := tar.NewReader(bytes.NewReader(archive)); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return entries
		}
		if err != nil {
			t.Fatal(err)
		}
		if h.ModTime.Unix() != 1700000000 || h.Uname+h.Gname != "" || h.Gid != h.Uid {
			t.Errorf("%s is of %v and of %q %q, group %d", h.Name, h.ModTime, h.Uname, h.Gname, h.Gid)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		entries = append(entries, fmt.Sprintf("%o %d %s %.20s", h.Mode, h.Uid, h.Name, content))
	}
}

// gunzipped returns what was compressed.
func gunzipped(t *testing.T, content []byte) []byte {
	t.Helper()
	r, err := gzip.NewReader(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	if !r.ModTime.IsZero() || r.Name != "" {
		t.Errorf("it says when and what it was: %v %q", r.ModTime, r.Name)
	}
	plain, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return plain
}

func TestAnArchiveHasTheProgramAndWhatMustComeWithIt(t *testing.T) {
	r := prepared(t)
	if err := r.archive(sample("linux", "arm64")); err != nil {
		t.Fatal(err)
	}
	got := listed(t, gunzipped(t, r.read(t, "repli_1.2.3_linux_arm64.tar.gz")))
	want := []string{
		"755 0 repli_1.2.3_linux_arm64/repli binary for arm64",
		"644 0 repli_1.2.3_linux_arm64/LICENSE licence",
		"644 0 repli_1.2.3_linux_arm64/README.md read me",
		"644 0 repli_1.2.3_linux_arm64/THIRD_PARTY_LICENSES The binary contains ",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestWindowsGetsAZip(t *testing.T) {
	r := prepared(t)
	if err := r.archive(sample("windows", "amd64")); err != nil {
		t.Fatal(err)
	}
	content := r.read(t, "repli_1.2.3_windows_amd64.zip")
	archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	first := archive.File[0]
	if first.Name != "repli_1.2.3_windows_amd64/repli.exe" || first.Mode() != 0o755 || first.Modified.Unix() != 1700000000 || len(archive.File) != 4 {
		t.Errorf("got %d files, the first %s %v of %v", len(archive.File), first.Name, first.Mode(), first.Modified)
	}
}

func TestChecksumsAreOfAllThatWasWritten(t *testing.T) {
	r := prepared(t)
	for _, name := range []string{"b", "a"} {
		if err := r.write(name, []byte(name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.checksums(); err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprintf("%x  a\n%x  b\n", sha256.Sum256([]byte("a")), sha256.Sum256([]byte("b")))
	if got := string(r.read(t, "SHA256SUMS")); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestTheNpmPackageHasTheVersionAndABinaryForEachPlatform(t *testing.T) {
	r := prepared(t)
	t.Chdir("..") // where a release is made
	if err := r.npm([]program{sample("linux", "amd64"), sample("windows", "arm64")}); err != nil {
		t.Fatal(err)
	}
	got := listed(t, gunzipped(t, r.read(t, "repli-1.2.3.tgz")))
	for _, want := range []string{
		"755 0 package/bin/linux-x64/repli binary for amd64",
		"755 0 package/bin/win32-arm64/repli.exe binary for arm64",
		"755 0 package/repli.js #!/usr/bin/env node\n",
		"644 0 package/LICENSE licence",
	} {
		if !slices.Contains(got, want) {
			t.Errorf("it has no %q but\n%q", want, got)
		}
	}
	if plain := gunzipped(t, r.read(t, "repli-1.2.3.tgz")); !bytes.Contains(plain, []byte(`"version": "1.2.3",`)) {
		t.Error("package.json does not have the version")
	}
}

func TestThereMustBeCertificates(t *testing.T) {
	empty := filepath.Join(t.TempDir(), "empty.pem")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		empty:       empty + " has no certificate",
		"/gone.pem": `there are no CA certificates in ["/gone.pem"]; name a PEM file with -certificates`,
	} {
		if _, err := authorities(path); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}
