// Release builds what people install, for every platform: archives with a static binary, an
// OCI image, an npm package, a list of the modules in each binary, and the checksums of all.
//
//	go run ./release -out dist
//	go run ./release -out /tmp/one -platforms linux/amd64
//
// What comes out depends on the commit, the Go toolchain and the CA certificates only: built
// again, it is the same to the byte. Every time in it is that of the commit, or
// SOURCE_DATE_EPOCH. It runs in the root of the repository and needs the go command, and git
// unless -version and SOURCE_DATE_EPOCH are given.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	context.AfterFunc(ctx, stop) // a second signal kills
	out := flag.String("out", "dist", "the `folder` for the results")
	platforms := flag.String("platforms", strings.Join(everywhere(), ","), "what to build for, as `os/arch`")
	version := flag.String("version", "", "the version, such as 1.2.3 (default: that of git describe)")
	certificates := flag.String("certificates", "", "the PEM `file` of the image's CA certificates (default: those of this machine)")
	flag.Parse()
	if err := run(ctx, *out, *platforms, *version, *certificates); err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

// everywhere returns the platforms of a release.
func everywhere() []string {
	return []string{"linux/amd64", "linux/arm64", "darwin/amd64", "darwin/arm64", "windows/amd64", "windows/arm64"}
}

// A release is what is made from one commit.
type release struct {
	version      string
	when         time.Time // of everything in it
	out          string
	certificates []byte
	texts        []file // what comes with every binary
	written      []string
	said         io.Writer
}

// run makes a release. The folder out may exist; what it has already is not in the checksums.
func run(ctx context.Context, out, platforms, version, certificates string) error {
	r := release{out: out, said: os.Stdout}
	var err error
	if r.version, err = versionOf(ctx, version); err != nil {
		return err
	}
	if r.when, err = timeOf(ctx, os.Getenv("SOURCE_DATE_EPOCH")); err != nil {
		return err
	}
	if r.certificates, err = authorities(certificates); err != nil {
		return err
	}
	if r.texts, err = read(".", "LICENSE", "NOTICE", "README.md"); err != nil {
		return err
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	var all []program
	for name := range strings.SplitSeq(platforms, ",") {
		p, err := r.build(ctx, name)
		if err != nil {
			return err
		}
		if err := r.archive(p); err != nil {
			return err
		}
		all = append(all, p)
	}
	if err := r.image(all); err != nil {
		return err
	}
	if err := r.npm(all); err != nil {
		return err
	}
	return r.checksums()
}

// write puts a result into the folder, and says so.
func (r *release) write(name string, content []byte) error {
	if err := os.WriteFile(filepath.Join(r.out, name), content, 0o644); err != nil {
		return err
	}
	r.written = append(r.written, name)
	fmt.Fprintf(r.said, "%9d  %s\n", len(content), filepath.Join(r.out, name))
	return nil
}
