package main

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// describeMachine describes the machine in one line.
func describeMachine() string {
	model := "unknown processor"
	if b, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for l := range strings.Lines(string(b)) {
			if name, value, ok := strings.Cut(l, ":"); ok && strings.TrimSpace(name) == "model name" {
				model = strings.TrimSpace(value)
				break
			}
		}
	}
	return fmt.Sprintf("%d cores of %s, %s/%s, %s", runtime.NumCPU(), model, runtime.GOOS, runtime.GOARCH, runtime.Version())
}

// A ledger sums the CPU time of ended children.
type ledger struct{ spent atomic.Int64 }

// wait waits for a child to end and adds its CPU time.
func (l *ledger) wait(cmd *exec.Cmd) error {
	err := cmd.Wait()
	if s := cmd.ProcessState; s != nil {
		l.spent.Add(int64(s.UserTime() + s.SystemTime()))
	}
	return err
}

// A watch measures how busy the machine is with other programs. They distort every number, so a
// report states their share.
type watch struct {
	ledger *ledger
	begun  time.Time
	busy   time.Duration // CPU time of the machine since boot
	ours   time.Duration
}

func (l *ledger) watch() watch {
	busy, _ := busyTime()
	return watch{ledger: l, begun: time.Now(), busy: busy, ours: time.Duration(l.spent.Load())}
}

// others returns the share of CPU time that other programs have used since the watch began.
// Children must have ended before. It is not known on every system.
func (w watch) others() (share float64, known bool) {
	busy, known := busyTime()
	ours := time.Duration(w.ledger.spent.Load()) - w.ours
	all := time.Since(w.begun) * time.Duration(runtime.NumCPU())
	return max(0, (busy-w.busy-ours).Seconds()/all.Seconds()), known
}

// tick is the unit of /proc/stat, the same on every Linux that Go runs on.
const tick = 10 * time.Millisecond

// busyTime returns the CPU time of all processors since boot.
//
// Linux: proc_stat(5)
func busyTime() (time.Duration, bool) {
	b, err := os.ReadFile("/proc/stat")
	if err != nil {
		return 0, false
	}
	first, _, _ := strings.Cut(string(b), "\n")
	fields := strings.Fields(first) // cpu user nice system idle iowait irq softirq steal …
	if len(fields) < 9 {
		return 0, false
	}
	total := time.Duration(0)
	for i, field := range fields[1:9] {
		n, err := strconv.ParseInt(field, 10, 64)
		if err != nil {
			return 0, false
		}
		if i != 3 && i != 4 { // idle, waiting
			total += time.Duration(n) * tick
		}
	}
	return total, true
}
