package store

import (
	"context"

	"github.com/repli-sms/repli"
)

// Answering returns the configuration that answers texts to a number: the number with its
// application and its service. An application or a service that has been deleted counts as none.
// The steps are shared and must not be changed.
func (db *DB) Answering(ctx context.Context, n repli.Number) (repli.Answering, error) {
	app, err := named(ctx, n.Application, db.Application)
	if err != nil {
		return repli.Answering{}, err
	}
	service, err := named(ctx, n.Service, db.Service)
	if err != nil {
		return repli.Answering{}, err
	}
	return n.Answering(app, service), nil
}

// named reads the thing a number refers to, or returns nil if it does not exist.
func named[T any](ctx context.Context, sid repli.SID, read func(context.Context, repli.SID) (T, error)) (*T, error) {
	if sid == "" {
		return nil, nil
	}
	found, err := read(ctx, sid)
	switch {
	case repli.IsNotFound(err):
		return nil, nil
	case err != nil:
		return nil, err
	}
	return &found, nil
}
