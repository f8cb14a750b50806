package main

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/repli-sms/repli"
)

// A workflow is that of docs/ci.md.
type workflow struct {
	Env   map[string]string
	Steps []struct{ Name, If, Uses, Run string }
}

// readWorkflow returns the workflow of docs/ci.md.
func readWorkflow(t *testing.T) workflow {
	t.Helper()
	doc, err := os.ReadFile("../../docs/ci.md")
	if err != nil {
		t.Fatal(err)
	}
	block := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindSubmatch(doc)
	if block == nil {
		t.Fatal("docs/ci.md has no workflow")
	}
	var file struct{ Jobs map[string]workflow }
	if err := yaml.Unmarshal(block[1], &file); err != nil {
		t.Fatalf("the workflow of docs/ci.md: %v", err)
	}
	return file.Jobs["sms"]
}

// A runner runs the steps of a workflow as GitHub's would, but for the ports, and for what a
// project brings itself: its app and the packages it depends on.
type runner struct {
	dir, address, app string
	workflow
}

// newRunner returns a runner of docs/ci.md with this app.
func newRunner(t *testing.T, app http.HandlerFunc) *runner {
	t.Helper()
	server := httptest.NewServer(app)
	t.Cleanup(server.Close)
	l, err := net.Listen("tcp", "127.0.0.1:0") // the workflow chooses the port, so it must be known
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	r := &runner{dir: t.TempDir(), address: l.Addr().String(), app: strings.TrimPrefix(server.URL, "http://"), workflow: readWorkflow(t)}
	build(t, r.dir)
	return r
}

// step runs the step of this name and returns what it printed, and how it ended. What it has
// started in the background is killed when the test ends.
func (r *runner) step(t *testing.T, name string) (string, error) {
	t.Helper()
	for _, s := range r.Steps {
		if s.Name != name {
			continue
		}
		cmd := exec.CommandContext(t.Context(), "bash", "-e", "-o", "pipefail", "-c", r.adapted(s.Run))
		cmd.Dir = r.dir
		cmd.Env = append(os.Environ(), "REPLI_LISTEN="+r.address, "REPLI_SERVER=http://"+r.address)
		for name, value := range r.Env {
			cmd.Env = append(cmd.Env, name+"="+r.adapted(value))
		}
		cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
		t.Cleanup(func() { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) })
		out, err := cmd.CombinedOutput()
		t.Logf("%s: %v\n%s", name, err, out)
		return string(out), err
	}
	t.Fatalf("docs/ci.md has no step %q", name)
	return "", nil
}

func (r *runner) adapted(commands string) string {
	return strings.NewReplacer(
		"127.0.0.1:8080", r.address,
		"127.0.0.1:3000", r.app,
		"npx repli", filepath.Join(r.dir, "repli"),
		"npm start", "echo the app has started",
	).Replace(commands)
}

// starts runs the steps up to the one that texts.
func (r *runner) starts(t *testing.T) {
	t.Helper()
	for _, name := range []string{"Start the app", "Start Repli", "Give the number its handlers"} {
		if out, err := r.step(t, name); err != nil {
			t.Fatalf("%s: %v\n%s", name, err, out)
		}
	}
}

// answers says what it is told to, to requests that are signed.
func answers(text func(body string) string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body := r.PostFormValue("Body")
		var form repli.Params
		for name := range r.PostForm {
			form = form.With(name, r.PostForm.Get(name))
		}
		if !repli.ValidSignature(devToken, "http://"+r.Host+r.RequestURI, form, r.Header.Get("X-Twilio-Signature")) || r.URL.Path != "/sms" {
			http.Error(w, "not signed", http.StatusForbidden)
			return
		}
		w.Header().Set("Content-Type", "text/xml")
		fmt.Fprintf(w, "<Response><Message>%s</Message></Response>", text(body))
	}
}

func TestTheWorkflowOfTheDocumentationPassesWhenTheAppAnswers(t *testing.T) {
	r := newRunner(t, answers(func(body string) string {
		if body == "You are great" {
			return "Thank you!"
		}
		return "We open at 9."
	}))
	r.starts(t)
	out, err := r.step(t, "The app answers")
	if want := "We open at 9.\nThank you!\n"; err != nil || out != want {
		t.Errorf("got %q and %v, want %q", out, err, want)
	}
}

func TestTheWorkflowOfTheDocumentationFailsAndShowsWhy(t *testing.T) {
	r := newRunner(t, answers(func(string) string { return "We are closed.</message>" }))
	r.starts(t)
	out, err := r.step(t, "The app answers")
	want := `repli: no answer within 5s matches open at [0-9]+; what came instead is "Please call us on 555-0100."`
	if err == nil || !strings.Contains(out, want) {
		t.Errorf("got %v and\n%s\nwant %s", err, out, want)
	}
	out, err = r.step(t, "Show every try")
	for _, want := range []string{`"step":"primary"`, `"error_code":12100`, `"line":1`, "Repli is listening on", "the app has started"} {
		if err != nil || !strings.Contains(out, want) {
			t.Errorf("got %v and\n%s\nwant %s", err, out, want)
		}
	}
}

func TestTheWorkflowOfTheDocumentationHasNoStepThatIsNotRun(t *testing.T) {
	run := map[string]bool{}
	for _, name := range []string{"Start the app", "Start Repli", "Give the number its handlers", "The app answers", "Show every try"} {
		run[name] = true
	}
	for _, s := range readWorkflow(t).Steps {
		if s.Run != "" && s.Run != "npm ci" && !run[s.Name] {
			t.Errorf("the step %q is not run by these tests", s.Name)
		}
	}
}

// drillStep returns the step of docs/ci.md that drills.
func drillStep(t *testing.T) (name, run string) {
	t.Helper()
	doc, err := os.ReadFile("../../docs/ci.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(doc), "\n## Drilling the fallback\n")
	block := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindStringSubmatch(section)
	var steps []struct{ Name, Run string }
	if block == nil || yaml.Unmarshal([]byte(block[1]), &steps) != nil || len(steps) != 1 {
		t.Fatalf("docs/ci.md has no step that drills: %q", block)
	}
	return steps[0].Name, steps[0].Run
}

func TestADrillFailsTheBuildAndItsOutputAloneTellsWhatToDo(t *testing.T) {
	r := newRunner(t, answers(func(string) string { return "We open at 9." }))
	name, run := drillStep(t)
	r.Steps = append(r.Steps, struct{ Name, If, Uses, Run string }{Name: name, Run: run})
	r.starts(t)
	out, err := r.step(t, name)
	const want = "What to fix:\n  +15550002000: Give +15550002000 a fallback; a bin answers even when every server is down."
	if err == nil || !strings.Contains(out, want) || !strings.Contains(out, "\n2 numbers drilled, 1 passed.\n") {
		t.Errorf("with a number that has no fallback: %v and\n%s\nwant it to fail, and to say %s", err, out, want)
	}
	report, err := os.ReadFile(filepath.Join(r.dir, "drill.xml"))
	if err != nil || !strings.Contains(string(report), `<failure message="Give +15550002000 a fallback`) {
		t.Errorf("the report, %v:\n%s", err, report)
	}

	r.Steps = append(r.Steps, struct{ Name, If, Uses, Run string }{Name: "repair", Run: `curl -sSf -u $AUTH -X PUT $API/numbers/+15550002000 \
		-H 'Content-Type: application/json' -d '{"steps": [{"url": "http://127.0.0.1:3000/sms"}, {"bin": "EH00000000000000000000000000000002"}]}'`})
	if out, err := r.step(t, "repair"); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if out, err := r.step(t, name); err != nil || !strings.Contains(out, "\n2 numbers drilled, 2 passed.\n") {
		t.Errorf("after the repair: %v and\n%s", err, out)
	}
}
