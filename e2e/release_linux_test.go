package e2e

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// released makes a release of version 1.2.3-test for this machine alone, and returns its folder.
func released(t *testing.T) string {
	t.Helper()
	out := t.TempDir()
	cmd := exec.CommandContext(t.Context(), "go", "run", "-C", "..", "./release",
		"-out", out, "-platforms", runtime.GOOS+"/"+runtime.GOARCH, "-version", "1.2.3-test")
	if said, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go run ./release: %v\n%s", err, said)
	}
	return out
}

func TestTheNpmPackageRunsFromItsTarballAlone(t *testing.T) {
	out, dir := released(t), t.TempDir()
	cache := "npm_config_cache=" + t.TempDir() // empty: nothing comes from elsewhere
	command := func(name string, args ...string) *exec.Cmd {
		cmd := exec.CommandContext(t.Context(), name, args...)
		cmd.Dir, cmd.Env = dir, append(os.Environ(), cache, "npm_config_offline=true", "npm_config_update_notifier=false")
		cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
		cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) } // with all it has started
		return cmd
	}
	if err := os.WriteFile(filepath.Join(dir, "package.json"), []byte(`{"private": true}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if said, err := command("npm", "install", "--ignore-scripts", filepath.Join(out, "repli-1.2.3-test.tgz")).CombinedOutput(); err != nil {
		t.Fatalf("npm install: %v\n%s", err, said)
	}
	for _, row := range []struct {
		shows, stdin string
		args         []string
		want         string // on standard output, at its beginning
		code         int
	}{
		{"the version", "", []string{"version"}, "repli 1.2.3-test (go", 0},
		{"standard input and the exit code", "<response/>", []string{"check", "-"}, "<stdin>:1:1: error 12102: ", 1},
		{"arguments stay whole", "", []string{"check", "no such file"}, "", 3},
	} {
		cmd := command("npx", append([]string{"repli"}, row.args...)...)
		cmd.Stdin = strings.NewReader(row.stdin)
		said, err := cmd.Output()
		if code := cmd.ProcessState.ExitCode(); code != row.code || !strings.HasPrefix(string(said), row.want) {
			t.Errorf("%s: got %q, exit code %d (%v), want %q and %d", row.shows, said, code, err, row.want, row.code)
		}
	}
	for _, row := range []struct {
		line  []string
		typed string // how it says it is called
		stop  func(*testing.T, *server)
	}{
		{[]string{"npx", "repli"}, "npx repli", func(t *testing.T, s *server) {
			// npm's shell passes no signal on, so all of them are told, as by a terminal.
			if err := syscall.Kill(-s.cmd.Process.Pid, syscall.SIGTERM); err != nil {
				t.Fatal(err)
			}
			<-s.ended
		}},
		{[]string{"node_modules/.bin/repli"}, filepath.Join(dir, "node_modules/.bin/repli"), func(t *testing.T, s *server) { s.stop(t) }},
	} {
		s := launch(t, command(row.line[0], append(row.line[1:], "dev", "--store=:memory:", "--listen=127.0.0.1:0")...))
		text := command("npx", "repli", "text", "--server", s.url, "--expect", "^Hello! You said: hi there$", "+15557770001", "+15550001000", "hi there")
		if said, err := text.CombinedOutput(); err != nil {
			t.Errorf("repli text: %v\n%s", err, said)
		}
		row.stop(t, s)
		if want := row.typed + " text --server " + s.url; !strings.Contains(s.said.String(), want) {
			t.Errorf("the server does not say that one may type %s", want)
		}
	}
}

func TestTheImageRunsAsNobodyAndKeepsItsDataInItsVolume(t *testing.T) {
	image := untar(t, readFile(t, filepath.Join(released(t), "repli_1.2.3-test_image.tar")))
	var docker []struct {
		Config string
		Layers []string
	}
	decode(t, image["manifest.json"].content, &docker)
	var config struct {
		Config struct {
			User, WorkingDir     string
			Entrypoint, Cmd, Env []string
		}
	}
	decode(t, image[docker[0].Config].content, &config)
	if config.Config.User != "65532:65532" {
		t.Errorf("the user is %q, want 65532:65532", config.Config.User)
	}
	compressed, err := gzip.NewReader(bytes.NewReader(image[docker[0].Layers[0]].content))
	if err != nil {
		t.Fatal(err)
	}
	layer, err := io.ReadAll(compressed)
	if err != nil {
		t.Fatal(err)
	}
	root := t.TempDir()
	unpack(t, root, untar(t, layer))

	line := slices.Concat(config.Config.Entrypoint, config.Config.Cmd)
	cmd := exec.CommandContext(t.Context(), line[0], line[1:]...)
	cmd.Dir = config.Config.WorkingDir
	cmd.Env = slices.Concat(config.Config.Env, []string{"REPLI_LISTEN=127.0.0.1:0"}) // the last one counts
	cmd.SysProcAttr = &syscall.SysProcAttr{Chroot: root, Credential: &syscall.Credential{Uid: 65532, Gid: 65532}}
	if os.Getuid() != 0 { // may not do that: at least the program runs
		cmd.Path, cmd.Dir, cmd.SysProcAttr = filepath.Join(root, line[0]), filepath.Join(root, cmd.Dir), nil
		cmd.Env = append(cmd.Env, "REPLI_STORE="+filepath.Join(root, "data", "repli.db"))
	}
	s := launch(t, cmd)
	number, phone := s.adds(t, bin(s.addsBin(t, "From the image.")))
	if got := s.reads(t, phone, s.texts(t, phone, number, "hello")); got.Body != "From the image." {
		t.Errorf("the phone read %q, want the bin's answer", got.Body)
	}
	s.stop(t)
	if _, err := os.Stat(filepath.Join(root, "data", "repli.db")); err != nil {
		t.Errorf("the store is not in the volume: %v", err)
	}
	if found, err := exec.CommandContext(t.Context(), "grep", "-c", "BEGIN CERTIFICATE", filepath.Join(root, "etc/ssl/certs/ca-certificates.crt")).Output(); err != nil {
		t.Errorf("the image trusts nobody: %s %v", found, err)
	}
}

// A packed file is one of a tar archive.
type packed struct {
	*tar.Header
	content []byte
}

// untar returns the files of an archive by name.
func untar(t *testing.T, archive []byte) map[string]packed {
	t.Helper()
	files := map[string]packed{}
	for r := tar.NewReader(bytes.NewReader(archive)); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return files
		}
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		files[h.Name] = packed{h, content}
	}
}

// unpack puts files into a folder, and gives them to their owners if it may.
func unpack(t *testing.T, root string, files map[string]packed) {
	t.Helper()
	if err := os.Chmod(root, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, f := range files {
		path, mode := filepath.Join(root, name), f.FileInfo().Mode()
		err := os.MkdirAll(filepath.Dir(path), 0o755)
		if mode.IsDir() {
			err = errors.Join(err, os.MkdirAll(path, 0o755))
		} else {
			err = errors.Join(err, os.WriteFile(path, f.content, 0o600))
		}
		if os.Getuid() == 0 {
			err = errors.Join(err, os.Chown(path, f.Uid, f.Gid))
		}
		if err = errors.Join(err, os.Chmod(path, mode)); err != nil {
			t.Fatal(err)
		}
	}
}

func readFile(t *testing.T, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func decode(t *testing.T, text []byte, into any) {
	t.Helper()
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
}
