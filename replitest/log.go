package replitest

import (
	"io"
	"sync"
)

// A testLog is the server's log, which a test shows when it fails. What comes after the end of
// the test is dropped, since a test must not speak then.
type testLog struct {
	mu  sync.Mutex
	out io.Writer
}

// Write shows one record.
func (l *testLog) Write(record []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.out.Write(record)
}

func (l *testLog) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.out = io.Discard
}
