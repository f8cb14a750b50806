//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"syscall"
	"time"
	"unsafe"
)

// An accident is a kind of bad luck that befalls everybody.
type accident string

const (
	kill   accident = "killed"
	clock  accident = "clock stepped"
	future accident = "killed in the future"
	full   accident = "disk full"
	famine accident = "out of files"
)

// A plan says how long each part of a run takes.
type plan struct {
	long, quiet time.Duration
	steady      time.Duration // from the start to the last life's begin
	warm        time.Duration // of the last life until its size counts
	every       time.Duration // from one accident to the next
	lasting     time.Duration // of a full disk, a famine, and a wrong clock
	calming     time.Duration // after an accident until waits count again
	again       time.Duration // from an answer to a look for a second one
}

func planned(long time.Duration) plan {
	return plan{
		long: long, quiet: min(long/6, time.Minute), steady: long / 2, warm: min(long/10, time.Minute),
		every: min(long/20, 30*time.Second), lasting: min(long/40, 3*time.Second), calming: min(long/40, 5*time.Second),
		again: min(long/10, 20*time.Second),
	}
}

// The accidents in the first part of the storm and, when the process lives on, in the second.
var (
	deadly = [...]accident{clock, future, kill, full, kill, famine}
	mild   = [...]accident{full, famine}
)

// A window is a time in which an accident kept everybody waiting.
type window struct {
	accident   accident
	begin, end time.Time // until waits count again
}

// storm has accidents happen until the run is over.
func (r *soaking) storm(ctx context.Context) error {
	for i := 0; time.Since(r.began) < r.plan.steady; i++ {
		if err := r.befall(ctx, deadly[i%len(deadly)]); err != nil {
			return err
		}
		if !pause(ctx, r.plan.every) {
			return nil
		}
	}
	if err := r.befall(ctx, kill); err != nil { // the last life
		return err
	}
	r.watched = time.Now().Add(r.plan.warm)
	end := time.Now().Add(r.plan.long - r.plan.steady) // from here on, however long the restarts took
	for i := 0; pause(ctx, r.plan.every) && time.Now().Before(end); i++ {
		if err := r.befall(ctx, mild[i%len(mild)]); err != nil {
			return err
		}
	}
	return nil
}

// befall has an accident happen, and returns when it is over.
func (r *soaking) befall(ctx context.Context, a accident) error {
	w := window{accident: a, begin: time.Now()}
	var err error
	switch a {
	case kill:
		err = r.rebirth(ctx, r.o.repli, "")
	case clock:
		if err = r.rebirth(ctx, r.stepped, stepping(r.plan.lasting)); err == nil {
			pause(ctx, r.plan.lasting*time.Duration(len(offsets)))
			err = r.rebirth(ctx, r.o.repli, "")
		}
	case future:
		if err = r.rebirth(ctx, r.stepped, ahead); err == nil {
			pause(ctx, r.plan.lasting)
			err = r.rebirth(ctx, r.o.repli, "")
		}
	case full:
		var free func() error
		if free, err = fillDisk(r.o.dir); err == nil {
			pause(ctx, r.plan.lasting)
			err = free()
		}
	case famine:
		err = r.starve(ctx)
	}
	w.end = time.Now().Add(r.plan.calming)
	r.windows = append(r.windows, w)
	if err != nil {
		return fmt.Errorf("%s: %w", a, err)
	}
	return nil
}

// rebirth kills the process and starts another one.
func (r *soaking) rebirth(ctx context.Context, binary, clock string) error {
	return errors.Join(r.s.end(os.Kill), r.s.start(context.WithoutCancel(ctx), binary, clock))
}

// starve leaves the running process hardly more files than it has open.
func (r *soaking) starve(ctx context.Context) error {
	pid := int(r.s.pid.Load())
	open, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", pid))
	if err != nil {
		return err
	}
	var had syscall.Rlimit
	if err := prlimit(pid, nil, &had); err != nil {
		return err
	}
	few := had
	few.Cur = uint64(len(open)) + 2
	if err := prlimit(pid, &few, nil); err != nil {
		return err
	}
	pause(ctx, r.plan.lasting)
	return prlimit(pid, &had, nil)
}

// prlimit sets and gets the limit of another process's open files.
//
// Linux: prlimit(2)
func prlimit(pid int, set, get *syscall.Rlimit) error {
	_, _, no := syscall.RawSyscall6(syscall.SYS_PRLIMIT64, uintptr(pid), syscall.RLIMIT_NOFILE,
		uintptr(unsafe.Pointer(set)), uintptr(unsafe.Pointer(get)), 0, 0)
	if no != 0 {
		return os.NewSyscallError("prlimit", no)
	}
	return nil
}

// disturbed reports whether somebody who waited from begin to end did so during an accident.
func disturbed(windows []window, begin, end time.Time, kinds ...accident) bool {
	for _, w := range windows {
		if begin.Before(w.end) && end.After(w.begin) && (len(kinds) == 0 || slices.Contains(kinds, w.accident)) {
			return true
		}
	}
	return false
}
