package store

import "strings"

// An insertion adds one row to a table that gets many rows in each transaction.
type insertion struct {
	form
	values []any
	fresh  bool // a message held by its creator; its values begin with id and due
}

// A form is what insertions must share to be executed by one statement.
type form struct {
	table, columns string
	width          int  // number of columns
	harmless       bool // a duplicate key is ignored and is no conflict
}

func rowOf(table, columns string, values ...any) insertion {
	return insertion{form: form{table: table, columns: columns, width: len(values)}, values: values}
}

// together is the maximum number of rows in one statement. In a group of sixteen, a row costs
// SQLite two thirds of what it costs alone; larger groups save hardly more.
const together = 16

// statement returns the query that inserts the given number of rows of this form.
func (f form) statement(rows int) string {
	row := ", (?" + strings.Repeat(", ?", f.width-1) + ")"
	query := "INSERT INTO " + f.table + " (" + f.columns + ") VALUES " + strings.Repeat(row, rows)[2:]
	if f.harmless {
		query += " ON CONFLICT DO NOTHING"
	}
	return query
}

// insertAll inserts the rows of a batch of Changes, keeping the order within each table.
func (tx *Tx) insertAll(batch []commit) error {
	tables := map[string][]insertion{}
	for _, c := range batch {
		for _, row := range c.insertions {
			tables[row.table] = append(tables[row.table], row)
		}
	}
	for _, rows := range tables {
		if err := tx.insert(rows); err != nil {
			return err
		}
	}
	return nil
}

// insert inserts rows, combining consecutive rows of one form. There are statements for one, two,
// four … rows; it uses the largest that fits.
func (tx *Tx) insert(rows []insertion) error {
	for _, row := range rows {
		if row.fresh {
			tx.db.fresh.admit(row)
		}
	}
	for len(rows) > 0 {
		alike := 1
		for alike < min(len(rows), together) && rows[alike].form == rows[0].form {
			alike++
		}
		size := together
		for size > alike {
			size /= 2
		}
		if err := tx.insertTogether(rows[:size]); err != nil {
			return err
		}
		rows = rows[size:]
	}
	return nil
}

// insertTogether inserts rows of one form with one statement.
func (tx *Tx) insertTogether(rows []insertion) error {
	tx.db.checkpoint.count(len(rows))
	return failed(tx.db.exec.insert(rows))
}
