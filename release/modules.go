package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
)

// A module is one that is in a binary.
type module struct {
	path, version string
	sum           string   // as in go.sum
	licences      []string // their SPDX names, as far as they are known
	texts         []byte   // its licences and notices
}

// modulesOf returns the modules of a binary, the standard library first.
func (p program) modulesOf(ctx context.Context, info *debug.BuildInfo) ([]module, error) {
	root, err := p.run(ctx, "env", "GOROOT")
	if err != nil {
		return nil, err
	}
	folders := map[string]string{"stdlib": strings.TrimSpace(root)}
	modules := []module{{path: "stdlib", version: strings.TrimPrefix(info.GoVersion, "go")}}
	list := []string{"list", "-m", "-f", "{{.Path}}\t{{with .Replace}}{{.Dir}}{{else}}{{.Dir}}{{end}}"}
	for _, dep := range info.Deps {
		list = append(list, dep.Path)
		if dep.Replace != nil {
			dep = &debug.Module{Path: dep.Path, Version: dep.Replace.Version, Sum: dep.Replace.Sum}
		}
		modules = append(modules, module{path: dep.Path, version: dep.Version, sum: dep.Sum})
	}
	listed, err := p.run(ctx, list...)
	if err != nil {
		return nil, err
	}
	for line := range strings.Lines(listed) {
		path, dir, _ := strings.Cut(strings.TrimSpace(line), "\t")
		folders[path] = dir
	}
	for i, m := range modules {
		if modules[i].texts, err = licences(folders[m.path]); err != nil {
			return nil, fmt.Errorf("the licences of %s: %w", m.path, err)
		}
		modules[i].licences = classify(string(modules[i].texts))
	}
	return modules, nil
}

// licences returns what the licence files in a folder say. A folder that is not there has none.
func licences(dir string) ([]byte, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var all [][]byte
	for _, e := range entries {
		name := strings.ToUpper(e.Name())
		known := slices.ContainsFunc([]string{"LICENSE", "LICENCE", "COPYING", "NOTICE"}, func(s string) bool { return strings.HasPrefix(name, s) })
		if !known || !e.Type().IsRegular() || strings.HasSuffix(name, ".GO") {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			return nil, err
		}
		all = append(all, bytes.TrimSpace(text))
	}
	return bytes.Join(all, []byte("\n\n")), err
}

// classify returns the SPDX names of the licences whose words a text has.
func classify(text string) (names []string) {
	text = strings.Join(strings.Fields(text), " ")
	for _, known := range []struct{ name, has, hasNot string }{
		{"Apache-2.0", "Apache License Version 2.0", ""},
		{"Apache-2.0", "Licensed under the Apache License, Version 2.0", "Apache License Version 2.0"},
		{"BSD-2-Clause", "Redistribution and use in source and binary forms", "Neither the name"},
		{"BSD-3-Clause", "Neither the name", ""},
		{"ISC", "Permission to use, copy, modify, and/or distribute this software", ""},
		{"MIT", "Permission is hereby granted, free of charge", ""},
		{"MPL-2.0", "Mozilla Public License Version 2.0", ""},
	} {
		if strings.Contains(text, known.has) && (known.hasNot == "" || !strings.Contains(text, known.hasNot)) {
			names = append(names, known.name)
		}
	}
	return names
}

// thirdParties returns the licences of all modules of some binaries, each once.
func thirdParties(programs ...program) file {
	texts := map[string]string{}
	for _, p := range programs {
		for _, m := range p.modules {
			title := m.path + " " + m.version
			texts[title] = fmt.Sprintf("%s\n%s\n\n%s\n\n\n", title, strings.Repeat("=", len(title)), m.texts)
		}
	}
	var all strings.Builder
	all.WriteString("The binary contains the modules below, under these licences.\n\n\n")
	for _, title := range sorted(texts) {
		all.WriteString(texts[title])
	}
	return file{name: "THIRD_PARTY_LICENSES", mode: 0o644, content: []byte(all.String())}
}

// sorted returns the keys of a map in order.
func sorted[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
