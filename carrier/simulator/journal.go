package simulator

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"
)

// A journal is a file of events, one JSON object a line, written with one write each and
// never synced. It has two generations, so that it is bounded without being rewritten as it
// grows: when the newer holds enough messages it becomes the older, and the older is
// forgotten. It is rewritten only to be rid of what is too old to be kept.
//
// The zero journal keeps nothing.
type journal struct {
	path  string
	file  *os.File
	size  int64 // of the whole lines in file
	begun int   // messages that begin in file
	torn  bool  // file may hold part of a line after size

	since    time.Time // of the first message that begins in file
	oldSince time.Time // of the first that begins in the older generation

	line bytes.Buffer  // of append, kept to be used again
	enc  *json.Encoder // writes to line
}

// older returns the name of the older generation.
func older(path string) string { return path + ".old" }

// openJournal opens the journal at path and hands every event in it to replay, oldest first.
// It returns how many bytes of a line torn by a crash it cut off the end. Any other line it
// cannot read is an error that names file and line.
func openJournal(path string, replay func(event) error) (*journal, int64, error) {
	j := &journal{path: path}
	if path == "" {
		return j, 0, nil
	}
	if old, err := os.Open(older(path)); err == nil {
		_, err = readEvents(old, older(path), func(e event) error {
			j.count(e)
			return replay(e)
		})
		j.begun, j.since, j.oldSince = 0, time.Time{}, j.since
		if err := errors.Join(err, old.Close()); err != nil {
			return nil, 0, err
		}
	} else if !errors.Is(err, os.ErrNotExist) {
		return nil, 0, err
	}
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return nil, 0, err
	}
	j.file = file
	j.enc = json.NewEncoder(&j.line)
	j.enc.SetEscapeHTML(false)
	j.size, err = readEvents(file, path, func(e event) error {
		j.count(e)
		return replay(e)
	})
	if err != nil {
		return nil, 0, errors.Join(err, file.Close())
	}
	end, err := file.Seek(0, io.SeekEnd)
	if err == nil {
		err = file.Truncate(j.size)
	}
	if err != nil {
		return nil, 0, errors.Join(err, file.Close())
	}
	return j, end - j.size, nil
}

// readEvents hands each event of r to replay and returns the length of the whole lines. A
// line without its end was torn by a crash, before anybody was told of it: it is left out.
func readEvents(r io.Reader, name string, replay func(event) error) (whole int64, err error) {
	lines := bufio.NewReaderSize(r, 64<<10)
	for n := 1; ; n++ {
		line, err := lines.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return whole, nil
		}
		if err != nil {
			return whole, fmt.Errorf("%s:%d: %w", name, n, err)
		}
		var e event
		if err := json.Unmarshal(line, &e); err != nil {
			return whole, fmt.Errorf("%s:%d: %w", name, n, err)
		}
		if e.ID == "" && e.SID != "" { // an early build wrote it, whose network knew messages by their SIDs
			e.ID = idOf(e.SID)
		}
		if err := replay(e); err != nil {
			return whole, fmt.Errorf("%s:%d: %w", name, n, err)
		}
		whole += int64(len(line))
	}
}

// append writes one event. When it returns nil the event survives the process.
func (j *journal) append(e event) error {
	if j.file == nil {
		return nil
	}
	j.line.Reset()
	if err := j.enc.Encode(e); err != nil {
		return err
	}
	if j.torn { // the next line must not be glued to half of the last
		if err := j.file.Truncate(j.size); err != nil {
			return err
		}
		j.torn = false
	}
	if _, err := j.file.Write(j.line.Bytes()); err != nil {
		j.torn = true
		return err
	}
	j.size += int64(j.line.Len())
	j.count(e)
	return nil
}

// count keeps j.begun and j.since.
func (j *journal) count(e event) {
	if e.Kind != sent && e.Kind != taken && e.Kind != received {
		return
	}
	j.begun++
	if j.since.IsZero() || e.At.Before(j.since) {
		j.since = e.At
	}
}

// reaches reports whether a message from before a time may stand in the journal.
func (j *journal) reaches(before time.Time) bool {
	return !j.since.IsZero() && j.since.Before(before) || !j.oldSince.IsZero() && j.oldSince.Before(before)
}

// turn makes the newer generation the older one and begins a new one. What the generation
// forgotten by this alone knew must have been appended again before. A crash at any point
// of it loses nothing.
func (j *journal) turn() error {
	if j.file == nil {
		return nil
	}
	fresh, err := os.OpenFile(j.path+".new", os.O_RDWR|os.O_CREATE|os.O_TRUNC|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	err = os.Rename(j.path, older(j.path))
	if err == nil {
		err = os.Rename(fresh.Name(), j.path)
	}
	if err != nil {
		return errors.Join(err, fresh.Close())
	}
	err = j.file.Close()
	j.oldSince = j.since
	j.file, j.size, j.begun, j.torn, j.since = fresh, 0, 0, false, time.Time{}
	return err
}

// rewrite makes the journal hold these events and no others. A crash at any point of it
// loses nothing, and may leave the older generation behind, to be read once more.
func (j *journal) rewrite(events []event) error {
	if j.file == nil {
		return nil
	}
	fresh, err := os.OpenFile(j.path+".new", os.O_RDWR|os.O_CREATE|os.O_TRUNC|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	next := journal{path: j.path, file: fresh}
	lines := bufio.NewWriterSize(fresh, 64<<10)
	enc := json.NewEncoder(lines)
	enc.SetEscapeHTML(false)
	for _, e := range events {
		if err = enc.Encode(e); err != nil {
			break
		}
		next.count(e)
	}
	if err = errors.Join(err, lines.Flush()); err == nil {
		err = os.Rename(fresh.Name(), j.path)
	}
	if err != nil {
		return errors.Join(err, fresh.Close(), os.Remove(fresh.Name()))
	}
	next.size, err = fresh.Seek(0, io.SeekEnd)
	err = errors.Join(err, j.file.Close())
	j.file, j.size, j.begun, j.torn, j.since = fresh, next.size, next.begun, false, next.since
	if gone := os.Remove(older(j.path)); gone != nil && !errors.Is(gone, os.ErrNotExist) {
		return errors.Join(err, gone)
	}
	j.oldSince = time.Time{}
	return err
}

// forget empties the journal.
func (j *journal) forget() error {
	if j.file == nil {
		return nil
	}
	if err := os.Remove(older(j.path)); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if err := j.file.Truncate(0); err != nil {
		return err
	}
	j.size, j.begun, j.torn = 0, 0, false
	j.since, j.oldSince = time.Time{}, time.Time{}
	return nil
}

// close closes the file; the journal then keeps nothing.
func (j *journal) close() error {
	if j.file == nil {
		return nil
	}
	file := j.file
	j.file = nil
	return file.Close()
}
