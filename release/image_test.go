package main

import (
	"archive/tar"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// An unpacked image is its files by name.
type unpacked map[string][]byte

func unpack(t *testing.T, archive []byte) unpacked {
	t.Helper()
	files := unpacked{}
	for r := tar.NewReader(bytes.NewReader(archive)); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return files
		}
		if err != nil {
			t.Fatal(err)
		}
		if files[h.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
	}
}

// json reads a file of the image.
func (u unpacked) json(t *testing.T, name string, into any) {
	t.Helper()
	if err := json.Unmarshal(u[name], into); err != nil {
		t.Fatalf("%s: %v\n%s", name, err, u[name])
	}
}

// blob returns what a descriptor points to, and wants it to be that.
func (u unpacked) blob(t *testing.T, d descriptor, mediaType string) []byte {
	t.Helper()
	content := u["blobs/sha256/"+strings.TrimPrefix(d.Digest, "sha256:")]
	if d.MediaType != mediaType || d.Digest != digest(content) || d.Size != len(content) {
		t.Fatalf("%+v points to %d bytes of digest %s, want a %s", d, len(content), digest(content), mediaType)
	}
	return content
}

// parse reads a blob that is JSON.
func (u unpacked) parse(t *testing.T, d descriptor, mediaType string, into any) {
	t.Helper()
	if err := json.Unmarshal(u.blob(t, d, mediaType), into); err != nil {
		t.Fatal(err)
	}
}

func TestAnImageLeadsFromItsIndexToEachPlatformsProgram(t *testing.T) {
	r := prepared(t)
	if err := r.image([]program{sample("linux", "amd64"), sample("darwin", "arm64"), sample("linux", "arm64")}); err != nil {
		t.Fatal(err)
	}
	image := unpack(t, r.read(t, "repli_1.2.3_image.tar"))
	if got := string(image["oci-layout"]); got != `{"imageLayoutVersion":"1.0.0"}` {
		t.Errorf("oci-layout is %s", got)
	}
	var top, index struct{ Manifests []descriptor }
	image.json(t, "index.json", &top)
	if len(top.Manifests) != 1 || top.Manifests[0].Annotations["org.opencontainers.image.ref.name"] != "1.2.3" {
		t.Fatalf("the index has %+v, want one image of version 1.2.3", top.Manifests)
	}
	image.parse(t, top.Manifests[0], typeIndex, &index)
	if len(index.Manifests) != 2 {
		t.Fatalf("the image has %+v, want amd64 and arm64", index.Manifests)
	}
	var docker []dockerImage
	image.json(t, "manifest.json", &docker)
	for i, arch := range []string{"amd64", "arm64"} {
		d := index.Manifests[i]
		if d.Platform == nil || *d.Platform != (platform{arch, "linux"}) {
			t.Errorf("the platform is %+v, want linux/%s", d.Platform, arch)
		}
		config, layer := checkManifest(t, image, d, arch)
		want := dockerImage{Config: blobName(config), RepoTags: []string{"repli:1.2.3-" + arch}, Layers: []string{blobName(layer)}}
		if diff := cmp.Diff(want, docker[i]); diff != "" {
			t.Errorf("for docker load, -want +got:\n%s", diff)
		}
	}
}

// checkManifest looks at one platform's image and returns the digests of its configuration and
// its layer.
func checkManifest(t *testing.T, image unpacked, d descriptor, arch string) (config, layer string) {
	t.Helper()
	var manifest struct {
		Config descriptor
		Layers []descriptor
	}
	image.parse(t, d, typeManifest, &manifest)
	if len(manifest.Layers) != 1 {
		t.Fatalf("got layers %+v, want one", manifest.Layers)
	}
	root := gunzipped(t, image.blob(t, manifest.Layers[0], typeLayer))
	var got struct {
		Architecture, OS string
		Config           struct {
			User, WorkingDir     string
			Entrypoint, Cmd, Env []string
			ExposedPorts         map[string]struct{}
			Volumes              map[string]struct{}
		}
		RootFS struct {
			Type    string
			DiffIDs []string `json:"diff_ids"`
		}
	}
	want := got
	image.parse(t, manifest.Config, typeConfig, &got)
	want.Architecture, want.OS = arch, "linux"
	want.Config.User, want.Config.WorkingDir = "65532:65532", "/data"
	want.Config.Entrypoint, want.Config.Cmd = []string{"/repli"}, []string{"serve"}
	want.Config.Env = []string{"REPLI_LISTEN=0.0.0.0:8080", "REPLI_STORE=/data/repli.db"}
	want.Config.ExposedPorts = map[string]struct{}{"8080/tcp": {}}
	want.Config.Volumes = map[string]struct{}{"/data": {}}
	want.RootFS.Type, want.RootFS.DiffIDs = "layers", []string{digest(root)}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the configuration, -want +got:\n%s", diff)
	}
	files := []string{
		"750 65532 data/ ",
		"755 0 etc/ ",
		"644 0 etc/passwd repli:x:65532:65532:",
		"755 0 etc/ssl/ ",
		"755 0 etc/ssl/certs/ ",
		"644 0 etc/ssl/certs/ca-certificates.crt certificates",
		"755 0 licenses/ ",
		"755 0 repli binary for " + arch,
		"1777 0 tmp/ ",
		"644 0 licenses/LICENSE licence",
		"644 0 licenses/README.md read me",
		"644 0 licenses/THIRD_PARTY_LICENSES The binary contains ",
	}
	if diff := cmp.Diff(files, listed(t, root)); diff != "" {
		t.Errorf("the files, -want +got:\n%s", diff)
	}
	return manifest.Config.Digest, manifest.Layers[0].Digest
}

func TestWithoutAProgramForLinuxThereIsNoImage(t *testing.T) {
	r := prepared(t)
	if err := r.image([]program{sample("darwin", "arm64")}); err != nil || len(r.written) != 0 {
		t.Errorf("got %q and %v, want nothing", r.written, err)
	}
}
