//go:build linux

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
)

// onDisk is the environment variable that names the folder of the disk to a process which has namespaces
// of its own.
const onDisk = "REPLI_SOAK_DISK"

// An exitCode is that of the process which did the work, and has said why.
type exitCode int

func (e exitCode) Error() string { return fmt.Sprintf("exit code %d", int(e)) }

// withDisk runs this program again in namespaces of its own, where it may mount a disk.
func withDisk(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "repli-soak-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	self, err := os.Executable()
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(context.WithoutCancel(ctx), self, os.Args[1:]...)
	cmd.Env = append(os.Environ(), onDisk+"="+dir)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
		UidMappings: []syscall.SysProcIDMap{{HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{HostID: os.Getgid(), Size: 1}},
		Pdeathsig:   syscall.SIGKILL,
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("this system does not let this user have namespaces, which soak needs for a disk of its own: %w", err)
	}
	defer context.AfterFunc(ctx, func() { _ = cmd.Process.Signal(os.Interrupt) })()
	err = cmd.Wait()
	if ended := (*exec.ExitError)(nil); errors.As(err, &ended) {
		return exitCode(ended.ExitCode())
	}
	return err
}

func mountDisk(dir, size string) error {
	if err := syscall.Mount("soak", dir, "tmpfs", 0, "size="+size); err != nil {
		return fmt.Errorf("mounting the server's disk: %w", err)
	}
	return nil
}

// fillDisk uses up all the room on the disk until free is called.
func fillDisk(dir string) (free func() error, err error) {
	name := filepath.Join(dir, "filler")
	file, err := os.Create(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	for _, size := range []int{1 << 20, 4096, 1} {
		for err = nil; err == nil; {
			_, err = file.Write(bytes.Repeat([]byte("x"), size))
		}
		if !errors.Is(err, syscall.ENOSPC) {
			return nil, errors.Join(err, os.Remove(name))
		}
	}
	return func() error { return os.Remove(name) }, nil
}
