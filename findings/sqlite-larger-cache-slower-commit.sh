#!/usr/bin/env bash
# A larger page cache makes SQLite's commits slower, although the transaction reads and writes the same pages.
#
# Guessed: with PRAGMA cache_size at 64 MB, COMMIT takes as long as at 2 MB or less, as a commit has to do with the
# pages it changed and not with those that are cached. Seen, with modernc.org/sqlite v1.61.1 (SQLite 3.54.1), WAL mode
# and synchronous off: after inserts that split pages of a tree, COMMIT takes twice as long with the larger cache (2.6
# times with the C library 3.40.1 of Debian 12); after updates in place there is no difference. When a tree is
# rebalanced SQLite for a moment gives pages the number of its lock page (262145 at 4 kB), which lies beyond the end of
# a smaller file. The cache remembers it as its highest page, and each commit that ends a transaction of that kind looks
# through the whole table of cached pages for some beyond the end.
#
# Repli's writer, which commits thousands of small transactions of inserts, has a cache of 4 MB.
# Installs the module below a temporary folder, opens no connection, and fails when the behaviour changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'chmod -R u+w "$folder" && rm -rf "$folder"' EXIT
cd "$folder"
export GOPATH="$folder/go" GOFLAGS=-modcacherw GOWORK=off CGO_ENABLED=0
cat >go.mod <<'MOD'
module finding

go 1.26

require modernc.org/sqlite v1.61.1
MOD
cat >main.go <<'GO'
package main

import (
	"context"
	"database/sql"
	"fmt"
	"log"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"time"

	_ "modernc.org/sqlite"
)

const rows = 300_000

// store returns a connection to a new store of 40 MB, all of it in the cache if the cache is large enough.
func store(cacheKB int) *sql.Conn {
	name := fmt.Sprintf("cache%d.db", cacheKB)
	db, err := sql.Open("sqlite", name)
	check(err)
	c, err := db.Conn(context.Background())
	check(err)
	do(c, "PRAGMA journal_mode = WAL")
	do(c, "PRAGMA synchronous = OFF")
	do(c, "PRAGMA wal_autocheckpoint = 0")
	do(c, fmt.Sprintf("PRAGMA cache_size = -%d", cacheKB))
	do(c, "CREATE TABLE t (k INTEGER PRIMARY KEY, v TEXT)")
	do(c, fmt.Sprintf(`WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i+1 FROM n WHERE i < %d)
		INSERT INTO t SELECT i*1000, '%s' FROM n`, rows-1, strings.Repeat("x", 100)))
	do(c, "PRAGMA wal_checkpoint(TRUNCATE)")
	do(c, "SELECT sum(length(v)) FROM t")
	return c
}

// commits returns the median time of COMMIT alone, after transactions of write.
func commits(c *sql.Conn, write func()) time.Duration {
	var took []time.Duration
	for range 1500 {
		do(c, "BEGIN")
		write()
		at := time.Now()
		do(c, "COMMIT")
		took = append(took, time.Since(at))
	}
	slices.Sort(took)
	return took[len(took)/2]
}

func main() {
	var version string
	random := rand.New(rand.NewPCG(1, 2))
	took := map[string]time.Duration{}
	for _, kB := range []int{2000, 64000} {
		c := store(kB)
		check(c.QueryRowContext(context.Background(), "SELECT sqlite_version()").Scan(&version))
		inserts := func() {
			for range 4 {
				do(c, "INSERT OR IGNORE INTO t VALUES (?, ?)", random.IntN(rows*1000), strings.Repeat("z", 1200))
			}
		}
		updates := func() { do(c, "UPDATE t SET v = ? WHERE k = ?", strings.Repeat("y", 100), random.IntN(rows)*1000) }
		took[fmt.Sprint("update", kB)] = commits(c, updates)
		took[fmt.Sprint("insert", kB)] = commits(c, inserts)
	}
	inserts := float64(took["insert64000"]) / float64(took["insert2000"])
	updates := float64(took["update64000"]) / float64(took["update2000"])
	fmt.Printf("SQLite %s: COMMIT takes %.1f times as long with a cache of 64 MB as with 2 MB after inserts, %.1f times after updates\n",
		version, inserts, updates)
	if inserts < 1.4 || updates > 1.3 {
		fmt.Println("SQLite behaves otherwise now")
		os.Exit(1)
	}
}

func do(c *sql.Conn, query string, args ...any) {
	_, err := c.ExecContext(context.Background(), query, args...)
	check(err)
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
GO
timeout 120 go mod tidy >/dev/null 2>&1
timeout 300 go build -o finding .
timeout 300 ./finding
