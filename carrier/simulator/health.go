package simulator

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
	"time"

	"github.com/repli-sms/repli"
)

const (
	// lookAfter is how old what is known of the journal's file may be when it is written to.
	lookAfter = time.Second

	// remindEvery is how often the log is told of a journal that cannot be written.
	remindEvery = time.Minute

	// probeSize is how many bytes are written to find out whether a text could be: more than one
	// takes.
	probeSize = 16 << 10
)

// health is what the network knows of its journal's file. The log is told when it can no longer be
// written, and when it can again: whoever sends a text is told each time, the log is not.
type health struct {
	looked time.Time // when the file was last looked for
	probed time.Time // when it was last written to for trial
	found  error     // what came of that
	told   time.Time // when the log was told last; zero while all is well
}

// Writable returns nil when a text could be written to the journal right now, or could a second
// ago, and else the Temporary error 20503. It finds out by writing.
func (c *Carrier) Writable() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Now()
	if since := now.Sub(c.health.probed); since < 0 || since >= lookAfter {
		c.health.probed = now
		c.health.found = c.heard(errors.Join(c.journal.misplaced(), c.journal.probe()))
	}
	return c.health.found
}

// append writes an event to the journal, if its file is still the one at its path. The caller
// holds c.mu.
func (c *Carrier) append(e event) error {
	if now := time.Now(); now.Sub(c.health.looked) >= lookAfter {
		if err := c.journal.misplaced(); err != nil {
			return c.heard(err)
		}
		c.health.looked = now
	}
	return c.heard(c.journal.append(e))
}

// heard tells the log what became of an attempt to write to the journal, though not each time, and
// returns an error of it as a Temporary 20503. The caller holds c.mu.
func (c *Carrier) heard(err error) error {
	now := time.Now()
	if err == nil {
		if !c.health.told.IsZero() {
			c.health.told = time.Time{}
			c.log.Info("the phones' journal can be written again")
		}
		return nil
	}
	ill := &repli.Error{
		Code: repli.CodeUnavailable, Detail: fmt.Sprintf("The phones' journal cannot be written: %s", reason(err)),
		Err: err, Temporary: true,
	}
	if c.health.told.IsZero() || now.Sub(c.health.told) >= remindEvery {
		c.health.told = now
		c.log.Error("phones cannot text until their journal can be written", "error", ill.Sentence(), "cause", err)
	}
	return ill
}

// reason says in a few words why a file cannot be written.
func reason(err error) string {
	var gone *misplacedError
	switch {
	case errors.As(err, &gone):
		return gone.Error()
	case errors.Is(err, syscall.ENOSPC):
		return "its disk is full"
	case errors.Is(err, syscall.EFBIG):
		return "it may not grow any more"
	case errors.Is(err, syscall.EROFS), errors.Is(err, fs.ErrPermission):
		return "it may only be read"
	}
	return "its disk fails"
}

// A misplacedError says that the journal's path no longer leads to the file that is open.
type misplacedError struct{ path, why string }

func (e *misplacedError) Error() string { return e.path + " " + e.why }

// misplaced returns a [*misplacedError] when another file than the one that is open lies at the
// journal's path, or none.
func (j *journal) misplaced() error {
	if j.file == nil {
		return nil
	}
	open, err := j.file.Stat()
	if err != nil {
		return err
	}
	switch is, err := os.Stat(j.path); {
	case errors.Is(err, fs.ErrNotExist):
		return &misplacedError{j.path, "is gone: it was removed or renamed while the server ran"}
	case err != nil:
		return err
	case !os.SameFile(open, is):
		return &misplacedError{j.path, "was replaced by another file while the server ran"}
	}
	return nil
}

// probe writes at the end of the journal and takes it back. A crash in between leaves what looks
// like a torn line, which the next start cuts off.
func (j *journal) probe() error {
	if j.file == nil {
		return nil
	}
	blank := make([]byte, probeSize)
	for i := range blank {
		blank[i] = ' '
	}
	_, err := j.file.Write(blank)
	return errors.Join(err, j.file.Truncate(j.size))
}
