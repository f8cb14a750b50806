package main

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/repli-sms/repli"
)

// The sections of the README whose commands are run.
const (
	theMission    = "## Break it, and watch the fallback answer\n"
	theOwnHandler = "## Your own handler\n"
)

// devToken is the auth token of every dev server, as the README gives it.
const devToken = "00000000000000000000000000000001"

func TestTheCommandsOfTheREADMEPrintWhatItShows(t *testing.T) {
	dir := t.TempDir()
	build(t, dir)
	started := time.Now()
	dev := startDev(t, dir)
	if took := time.Since(started); took > 5*time.Second {
		t.Errorf("the server was ready after %v, want at most 5 s", took)
	}
	if got, want := dev.bash(t, `./repli text +15557770001 +15550001000 "first"`)[0], "Hello! You said: first"; got != want {
		t.Errorf("the first text was answered %q, want %q", got, want)
	}
	if took := time.Since(started); took > 10*time.Second {
		t.Errorf("the first answer came after %v, want at most 10 s", took)
	}
	dev.plays(t, theMission, theOwnHandler)
	if got, want := dev.bash(t, `./repli text +15557770001 +15550002000 "hello"`)[0], "Handled: hello"; got != want {
		t.Errorf("a text to one's own handler was answered %q, want %q", got, want)
	}
	dev.stop(t)
}

func TestTheREADMEsMissionCanBePlayedAgainAfterARestart(t *testing.T) {
	dir := t.TempDir()
	build(t, dir)
	for range 2 {
		dev := startDev(t, dir)
		dev.plays(t, theMission)
		dev.stop(t)
	}
}

func TestFollowingTheREADMELeavesNothingForGit(t *testing.T) {
	dir := t.TempDir()
	rules, err := os.ReadFile("../../.gitignore")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(dir+"/.gitignore", rules, 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.CommandContext(t.Context(), "git", "init", "-q", dir).CombinedOutput(); err != nil {
		t.Fatalf("git init: %v\n%s", err, out)
	}
	for _, name := range []string{"repli", "bin/repli", "repli-dev.db", "repli.db-wal", "repli.db-shm", "repli.db.lock", "repli.db.phones", "repli.db.phones.old", "repli.db.before-2", "repli.db.phones.lost-20261130T193000Z", "repli-dev.db.ca.pem", "repli-dev.db.ca.key", "repli-dev.db.ca-bundle.pem", "repli-dev.db.ca-python/certifi/core.py"} {
		git := exec.CommandContext(t.Context(), "git", "-C", dir, "check-ignore", "-q", name)
		if err := git.Run(); err != nil {
			t.Errorf("%s is not ignored: %v", name, err)
		}
	}
	source := exec.CommandContext(t.Context(), "git", "-C", dir, "check-ignore", "-q", "cmd/repli/main.go")
	if err := source.Run(); err == nil {
		t.Error("cmd/repli/main.go is ignored")
	}
}

// build puts the binary, built from this tree, into dir.
func build(t *testing.T, dir string) {
	t.Helper()
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", dir+"/repli", ".").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
}

// A devServer is a `repli dev` in a directory of its own.
type devServer struct {
	dir     string
	address string // host:port
	handler string // host:port of a customer's handler
	cmd     *exec.Cmd
	ended   chan error
}

// startDev starts the binary in dir and returns when it says where it listens.
func startDev(t *testing.T, dir string, flags ...string) *devServer {
	t.Helper()
	dev := &devServer{dir: dir, handler: startHandler(t), ended: make(chan error, 1)}
	dev.cmd = dev.command(t.Context(), "./repli", append([]string{"dev", "--listen=127.0.0.1:0"}, flags...)...)
	dev.cmd.Stderr = t.Output()
	out, err := dev.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := dev.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	said := bufio.NewScanner(out)
	for said.Scan() && dev.address == "" {
		_, dev.address, _ = strings.Cut(said.Text(), "listening on http://")
	}
	go func() {
		for said.Scan() { // Wait closes the pipe, so read it to its end first
		}
		dev.ended <- dev.cmd.Wait()
	}()
	if dev.address == "" {
		t.Fatalf("repli dev did not say where it listens, and ended: %v", <-dev.ended)
	}
	return dev
}

// stop asks the server to end, and wants it to finish well.
func (dev *devServer) stop(t *testing.T) {
	t.Helper()
	if err := dev.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := <-dev.ended; err != nil {
		t.Errorf("repli dev, asked to end: got %v, want exit code 0", err)
	}
}

// command returns a command that runs beside the server, and is killed when ctx ends.
func (dev *devServer) command(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dev.dir
	cmd.WaitDelay = time.Second
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "REPLI_") {
			cmd.Env = append(cmd.Env, v)
		}
	}
	cmd.Env = append(cmd.Env, "REPLI_SERVER=http://"+dev.address)
	return cmd
}

// startHandler starts the program of a customer who checks the signature of each request, and
// returns its address.
func startHandler(t *testing.T) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body := r.PostFormValue("Body")
		var form repli.Params
		for name := range r.PostForm {
			form = form.With(name, r.PostForm.Get(name))
		}
		if !repli.ValidSignature(devToken, "http://"+r.Host+r.RequestURI, form, r.Header.Get("X-Twilio-Signature")) {
			http.Error(w, "not signed", http.StatusForbidden)
			return
		}
		w.Header().Set("Content-Type", "text/xml")
		fmt.Fprintf(w, "<Response><Message>Handled: %s</Message></Response>", body)
	}))
	t.Cleanup(server.Close)
	return strings.TrimPrefix(server.URL, "http://")
}

// plays runs the commands of sections of the README one after the other in one shell, and
// compares what each block prints with what the README shows for it.
func (dev *devServer) plays(t *testing.T, titles ...string) {
	t.Helper()
	var blocks []block
	for _, title := range titles {
		blocks = append(blocks, blocksOf(t, title)...)
	}
	dev.playsBlocks(t, "the README", blocks)
}

// playsBlocks is plays for any blocks.
func (dev *devServer) playsBlocks(t *testing.T, where string, blocks []block) {
	t.Helper()
	commands := make([]string, len(blocks))
	for i, b := range blocks {
		commands[i] = dev.adapted(t, b.commands)
	}
	for i, printed := range dev.bash(t, commands...) {
		if b := blocks[i]; !b.matches(printed) {
			t.Errorf("%s says\n%s\nprints\n%s\nbut it prints\n%s", where, b.commands, b.shown, printed)
		}
	}
}

// adapted returns commands as they stand, but for three places: the server and the handler
// listen on free ports, and the shell's directory is not that of the source.
func (dev *devServer) adapted(t *testing.T, commands string) string {
	t.Helper()
	source, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	return strings.NewReplacer(
		"127.0.0.1:8080", dev.address,
		"127.0.0.1:3000", dev.handler,
		"go build -o repli ", fmt.Sprintf("go build -C '%s' -o '%s/repli' ", source, dev.dir),
	).Replace(commands)
}

// bash runs blocks of commands one after the other in one shell, and returns what each
// printed on either stream, without the last line's end.
func (dev *devServer) bash(t *testing.T, commands ...string) []string {
	t.Helper()
	script := "exec 2>&1\n" + strings.Join(commands, "\nprintf '\\0'\n") + "\n:"
	out, err := dev.command(t.Context(), "bash", "-c", script).Output()
	if err != nil {
		t.Fatalf("bash: %v\n%s", err, out)
	}
	printed := strings.Split(string(out), "\x00")
	if len(printed) != len(commands) {
		t.Fatalf("bash ran %d of %d blocks\n%s", len(printed), len(commands), out)
	}
	for i := range printed {
		printed[i] = strings.TrimSuffix(printed[i], "\n")
	}
	return printed
}

// A block is a block of commands in the README and what it shows them to print.
type block struct{ commands, shown string }

var (
	fenced    = regexp.MustCompile("(?s)```sh\n(.*?)```\n\n((?:    [^\n]*\n)*)")
	continued = regexp.MustCompile(`\n +`)
	omitted   = regexp.MustCompile(` ?… ?`)
)

// blocksOf returns the blocks of a section of the README.
func blocksOf(t *testing.T, title string) []block {
	t.Helper()
	return sectionOf(t, "README.md", title)
}

// sectionOf returns the blocks of a section of a document.
func sectionOf(t *testing.T, name, title string) []block {
	t.Helper()
	document, err := os.ReadFile("../../" + name)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(document), "\n"+title)
	text, _, _ := strings.Cut(rest, "\n## ")
	if !found {
		t.Fatalf("%s has no section %q", name, strings.TrimSpace(title))
	}
	return blocksIn(t, name, text)
}

// blocksIn returns the blocks of a text.
func blocksIn(t *testing.T, where, text string) []block {
	t.Helper()
	var blocks []block
	for _, b := range fenced.FindAllStringSubmatch(text, -1) {
		shown := strings.TrimSuffix(strings.ReplaceAll("\n"+b[2], "\n    ", "\n"), "\n")
		blocks = append(blocks, block{commands: b[1], shown: strings.TrimPrefix(shown, "\n")})
	}
	if len(blocks) == 0 || len(blocks) != strings.Count(text, "```sh\n") {
		t.Fatalf("%s has blocks of commands that I cannot read, or none", where)
	}
	return blocks
}

// matches reports whether printed is what the README shows: … stands for anything within a
// line, and a line that is indented continues the one before.
func (b block) matches(printed string) bool {
	var pattern []string
	for _, part := range omitted.Split(continued.ReplaceAllString(b.shown, ""), -1) {
		pattern = append(pattern, regexp.QuoteMeta(part))
	}
	return regexp.MustCompile("^" + strings.Join(pattern, ".*") + "$").MatchString(continued.ReplaceAllString(printed, ""))
}
