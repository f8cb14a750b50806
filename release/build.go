package main

import (
	"bytes"
	"context"
	"debug/buildinfo"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// A program is the binary for one platform.
type program struct {
	os, arch string
	binary   []byte
	modules  []module // what is in it
}

// file returns the name of the binary.
func (p program) file() string {
	if p.os == "windows" {
		return "repli.exe"
	}
	return "repli"
}

// build compiles the program for a platform such as linux/amd64.
func (r *release) build(ctx context.Context, platform string) (program, error) {
	goos, arch, found := strings.Cut(platform, "/")
	if !found {
		return program{}, fmt.Errorf("%q is not a platform such as linux/amd64", platform)
	}
	p := program{os: goos, arch: arch}
	dir, err := os.MkdirTemp("", "repli-release-")
	if err != nil {
		return p, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, p.file())
	// The commit is in the version: what Go would stamp depends on how the clone was made.
	_, err = p.run(ctx, "build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w -X main.version="+r.version, "-o", path, "./cmd/repli")
	if err != nil {
		return p, fmt.Errorf("%s: %w", platform, err)
	}
	if p.binary, err = os.ReadFile(path); err != nil {
		return p, err
	}
	info, err := buildinfo.Read(bytes.NewReader(p.binary))
	if err != nil {
		return p, fmt.Errorf("%s: %w", platform, err)
	}
	p.modules, err = p.modulesOf(ctx, info)
	return p, err
}

// run runs the go command for the platform, whatever the environment wants otherwise, and
// returns what it prints.
func (p program) run(ctx context.Context, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+p.os, "GOARCH="+p.arch, "GOAMD64=v1", "GOARM64=v8.0", "GOFLAGS=", "GOEXPERIMENT=")
	out, err := cmd.Output()
	return string(out), said(err)
}
