package main

import (
	"context"
	"fmt"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/carrier"
	"github.com/repli-sms/repli/carrier/simulator"
)

// A network is the simulated carrier with the phones, and nothing else: it answers each text
// itself. It shows the cost of driving a server, which is included in the CPU time of the
// server's process.
type network struct {
	phones *simulator.Carrier
	people people
	stop   context.CancelFunc
	done   chan error
}

func (n *network) obey(ctx context.Context, o order) (outcome, error) {
	switch o.Do {
	case "begin":
		return outcome{}, n.begin(ctx, o.Server)
	case "texts":
		return n.people.converse(ctx, o)
	}
	return outcome{}, fmt.Errorf("a network does not know the order %q", o.Do)
}

func (n *network) begin(ctx context.Context, set setting) (err error) {
	n.phones, err = simulator.New(simulator.Config{Inbox: n, Path: set.Store, Keep: 1_000_000})
	if err != nil {
		return err
	}
	n.people.gauge, n.people.net = newGauge(), n.phones
	run, stop := context.WithCancel(context.WithoutCancel(ctx))
	n.stop, n.done = stop, make(chan error, 1)
	go func() { n.done <- n.phones.Run(run) }()
	return nil
}

// Message answers a text at once.
func (n *network) Message(ctx context.Context, in carrier.Inbound) error {
	_, err := n.phones.Submit(ctx, repli.Message{
		SID: repli.NewSID(repli.MessagePrefix), Account: account, Direction: repli.OutboundReply, From: in.To, To: in.From,
		Body: "Your order is ready. See you at the shop!", Segments: 1, Created: time.Now(),
	})
	return err
}

// Receipt ignores a receipt.
func (n *network) Receipt(context.Context, carrier.Receipt) error { return nil }

func (n *network) end() error {
	if n.done == nil {
		return nil
	}
	n.stop()
	return <-n.done
}
