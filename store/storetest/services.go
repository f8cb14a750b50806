package storetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/sms"
	"github.com/repli-sms/repli/store"
)

var serviceTests = map[string]func(*testing.T, *store.DB){
	"they read as they were written":                    servicesRead,
	"they are listed newest first":                      servicePages,
	"one can be changed":                                setService,
	"its numbers are listed, and are its pool":          servicePool,
	"its pool changes with its numbers":                 poolChanges,
	"what it took with it is gone, and its numbers not": running(deleteService),
	"a phone is written to by who did so last":          running(stickyReplaced),
}

func aService() repli.Service {
	return repli.Service{
		SID: aNumber().Service, Account: account, FriendlyName: "Alerts & more",
		Steps:                     []repli.Step{{URL: "https://example.com/service#rc=2", Method: "GET"}, {Bin: aBin().SID}},
		UseInboundWebhookOnNumber: true, StatusCallback: "https://example.com/status", StickySender: true,
		Validity: 42*time.Minute + time.Microsecond, FallbackToLongCode: true, SynchronousValidation: true,
		ScanMessageContent: "inherit", Usecase: "notifications", Created: noon, Updated: noon.AddDate(0, 0, 1),
	}
}

// inverse returns a service with everything that can be changed as s has it not.
func inverse(s repli.Service) repli.Service {
	s.FriendlyName, s.Steps, s.StatusCallback = "Night", nil, ""
	s.UseInboundWebhookOnNumber, s.StickySender, s.SmartEncoding = !s.UseInboundWebhookOnNumber, !s.StickySender, !s.SmartEncoding
	s.MMSConverter, s.FallbackToLongCode = !s.MMSConverter, !s.FallbackToLongCode
	s.AreaCodeGeomatch, s.SynchronousValidation = !s.AreaCodeGeomatch, !s.SynchronousValidation
	s.Validity, s.ScanMessageContent, s.Usecase, s.Updated = repli.Validity, "disable", "", noon.AddDate(0, 1, 0)
	return s
}

func servicesRead(t *testing.T, db *store.DB) {
	first, second := aService(), inverse(aService())
	second.SID = repli.NewSID(repli.ServicePrefix)
	for _, want := range []repli.Service{first, second} {
		configure(t, db, func(ctx context.Context, tx *store.Tx) error { return tx.AddService(ctx, want) })
		got, err := db.Service(t.Context(), want.SID)
		same(t, "Service", found(t, got, err), want)
	}
	all, err := db.Services(t.Context(), account, everything)
	same(t, "Services", found(t, all, err), []repli.Service{second, first})
}

func servicePages(t *testing.T, db *store.DB) {
	var want []repli.SID
	for range 7 {
		s, o := aService(), aService()
		s.SID, o.SID, o.Account = repli.NewSID(repli.ServicePrefix), repli.NewSID(repli.ServicePrefix), other
		configure(t, db, func(ctx context.Context, tx *store.Tx) error {
			if err := tx.AddService(ctx, s); err != nil {
				return err
			}
			return tx.AddService(ctx, o)
		})
		want = append(want, s.SID)
	}
	pages(t, want, sids(t.Context(), func(s repli.Service) repli.SID { return s.SID }, db.Services))
}

func setService(t *testing.T, db *store.DB) {
	s := aService()
	configure(t, db, func(ctx context.Context, tx *store.Tx) error { return tx.AddService(ctx, s) })
	before, err := db.Service(t.Context(), s.SID)
	same(t, "before", found(t, before, err), s)
	want := inverse(s)
	changed := want
	changed.Account, changed.Created = other, noon.AddDate(1, 0, 0)
	configure(t, db, func(ctx context.Context, tx *store.Tx) error { return tx.SetService(ctx, changed) })
	got, err := db.Service(t.Context(), s.SID)
	same(t, "the service", found(t, got, err), want)
}

// numberIn adds a number of a service, or of none.
func numberIn(t *testing.T, db *store.DB, service repli.SID, address string) repli.Number {
	t.Helper()
	n := aNumber()
	n.SID, n.Address, n.Service = repli.NewSID(repli.NumberPrefix), address, service
	if service == "" {
		n.Joined = time.Time{}
	}
	configure(t, db, func(ctx context.Context, tx *store.Tx) error { return tx.AddNumber(ctx, n) })
	return n
}

func servicePool(t *testing.T, db *store.DB) {
	s := aService()
	first := numberIn(t, db, s.SID, "+15550001001")
	numberIn(t, db, "", "+15550001002")
	numberIn(t, db, repli.NewSID(repli.ServicePrefix), "+15550001003")
	second, third := numberIn(t, db, s.SID, "+15550001004"), numberIn(t, db, s.SID, "+15550001005")

	pool, err := db.Pool(t.Context(), s.SID)
	same(t, "the pool", found(t, pool, err), []repli.Number{first, second, third})
	page, err := db.NumbersIn(t.Context(), s.SID, sms.Number, store.Page{Limit: 2})
	same(t, "the first page of its numbers", found(t, page, err), []repli.Number{third, second})
	page, err = db.NumbersIn(t.Context(), s.SID, sms.Number, store.Page{Limit: 2, Before: second.SID})
	same(t, "the next page", found(t, page, err), []repli.Number{first})
}

func poolChanges(t *testing.T, db *store.DB) {
	s := aService()
	n := numberIn(t, db, "", "+15550001001")
	pool := func(shows string, want ...string) {
		t.Helper()
		got, err := db.Pool(t.Context(), s.SID)
		same(t, shows, addresses(found(t, got, err)), want)
	}
	pool("a service without numbers")
	n.Service = s.SID
	configure(t, db, func(ctx context.Context, tx *store.Tx) error { return tx.SetNumber(ctx, n) })
	pool("a number joins", n.Address)
	configure(t, db, func(ctx context.Context, tx *store.Tx) error { return tx.DeleteNumber(ctx, n.SID) })
	pool("the number is gone")
}

func deleteService(t *testing.T, db *store.DB) {
	s, rest := aService(), aService()
	rest.SID = repli.NewSID(repli.ServicePrefix)
	configure(t, db, func(ctx context.Context, tx *store.Tx) error {
		return errors.Join(tx.AddService(ctx, s), tx.AddService(ctx, rest))
	})
	n, stays := numberIn(t, db, s.SID, "+15550001001"), numberIn(t, db, rest.SID, "+15550001002")
	gone, kept := repli.Sticky{Service: s.SID, Conversation: repli.Conversation{Sender: n.Address, Phone: ann}}, repli.Sticky{Service: rest.SID, Conversation: repli.Conversation{Sender: stays.Address, Phone: ann}}
	must(t, db, repli.Change{
		Stickies: []repli.Sticky{gone, kept},
		OptOuts: []repli.OptOut{
			{Account: account, Conversation: repli.Conversation{Sender: string(s.SID), Phone: ann}, Created: noon},
			{Account: account, Conversation: repli.Conversation{Sender: string(rest.SID), Phone: ann}, Created: noon},
		},
	})
	before, err := db.Service(t.Context(), s.SID)
	same(t, "before", found(t, before, err), s)
	configure(t, db, func(ctx context.Context, tx *store.Tx) error { return tx.DeleteService(ctx, s.SID) })

	if _, err := db.Service(t.Context(), s.SID); !repli.IsNotFound(err) {
		t.Errorf("the deleted service: got error %v, want code 20404", err)
	}
	n.Service, n.Joined = "", time.Time{}
	for _, want := range []repli.Number{n, stays} {
		got, err := db.NumberByAddress(t.Context(), want.Address)
		same(t, "the number "+want.Address, found(t, got, err), want)
	}
	stuck(t, db, "in the deleted service", gone, false)
	stuck(t, db, "in another service", kept, true)
	for service, want := range map[repli.SID]bool{s.SID: false, rest.SID: true} {
		got, err := db.OptedOut(t.Context(), account, repli.Conversation{Sender: string(service), Phone: ann})
		same(t, "opted out of "+string(service), found(t, got, err), want)
	}
}

func stickyReplaced(t *testing.T, db *store.DB) {
	s := repli.Sticky{Service: aService().SID, Conversation: repli.Conversation{Sender: shop, Phone: ann}}
	stuck(t, db, "nobody wrote yet", s, false)
	for _, sender := range []string{shop, "+15550009999"} {
		s.Sender = sender
		must(t, db, repli.Change{Stickies: []repli.Sticky{s}})
		stuck(t, db, "after "+sender, s, true)
	}
	elsewhere := s
	elsewhere.Service = repli.NewSID(repli.ServicePrefix)
	stuck(t, db, "another service", elsewhere, false)
}
