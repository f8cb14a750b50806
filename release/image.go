package main

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"time"
)

// nobody is who runs the program in a container, and owns its data.
const nobody = 65532

// The media types of an image.
const (
	typeIndex    = "application/vnd.oci.image.index.v1+json"
	typeManifest = "application/vnd.oci.image.manifest.v1+json"
	typeConfig   = "application/vnd.oci.image.config.v1+json"
	typeLayer    = "application/vnd.oci.image.layer.v1.tar+gzip"
)

// A descriptor points to a blob.
type descriptor struct {
	MediaType   string            `json:"mediaType"`
	Digest      string            `json:"digest"`
	Size        int               `json:"size"`
	Platform    *platform         `json:"platform,omitempty"`
	Annotations map[string]string `json:"annotations,omitempty"`
}

type platform struct {
	Architecture string `json:"architecture"`
	OS           string `json:"os"`
}

// A layout is an OCI image layout in the making.
type layout struct {
	blobs  []file // by digest, each once
	docker []dockerImage
}

// A dockerImage is an entry of the manifest that `docker load` reads where it knows no OCI.
type dockerImage struct {
	Config   string
	RepoTags []string
	Layers   []string
}

// image writes an OCI image of the programs for Linux, as one archive that `docker load`,
// podman and skopeo read. Without such a program it writes nothing.
func (r *release) image(programs []program) error {
	var l layout
	var manifests []descriptor
	for _, p := range programs {
		if p.os != "linux" {
			continue
		}
		m, err := l.addImage(r, p)
		if err != nil {
			return err
		}
		manifests = append(manifests, m)
	}
	if manifests == nil {
		return nil
	}
	index := l.addJSON(typeIndex, map[string]any{
		"schemaVersion": 2, "mediaType": typeIndex, "manifests": manifests, "annotations": r.annotations(),
	})
	index.Annotations = map[string]string{
		"io.containerd.image.name":          "docker.io/library/repli:" + r.version,
		"org.opencontainers.image.ref.name": r.version,
	}
	files := []file{
		entry("oci-layout", map[string]string{"imageLayoutVersion": "1.0.0"}),
		entry("index.json", map[string]any{"schemaVersion": 2, "mediaType": typeIndex, "manifests": []descriptor{index}}),
		entry("manifest.json", l.docker),
	}
	packed, err := tarball(r.when, append(files, l.blobs...))
	if err != nil {
		return err
	}
	return r.write("repli_"+r.version+"_image.tar", packed)
}

// addImage adds the image of one program and returns the descriptor of its manifest.
func (l *layout) addImage(r *release, p program) (descriptor, error) {
	plain, err := tarball(r.when, r.root(p))
	if err != nil {
		return descriptor{}, err
	}
	compressed, err := gzipped(plain)
	if err != nil {
		return descriptor{}, err
	}
	layer := l.add(typeLayer, compressed)
	created := r.when.Format(time.RFC3339)
	config := l.addJSON(typeConfig, map[string]any{
		"created":      created,
		"architecture": p.arch,
		"os":           p.os,
		"config": map[string]any{
			"User":         fmt.Sprintf("%d:%d", nobody, nobody),
			"ExposedPorts": map[string]any{"8080/tcp": struct{}{}},
			"Env":          []string{"REPLI_LISTEN=0.0.0.0:8080", "REPLI_STORE=/data/repli.db"},
			"Entrypoint":   []string{"/repli"},
			"Cmd":          []string{"serve"},
			"Volumes":      map[string]any{"/data": struct{}{}},
			"WorkingDir":   "/data",
			"Labels":       r.annotations(),
		},
		"rootfs":  map[string]any{"type": "layers", "diff_ids": []string{digest(plain)}},
		"history": []map[string]string{{"created": created, "created_by": "go run ./release"}},
	})
	l.docker = append(l.docker, dockerImage{
		Config: blobName(config.Digest), RepoTags: []string{"repli:" + r.version + "-" + p.arch}, Layers: []string{blobName(layer.Digest)},
	})
	manifest := l.addJSON(typeManifest, map[string]any{
		"schemaVersion": 2, "mediaType": typeManifest, "config": config, "layers": []descriptor{layer},
	})
	manifest.Platform = &platform{Architecture: p.arch, OS: p.os}
	return manifest, nil
}

// root returns the files of a container.
func (r *release) root(p program) []file {
	files := []file{
		{name: "data/", mode: 0o750, owner: nobody},
		{name: "etc/", mode: 0o755},
		{name: "etc/passwd", mode: 0o644, content: fmt.Appendf(nil, "repli:x:%d:%d:Repli:/data:/sbin/nologin\n", nobody, nobody)},
		{name: "etc/ssl/", mode: 0o755},
		{name: "etc/ssl/certs/", mode: 0o755},
		{name: "etc/ssl/certs/ca-certificates.crt", mode: 0o644, content: r.certificates},
		{name: "licenses/", mode: 0o755},
		{name: "repli", mode: 0o755, content: p.binary},
		{name: "tmp/", mode: 0o1777},
	}
	return append(files, under("licenses", append(r.texts, thirdParties(p))...)...)
}

func (r *release) annotations() map[string]string {
	const at = "org.opencontainers.image."
	return map[string]string{
		at + "created":     r.when.Format(time.RFC3339),
		at + "description": "Self-hosted, Twilio-compatible two-way messaging: text in, answer out",
		at + "licenses":    "Apache-2.0",
		at + "source":      "https://github.com/repli-sms/repli",
		at + "title":       "Repli",
		at + "version":     r.version,
	}
}

// add adds a blob and returns its descriptor.
func (l *layout) add(mediaType string, content []byte) descriptor {
	d := descriptor{MediaType: mediaType, Digest: digest(content), Size: len(content)}
	l.blobs = append(l.blobs, file{name: blobName(d.Digest), mode: 0o644, content: content})
	return d
}

func (l *layout) addJSON(mediaType string, value any) descriptor {
	return l.add(mediaType, entry("", value).content)
}

// entry returns a file with a value as JSON. The values here always have one.
func entry(name string, value any) file {
	content, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return file{name: name, mode: 0o644, content: content}
}

func digest(content []byte) string { return fmt.Sprintf("sha256:%x", sha256.Sum256(content)) }

func blobName(digest string) string { return "blobs/sha256/" + digest[len("sha256:"):] }
