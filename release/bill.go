package main

import (
	"encoding/json"
	"time"
)

// bill returns the list of a binary's modules in the form of CycloneDX 1.5.
func (r *release) bill(p program) ([]byte, error) {
	type property struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	}
	type licence struct {
		Licence struct {
			ID string `json:"id"`
		} `json:"license"`
	}
	type component struct {
		Type       string     `json:"type"`
		Name       string     `json:"name"`
		Version    string     `json:"version"`
		Purl       string     `json:"purl"`
		Licences   []licence  `json:"licenses,omitempty"`
		Properties []property `json:"properties,omitempty"`
	}
	described := func(kind string, m module) component {
		c := component{Type: kind, Name: m.path, Version: m.version, Purl: "pkg:golang/" + m.path + "@" + m.version}
		for _, name := range m.licences {
			var l licence
			l.Licence.ID = name
			c.Licences = append(c.Licences, l)
		}
		if m.sum != "" {
			c.Properties = []property{{"go.sum", m.sum}}
		}
		return c
	}
	components := []component{}
	for _, m := range p.modules {
		components = append(components, described("library", m))
	}
	main := described("application", module{path: "github.com/repli-sms/repli", version: r.version, licences: []string{"Apache-2.0"}})
	main.Properties = []property{{"platform", p.os + "/" + p.arch}}
	return json.MarshalIndent(map[string]any{
		"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
		"metadata":   map[string]any{"timestamp": r.when.Format(time.RFC3339), "component": main},
		"components": components,
	}, "", "  ")
}
