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
	rows map[rowsOf]string                 // queries that insert rows
	args []driver.NamedValue               // of the last statement, to be used again
}

// rowsOf are rows of one form.
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

// runWith runs a statement with e.args. It is not interrupted when a context ends: nobody could
// tell then what had happened.
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

// appendValues appends arguments as the driver takes them. An argument that no database can
// keep is a mistake of the programmer.
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
