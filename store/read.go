package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"sync"
	"sync/atomic"
	"time"

	"github.com/repli-sms/repli"
)

// statements caches the prepared form of each query. The store's queries are constants, so the
// cache is bounded.
type statements struct {
	on interface {
		PrepareContext(ctx context.Context, query string) (*sql.Stmt, error)
	}
	mu   sync.RWMutex
	kept map[string]*sql.Stmt
}

func (s *statements) get(ctx context.Context, query string) (*sql.Stmt, error) {
	s.mu.RLock()
	stmt := s.kept[query]
	s.mu.RUnlock()
	if stmt != nil {
		return stmt, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if stmt = s.kept[query]; stmt != nil {
		return stmt, nil
	}
	stmt, err := s.on.PrepareContext(context.WithoutCancel(ctx), query)
	if err != nil {
		return nil, fmt.Errorf("%w in %s", err, query)
	}
	if s.kept == nil {
		s.kept = map[string]*sql.Stmt{}
	}
	s.kept[query] = stmt
	return stmt, nil
}

func (s *statements) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var errs []error
	for _, stmt := range s.kept {
		errs = append(errs, stmt.Close())
	}
	s.kept = nil
	return errors.Join(errs...)
}

// A row is the source of a scan function.
type row interface{ Scan(dest ...any) error }

// list returns the rows the query finds, in order. A read is an index lookup of microseconds, so
// ctx is checked only before it starts: watching for an interruption would double its cost.
func list[T any](ctx context.Context, db *DB, scan func(row) (T, error), query string, args ...any) ([]T, error) {
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	ctx = context.WithoutCancel(ctx)
	if db.reads == nil {
		db.write.Lock()
		defer db.write.Unlock()
		return collect(ctx, &db.writing, scan, query, args...)
	}
	found, err := collect(ctx, &db.reading, scan, query, args...)
	if repli.IsUnavailable(err) {
		db.unread.note(db.log, err, time.Now())
	}
	return found, err
}

// unread logs that the store cannot be read, at most once a minute: the callers get the error each
// time. Its methods may be called from many goroutines.
type unread struct{ logged atomic.Int64 } // when, in microseconds since 1970

func (u *unread) note(log *slog.Logger, err error, now time.Time) {
	logged := u.logged.Load()
	if passed := micros(now) - logged; passed >= 0 && passed < remindEvery.Microseconds() || !u.logged.CompareAndSwap(logged, micros(now)) {
		return
	}
	var why *repli.Error
	if errors.As(err, &why) {
		log.Error("the store cannot be read", "error", why.Sentence(), "cause", why.Err)
	}
}

func collect[T any](ctx context.Context, s *statements, scan func(row) (T, error), query string, args ...any) (found []T, err error) {
	stmt, err := s.get(ctx, query)
	if err != nil {
		return nil, diagnosed(err)
	}
	rows, err := stmt.QueryContext(ctx, args...)
	if err != nil {
		return nil, diagnosed(err)
	}
	defer rows.Close()
	for rows.Next() {
		one, err := scan(rows)
		if err != nil {
			return nil, err
		}
		found = append(found, one)
	}
	return found, diagnosed(rows.Err())
}

// get returns the one row the query finds. If there is none, it returns error 20404 with the
// given detail.
func get[T any](ctx context.Context, db *DB, missing string, scan func(row) (T, error), query string, args ...any) (T, error) {
	found, err := list(ctx, db, scan, query, args...)
	if err == nil && len(found) == 0 {
		err = &repli.Error{Code: 20404, Detail: missing}
	}
	if err != nil {
		var zero T
		return zero, err
	}
	return found[0], nil
}

// A Page says which part of a list to read. Lists are sorted by key, newest first, unless they say
// that they begin with the oldest.
type Page struct {
	Limit  int
	Before repli.SID // only rows older than this one; "" means from the newest
	After  repli.SID // of a list that begins with the oldest: only rows newer than this one
}

// begins returns error 21481 if the item after which a page begins is gone, in a list that is not
// ordered by key; otherwise the rest of the list would seem to be empty. query finds the item by
// its key.
func (db *DB) begins(ctx context.Context, p Page, query string) error {
	if p.Before == "" {
		return nil
	}
	kept, err := list(ctx, db, func(r row) (n int, err error) { return n, r.Scan(&n) }, query, key(p.Before))
	if err == nil && len(kept) == 0 {
		err = goneFrom(p.Before)
	}
	return err
}

// goneFrom returns the error for a page that begins after an item which is gone.
func goneFrom(s repli.SID) error {
	return repli.Errorf(21481, "The page begins after %s, which has been deleted; read the list from its beginning", s)
}

// before returns the key that all rows of the page are below.
func (p Page) before() []byte {
	if p.Before == "" {
		return []byte("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff")
	}
	k := p.Before.Key()
	return k[:]
}

// beforeID is before for the row ids of messages.
func (p Page) beforeID() any {
	if p.Before == "" {
		return int64(math.MaxInt64)
	}
	return id(p.Before)
}
