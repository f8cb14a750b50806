package store

import "strings"

// An insertion adds a row to a table that gets many rows in each transaction.
type insertion struct {
	form
	values []any
	fresh  bool // a message held since it is made; its values begin with id and due
}

// A form is what insertions have in common that can be carried out together.
type form struct {
	table, columns string
	width          int  // how many columns they are
	harmless       bool // a row whose key is there already is left as it is, and no conflict
}

func rowOf(table, columns string, values ...any) insertion {
	return insertion{form: form{table: table, columns: columns, width: len(values)}, values: values}
}

// together is how many rows one statement adds at most. A row among sixteen takes SQLite two
// thirds of the time of a row alone, and among more than sixteen hardly less.
const together = 16

// statement returns the query that adds some rows of this form.
func (f form) statement(rows int) string {
	row := ", (?" + strings.Repeat(", ?", f.width-1) + ")"
	query := "INSERT INTO " + f.table + " (" + f.columns + ") VALUES " + strings.Repeat(row, rows)[2:]
	if f.harmless {
		query += " ON CONFLICT DO NOTHING"
	}
	return query
}

// insertAll adds the rows of a batch of Changes, those of each table in their order.
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

// insert adds rows, as many at once as there are of one form in succession. There is a statement
// for one row, two, four and so on, of which it takes the largest that fits.
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

// insertTogether adds rows of one form with one statement.
func (tx *Tx) insertTogether(rows []insertion) error {
	tx.db.checkpoint.count(len(rows))
	return failed(tx.db.exec.insert(rows))
}
