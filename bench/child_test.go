package main

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestMain lets the test binary run as a child, as bench does.
func TestMain(m *testing.M) {
	if role := os.Getenv(roleVariable); role != "" {
		if err := play(context.Background(), role); err != nil {
			os.Stderr.WriteString(err.Error() + "\n")
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// begins starts a child and stops it after the test.
func begins(t *testing.T, role string, s setting) (*child, outcome) {
	t.Helper()
	c, got, err := start(context.WithoutCancel(t.Context()), &ledger{}, role, s) // the clean-up runs after the test's context has ended
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.stop(); err != nil {
			t.Errorf("the %s did not end well: %v", role, err)
		}
	})
	return c, got
}

func obeys(t *testing.T, c *child, o order) outcome {
	t.Helper()
	got, err := c.do(o)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestServersAnswerTextsAndAccountForThem(t *testing.T) {
	dir := t.TempDir()
	_, customer := begins(t, roleHandler, setting{})
	texts := order{Do: "texts", To: promptNumber, Phones: 5, Warm: 50 * time.Millisecond, For: 200 * time.Millisecond}

	durable, _ := begins(t, roleServer, setting{Store: filepath.Join(dir, "durable.db"), Handler: customer.Handler})
	got := obeys(t, durable, texts)
	if got.Texts == 0 || got.Commits < 3*int64(got.Texts) || got.End.CPU <= got.Start.CPU || got.Peak == 0 {
		t.Errorf("a durable server: got %+v, want texts, three commits or more each, CPU and memory", got)
	}

	off, _ := begins(t, roleServer, setting{Store: filepath.Join(dir, "off.db"), NoStore: true, Handler: customer.Handler})
	got = obeys(t, off, texts)
	if got.Texts == 0 || got.Commits != 0 {
		t.Errorf("a server whose store is off: got %d texts and %d commits, want texts and no commit", got.Texts, got.Commits)
	}

	alone, _ := begins(t, roleNetwork, setting{Store: filepath.Join(dir, "network.phones")})
	if got := obeys(t, alone, texts); got.Texts == 0 {
		t.Error("a network that answers itself: got no text")
	}
}

func TestArrivalsAreMeasuredOneByOne(t *testing.T) {
	_, customer := begins(t, roleHandler, setting{})
	server, _ := begins(t, roleServer, setting{Store: filepath.Join(t.TempDir(), "repli.db"), Handler: customer.Handler})
	got := obeys(t, server, order{Do: "arrivals", To: promptNumber, Rate: 200, For: 300 * time.Millisecond})
	if n := len(got.Latency); n < 20 || n > 120 || len(got.Late) != n || got.Missing != 0 {
		t.Errorf("got %d times and %d missing, want about 60 and none", n, got.Missing)
	}
	if got.Latency[0] <= 0 {
		t.Errorf("somebody was answered after %v", got.Latency[0])
	}
}

func TestAFilledStoreHoldsWhatItWasAskedTo(t *testing.T) {
	_, customer := begins(t, roleHandler, setting{})
	server, _ := begins(t, roleServer, setting{Store: filepath.Join(t.TempDir(), "repli.db"), Handler: customer.Handler, Password: password})
	got := obeys(t, server, order{Do: "fill", Rows: 1000})
	if perRow := got.Bytes / 1000; got.Texts != 500 || perRow < 200 || perRow > 10_000 {
		t.Errorf("got %d texts of %d bytes a message, want 500 of some hundred bytes", got.Texts, perRow)
	}
	read := obeys(t, server, order{Do: "reads"})
	for _, kind := range read.Reads {
		if kind.Median <= 0 {
			t.Errorf("%s took %v", kind.Name, kind.Median)
		}
	}
	if len(read.Reads) != 6 {
		t.Errorf("got %d kinds of reading, want 6", len(read.Reads))
	}
	if shown := obeys(t, server, order{Do: "show"}); len(shown.Reads) != len(lists()) {
		t.Errorf("%d lists were shown, want %d", len(shown.Reads), len(lists()))
	}
}
