package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
)

// An executor runs statements that return no rows on the writing connection. It calls the driver
// directly, because database/sql's work on each statement and argument costs as much as SQLite
// itself, and every Change waits for it.
type executor struct {
	on   *sql.Conn
	kept map[string]driver.StmtExecContext // by query
	rows map[rowsOf]string                 // queries that insert rows
	args []driver.NamedValue               // of the last statement; reused
}

// rowsOf identifies the query that inserts a number of rows of one form.
type rowsOf struct {
	form
	number int
}

// insert adds rows of one form. The caller holds DB.write.
func (e *executor) insert(rows []insertion) error {
	of := rowsOf{rows[0].form, len(rows)}
	query, known := e.rows[of]
	if !known {
		query = of.statement(of.number)
		if e.rows == nil {
			e.rows = map[rowsOf]string{}
		}
		e.rows[of] = query
	}
	e.args = e.args[:0]
	for _, row := range rows {
		e.args = appendValues(e.args, row.values)
	}
	_, err := e.runWith(query)
	return err
}

// run runs one statement and returns how many rows it touched. The caller holds DB.write.
func (e *executor) run(query string, args []any) (touched int64, err error) {
	e.args = appendValues(e.args[:0], args)
	return e.runWith(query)
}

// runWith runs a statement with e.args. It ignores contexts, because after an interruption it
// would be unknown whether the statement took effect.
func (e *executor) runWith(query string) (touched int64, err error) {
	err = e.on.Raw(func(conn any) error {
		stmt, err := e.get(conn, query)
		if err != nil {
			return err
		}
		done, err := stmt.ExecContext(context.Background(), e.args)
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

// appendValues converts arguments to the driver's form. An argument of a type that no database
// can store is a programming error.
func appendValues(named []driver.NamedValue, args []any) []driver.NamedValue {
	for _, arg := range args {
		switch v := arg.(type) {
		case int:
			arg = int64(v)
		case int64, string, []byte, bool, nil:
		default:
			kept, err := driver.DefaultParameterConverter.ConvertValue(v)
			if err != nil {
				panic(fmt.Sprintf("store: argument %d: %v", len(named)+1, err))
			}
			arg = kept
		}
		named = append(named, driver.NamedValue{Ordinal: len(named) + 1, Value: arg})
	}
	return named
}
