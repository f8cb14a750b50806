package storetest

import (
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// Early unpacks the store that an early build of `repli dev`, of commit f12c196, left when it was
// killed, and returns its path. It is not marked as a store, all that is in it lies in SQLite's
// log still, and it has unfinished work: four texts to +15550002000 whose primary,
// http://127.0.0.1:3999/sms, has not answered them, a message to a slow phone, and a status
// callback to http://127.0.0.1:3999/status. Beside it lies the journal of its phones.
func Early(t testing.TB) string {
	t.Helper()
	_, here, _, _ := runtime.Caller(0)
	path := filepath.Join(t.TempDir(), "repli.db")
	for _, suffix := range []string{"", "-wal", ".phones"} {
		packed := filepath.Join(filepath.Dir(here), "testdata", "f12c196", "repli.db"+suffix+".gz")
		if err := unpack(packed, path+suffix); err != nil {
			t.Fatal(err)
		}
	}
	return path
}

func unpack(from, to string) error {
	packed, err := os.Open(from)
	if err != nil {
		return err
	}
	defer packed.Close()
	r, err := gzip.NewReader(packed)
	if err != nil {
		return err
	}
	text, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	return os.WriteFile(to, text, 0o600)
}
