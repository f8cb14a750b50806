package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

const (
	mit    = "Permission is hereby granted, free of\n   charge, to any person"
	bsd    = "Redistribution and use in source and binary forms, with or without"
	bsd3   = bsd + " modification.\n * Neither the\n name of"
	apache = "                     Apache License\n               Version 2.0, January 2004"
)

func TestLicencesAreKnownByTheirWords(t *testing.T) {
	for _, row := range []struct {
		shows, text string
		want        []string
	}{
		{"MIT", mit, []string{"MIT"}},
		{"BSD with three clauses", bsd3, []string{"BSD-3-Clause"}},
		{"BSD with two", bsd, []string{"BSD-2-Clause"}},
		{"Apache", apache, []string{"Apache-2.0"}},
		{"what a file says that only points to it", "Licensed under the Apache License, Version 2.0 (the", []string{"Apache-2.0"}},
		{"two at once", mit + apache, []string{"Apache-2.0", "MIT"}},
		{"one nobody knows", "Do what you like", nil},
	} {
		if got := classify(row.text); !slices.Equal(got, row.want) {
			t.Errorf("%s: got %q, want %q", row.shows, got, row.want)
		}
	}
}

func TestLicencesAreReadFromEveryFileThatHasThem(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"COPYING": "one\n", "LICENSE-3RD-PARTY.md": "\ntwo", "NOTICE": "three", "README.md": "no", "license.go": "package no",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "licenses"), 0o700); err != nil {
		t.Fatal(err)
	}
	got, err := licences(dir)
	if want := "one\n\ntwo\n\nthree"; err != nil || string(got) != want {
		t.Errorf("got %q and %v, want %q", got, err, want)
	}
	if got, err := licences(filepath.Join(dir, "gone")); err != nil || got != nil {
		t.Errorf("a folder that is not there: got %q and %v, want nothing", got, err)
	}
}

func TestTheBillNamesEachModule(t *testing.T) {
	r := release{version: "1.2.3", when: time.Unix(1700000000, 0).UTC()}
	text, err := r.bill(sample("linux", "amd64"))
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		BOMFormat, SpecVersion string
		Metadata               struct {
			Timestamp string
			Component struct{ Name, Version string }
		}
		Components []struct {
			Name, Version, Purl string
			Licenses            []struct{ License struct{ ID string } }
			Properties          []struct{ Name, Value string }
		}
	}
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	if got.BOMFormat != "CycloneDX" || got.SpecVersion != "1.5" || got.Metadata.Timestamp != "2023-11-14T22:13:20Z" || got.Metadata.Component.Version != "1.2.3" {
		t.Errorf("got %+v, want CycloneDX 1.5 of version 1.2.3, at that time", got)
	}
	if len(got.Components) != 1 {
		t.Fatalf("got components %+v, want one", got.Components)
	}
	c := got.Components[0]
	if c.Purl != "pkg:golang/example.com/a@v1.0.0" || len(c.Licenses) != 1 || c.Licenses[0].License.ID != "MIT" || len(c.Properties) != 1 || c.Properties[0].Value != "h1:abc=" {
		t.Errorf("got %+v, want example.com/a with its licence and its sum", c)
	}
}

func TestTheLicencesOfAModuleStandThereOnce(t *testing.T) {
	got := string(thirdParties(sample("linux", "amd64"), sample("darwin", "arm64")).content)
	if strings.Count(got, "example.com/a v1.0.0\n====") != 1 || strings.Count(got, "its licence") != 1 {
		t.Errorf("got\n%s\nwant example.com/a once", got)
	}
}

// sample returns a program that was never compiled.
func sample(goos, arch string) program {
	return program{os: goos, arch: arch, binary: []byte("binary for " + arch), modules: []module{
		{path: "example.com/a", version: "v1.0.0", sum: "h1:abc=", licences: []string{"MIT"}, texts: []byte("its licence")},
	}}
}
