package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
)

// An executor runs statements that return no rows on the connection that writes. It speaks to
// the driver itself: what database/sql does to each statement and each argument costs as much
// as SQLite does, and all Changes wait for it.
type executor struct {
	on   *sql.Conn
	kept map[string]driver.StmtExecContext // by query
}

// run runs one statement and returns how many rows it touched. It is not interrupted when a
// context ends: nobody could tell then what had happened. The caller holds DB.write.
func (e *executor) run(query string, args []driver.NamedValue) (touched int64, err error) {
	err = e.on.Raw(func(conn any) error {
		stmt, err := e.get(conn, query)
		if err != nil {
			return err
		}
		done, err := stmt.ExecContext(context.Background(), args)
		if err != nil {
			return err
		}
		touched, err = done.RowsAffected()
		return err
	})
	return touched, err
}

// get returns the prepared form of a query.
func (e *executor) get(conn any, query string) (driver.StmtExecContext, error) {
	if stmt := e.kept[query]; stmt != nil {
		return stmt, nil
	}
	prepared, err := conn.(driver.Conn).Prepare(inOrder(query))
	if err != nil {
		return nil, fmt.Errorf("%w in %s", err, query)
	}
	stmt := prepared.(driver.StmtExecContext)
	if e.kept == nil {
		e.kept = map[string]driver.StmtExecContext{}
	}
	e.kept[query] = stmt
	return stmt, nil
}

func (e *executor) close() error {
	if e.on == nil {
		return nil
	}
	var errs []error
	errs = append(errs, e.on.Raw(func(any) error {
		for _, stmt := range e.kept {
			errs = append(errs, stmt.(driver.Stmt).Close())
		}
		return nil
	}))
	e.kept = nil
	return errors.Join(errs...)
}

// values returns arguments as the driver takes them. An argument that no database can keep is
// a mistake of the programmer.
func values(args []any) []driver.NamedValue {
	named := make([]driver.NamedValue, len(args))
	for i, arg := range args {
		switch v := arg.(type) {
		case int:
			arg = int64(v)
		case int64, string, []byte, bool, nil:
		default:
			kept, err := driver.DefaultParameterConverter.ConvertValue(v)
			if err != nil {
				panic(fmt.Sprintf("store: argument %d: %v", i+1, err))
			}
			arg = kept
		}
		named[i] = driver.NamedValue{Ordinal: i + 1, Value: arg}
	}
	return named
}
