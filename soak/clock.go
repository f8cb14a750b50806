//go:build linux

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// clockEnv steps the clock of a process that buildStepped has built: offsets in seconds, by the
// process's age in milliseconds, "age:offset,age:offset".
const clockEnv = "REPLI_SOAK_CLOCK"

// offsets are the clock steps of a life, in seconds: it starts 31 days in the future, is set right, runs
// two hours ahead, is set right, and runs half an hour behind.
var offsets = [...]int{31 * 24 * 3600, 0, 2 * 3600, 0, -1800, 0}

// ahead is the clock of a process that is killed before it is set right.
const ahead = "0:2678400"

// stepping returns the clock that has each of the offsets for a while.
func stepping(while time.Duration) string {
	var steps []string
	for i, offset := range offsets {
		steps = append(steps, fmt.Sprintf("%d:%d", (time.Duration(i)*while).Milliseconds(), offset))
	}
	return strings.Join(steps, ",")
}

// realNow is the part of time.Now that is replaced, and steppingNow what stands there instead.
const (
	realNow     = "func Now() Time {\n\tsec, nsec, mono := runtimeNow()\n"
	steppingNow = realNow + "\tsec += soakOffset(mono - startNano)\n"
	soakOffset  = `
var soakSteps = sync.OnceValue(func() (steps [][2]int64) {
	text, _ := syscall.Getenv("` + clockEnv + `")
	number, sign, step := int64(0), int64(1), [2]int64{}
	for _, c := range text + "," {
		switch {
		case c == '-':
			sign = -1
		case c == ':':
			step[0], number, sign = sign*number, 0, 1
		case c == ',':
			step[1], number, sign = sign*number, 0, 1
			steps = append(steps, step)
		default:
			number = 10*number + int64(c-'0')
		}
	}
	return steps
})

func soakOffset(age int64) (offset int64) {
	for _, s := range soakSteps() {
		if age >= s[0]*1e6 {
			offset = s[1]
		}
	}
	return offset
}
`
)

// buildStepped builds the program with a clock that clockEnv steps. It differs from the product in
// time.Now alone.
func buildStepped(ctx context.Context, source, dir string) (binary string, err error) {
	root, err := exec.CommandContext(ctx, "go", "env", "GOROOT").Output()
	if err != nil {
		return "", fmt.Errorf("go env GOROOT: %w", err)
	}
	path := filepath.Join(strings.TrimSpace(string(root)), "src", "time", "time.go")
	text, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	if bytes.Count(text, []byte(realNow)) != 1 {
		return "", errors.New("time.Now of this Go is another than soak knows: its edit must be written anew")
	}
	stepped := strings.Replace(string(text), realNow, steppingNow, 1) + soakOffset
	stepped = strings.Replace(stepped, "import (\n", "import (\n\t\"sync\"\n\t\"syscall\"\n", 1)
	list, err := json.Marshal(map[string]any{"Replace": map[string]string{path: filepath.Join(dir, "time.go")}})
	if err != nil {
		return "", err
	}
	binary = filepath.Join(dir, "repli-stepped")
	err = errors.Join(os.WriteFile(filepath.Join(dir, "time.go"), []byte(stepped), 0o600),
		os.WriteFile(filepath.Join(dir, "overlay.json"), list, 0o600))
	if err != nil {
		return "", err
	}
	cmd := exec.CommandContext(ctx, "go", "build", "-C", source, "-trimpath", "-ldflags=-s -w",
		"-overlay", filepath.Join(dir, "overlay.json"), "-o", binary, "./cmd/repli")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return binary, nil
}
