// Package smpptest has a small SMSC for tests. It works over net.Pipe, so also in the fake time
// of testing/synctest, and misbehaves on demand: it throttles, is slow, refuses, answers
// nothing, ends the connection within a PDU, and sends receipts early, twice or in any order.
package smpptest

import (
	"context"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/repli-sms/repli/smpp"
)

// An SMSC accepts binds, records submits and answers as configured. The zero SMSC accepts
// everything. Set its fields before the first connection.
type SMSC struct {
	Passwords map[string]string // by system_id; nil accepts any
	Config    smpp.Config       // of its sessions; Role and Handle are its own

	// Answer says how the nth submit_sm, from 0, is answered. Nil accepts all.
	Answer func(n int, m *smpp.Message) Answer

	mu      sync.Mutex
	submits []Submit
	binds   []*bind
	running sync.WaitGroup
	stop    context.CancelFunc
	ctx     context.Context
}

// An Answer is how a submit_sm is treated. The zero Answer accepts it at once.
type Answer struct {
	Status smpp.Status
	ID     string         // "1", "2" and so on if empty
	Early  []smpp.Receipt // sent before the answer, and answered before it too
	After  time.Duration  // how long the answer takes
	Mute   bool           // whether there is no answer
	Cut    bool           // whether the connection ends in the middle of the answer
	Then   []smpp.Receipt // sent after the answer, in this order; twice the same is a repetition
}

// A Submit is a submit_sm that came.
type Submit struct {
	SystemID string
	ID       string // the message_id it was or would be given
	Message  smpp.Message
	At       time.Time
}

// A bind is one session and the connection it is on.
type bind struct {
	smsc     *SMSC
	conn     net.Conn
	session  *smpp.Session
	systemID string
	receives bool
}

// Dial connects to the SMSC. It has the signature of a dialler's, without the address.
func (c *SMSC) Dial(context.Context) (net.Conn, error) {
	ours, theirs := net.Pipe()
	c.Attach(theirs)
	return ours, nil
}

// Attach serves a connection.
func (c *SMSC) Attach(conn net.Conn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ctx == nil {
		c.ctx, c.stop = context.WithCancel(context.Background())
	}
	b := &bind{smsc: c, conn: conn}
	config := c.Config
	config.Role, config.Handle = smpp.SMSC, b.handle
	b.session = smpp.New(conn, config)
	c.binds = append(c.binds, b)
	c.running.Go(func() {
		_ = b.session.Run(c.ctx) // the test checks the other side
		c.forget(b)
	})
}

func (c *SMSC) forget(gone *bind) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i, b := range c.binds {
		if b == gone {
			c.binds = append(c.binds[:i:i], c.binds[i+1:]...)
			return
		}
	}
}

// Close unbinds all sessions and waits for them to end.
func (c *SMSC) Close() {
	c.mu.Lock()
	stop := c.stop
	c.mu.Unlock()
	if stop != nil {
		stop()
	}
	c.running.Wait()
}

// Cut ends all connections without unbinding.
func (c *SMSC) Cut() {
	for _, b := range c.connections(func(*bind) bool { return true }) {
		b.session.Close()
	}
}

// Submits returns what was submitted so far, in order.
func (c *SMSC) Submits() []Submit {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]Submit(nil), c.submits...)
}

// Binds returns how many sessions are bound.
func (c *SMSC) Binds() int {
	return len(c.connections(func(b *bind) bool { return b.systemID != "" }))
}

func (c *SMSC) connections(which func(*bind) bool) []*bind {
	c.mu.Lock()
	defer c.mu.Unlock()
	var out []*bind
	for _, b := range c.binds {
		if which(b) {
			out = append(out, b)
		}
	}
	return out
}

// Deliver sends a message to the first session that receives and returns the answer.
func (c *SMSC) Deliver(ctx context.Context, m *smpp.Message) (smpp.PDU, error) {
	binds := c.connections(func(b *bind) bool { return b.receives })
	if len(binds) == 0 {
		return smpp.PDU{}, smpp.ErrNotBound
	}
	return binds[0].session.Do(ctx, smpp.DeliverSM, m)
}

// Receipt sends a receipt for a submit and returns the answer. The receipt's ID may be left
// empty.
func (c *SMSC) Receipt(ctx context.Context, to Submit, r smpp.Receipt) (smpp.PDU, error) {
	return c.Deliver(ctx, receipt(to, r))
}

// receipt returns a receipt as a message from the recipient to the sender.
func receipt(to Submit, r smpp.Receipt) *smpp.Message {
	if r.ID == "" {
		r.ID = to.ID
	}
	if r.Submitted.IsZero() {
		r.Submitted, r.Done = to.At, time.Now()
	}
	m := r.Message()
	m.Source, m.Dest = to.Message.Dest, to.Message.Source
	return m
}

// handle answers the requests of one session.
func (b *bind) handle(ctx context.Context, r *smpp.Request) {
	switch body := r.Body.(type) {
	case *smpp.Bind:
		b.bind(r, body)
	case *smpp.Message:
		submit, answer := b.smsc.record(b.systemID, body)
		b.smsc.running.Go(func() { b.answer(ctx, r, submit, answer) })
	default:
		_ = r.Respond(smpp.StatusSystemError, nil)
	}
}

func (b *bind) bind(r *smpp.Request, body *smpp.Bind) {
	status := smpp.StatusOK
	if b.smsc.Passwords != nil {
		switch password, known := b.smsc.Passwords[body.SystemID]; {
		case !known:
			status = smpp.StatusInvalidSystemID
		case password != body.Password:
			status = smpp.StatusInvalidPassword
		}
	}
	if status == smpp.StatusOK {
		b.smsc.mu.Lock()
		b.systemID, b.receives = body.SystemID, r.Command != smpp.BindTransmitter
		b.smsc.mu.Unlock()
	}
	resp := &smpp.BindResp{SystemID: "smpptest"}
	if body.Version >= smpp.Version34 {
		resp.TLVs = resp.TLVs.WithOctet(smpp.TagInterfaceVersion, byte(smpp.Version34))
	}
	_ = r.Respond(status, resp)
}

// record records a submit and decides how it is answered.
func (c *SMSC) record(systemID string, m *smpp.Message) (Submit, Answer) {
	c.mu.Lock()
	n := len(c.submits)
	c.submits = append(c.submits, Submit{SystemID: systemID, Message: *m, At: time.Now()})
	c.mu.Unlock()
	var answer Answer
	if c.Answer != nil {
		answer = c.Answer(n, m)
	}
	if answer.ID == "" {
		answer.ID = fmt.Sprint(n + 1)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.submits[n].ID = answer.ID
	return c.submits[n], answer
}

// answer carries out the Answer.
func (b *bind) answer(ctx context.Context, r *smpp.Request, submit Submit, a Answer) {
	b.send(ctx, submit, a.Early)
	if a.After > 0 {
		select {
		case <-time.After(a.After):
		case <-ctx.Done():
			return
		}
	}
	switch {
	case a.Mute:
		return
	case a.Cut:
		b.cut(r, a)
		return
	case a.Status != smpp.StatusOK:
		_ = r.Respond(a.Status, nil)
	default:
		_ = r.Respond(smpp.StatusOK, &smpp.MessageResp{MessageID: a.ID})
	}
	b.send(ctx, submit, a.Then)
}

// send sends receipts, one after the other.
func (b *bind) send(ctx context.Context, submit Submit, receipts []smpp.Receipt) {
	for _, r := range receipts {
		_, _ = b.smsc.Receipt(ctx, submit, r) // a test that cares sends it itself
	}
}

// cut writes half of an answer and ends the connection.
func (b *bind) cut(r *smpp.Request, a Answer) {
	octets, err := smpp.Append(nil, smpp.PDU{
		Command: r.Command.Response(), Status: a.Status, Sequence: r.Sequence,
		Body: &smpp.MessageResp{MessageID: a.ID},
	})
	if err == nil {
		_, _ = b.conn.Write(octets[:len(octets)/2]) // the connection is about to end
	}
	b.session.Close()
}
