package store

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// remains returns the names of the files that only a store with something in it leaves beside its
// own: SQLite's log and the companions, as far as there is something in them.
func remains(path string, companions []string) []string {
	var left []string
	for _, name := range append([]string{path + "-wal"}, companions...) {
		if info, err := os.Stat(name); err == nil && info.Size() > 0 {
			left = append(left, name)
		}
	}
	return left
}

// allowBeginning decides whether a store may begin with nothing in it. Where another has left
// something, that one has been lost, and to begin anew would hide it: it is an error, unless fresh
// asks for it. Then what is left is renamed.
func allowBeginning(path string, is content, left []string, fresh bool, log *slog.Logger) error {
	if is == marked || is == early {
		if fresh {
			return fmt.Errorf("--fresh is for a store that was lost, and this one was not; name another with --store, or move it away")
		}
		return nil
	}
	if is == empty { // SQLite has looked at its log already
		left = slices.DeleteFunc(left, func(name string) bool { return name == path+"-wal" })
	}
	if len(left) == 0 {
		return nil
	}
	if !fresh {
		return lostStore(path, left)
	}
	suffix := ".lost-" + time.Now().UTC().Format("20060102T150405Z")
	for _, name := range left {
		if err := os.Rename(name, name+suffix); err != nil {
			return err
		}
		log.Warn("what another store has left was renamed", "file", name, "is", name+suffix)
	}
	return nil
}

// lostStore says that a store has been lost, what shows it, and what to do.
func lostStore(path string, left []string) error {
	state := "is empty"
	if !exists(path) {
		state = "is missing"
	}
	var names []string
	for _, name := range left {
		names = append(names, filepath.Base(name))
	}
	return fmt.Errorf("%s %s, but beside it lies what a store has left (%s): put back %s and all files beside it as they were, "+
		"or restore a backup (docs/operations.md); to begin anew, start once with --fresh, which renames what is left",
		filepath.Base(path), state, strings.Join(names, ", "), filepath.Base(path))
}
