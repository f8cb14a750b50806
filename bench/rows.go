package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
)

// measureRows compares a server that has stored many messages with one that has stored none.
// The empty one begins anew each round, so that it stays empty.
func measureRows(ctx context.Context, o options, t *table) (err error) {
	customer, begun, err := start(ctx, o.ledger, roleHandler, setting{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, customer.stop()) }()
	full, _, err := start(ctx, o.ledger, roleServer, setting{Store: filepath.Join(o.dir, "full.db"), Handler: begun.Handler, Password: password})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, full.stop()) }()
	filled, err := full.do(order{Do: "fill", Rows: o.rows})
	if err != nil {
		return err
	}

	var sides [2]side
	var reads, pages [2][]timing
	for round := range o.rounds {
		store := filepath.Join(o.dir, fmt.Sprintf("empty%d.db", round))
		empty, _, err := start(ctx, o.ledger, roleServer, setting{Store: store, Handler: begun.Handler, Password: password})
		if err != nil {
			return err
		}
		reads, pages, err = roundOfRows(o, customer, empty, full, &sides)
		if err := errors.Join(err, empty.stop()); err != nil {
			return err
		}
	}
	t.rows(filled, sides, reads)
	t.pages(pages)
	return nil
}

// roundOfRows measures one round of both sides, and then how long they take to read and to show.
func roundOfRows(o options, customer, empty, full *child, sides *[2]side) (reads, pages [2][]timing, err error) {
	for i, server := range []*child{empty, full} {
		if err := sides[i].round(server, customer, o.busy(turn)); err != nil {
			return reads, pages, err
		}
	}
	for i, server := range []*child{empty, full} {
		got, err := server.do(order{Do: "reads"})
		if err != nil {
			return reads, pages, err
		}
		reads[i] = got.Reads
		if got, err = server.do(order{Do: "show"}); err != nil {
			return reads, pages, err
		}
		pages[i] = got.Reads
	}
	return reads, pages, nil
}
