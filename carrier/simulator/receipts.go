package simulator

import (
	"container/heap"
	"context"
	"errors"
	"sync"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/carrier"
)

const (
	// inHand is how many receipts are with the inbox at once, so that it can make many of
	// them durable together.
	inHand = 256

	// receiptTimeout is how long the inbox may take over one receipt. It is then offered again.
	receiptTimeout = 30 * time.Second

	firstPause = 100 * time.Millisecond
	lastPause  = time.Minute

	// repeatAfter is the time after which a repeating phone sends a receipt again, though the inbox has taken it.
	repeatAfter = time.Second
)

var (
	errReceiptTimeout = errors.New("the inbox took more than 30 s over a receipt")
	errForgotten      = errors.New("the network was reset")
)

// pauseAfter returns how long to wait before a receipt that was refused so many times is
// offered again: 100 ms, then twice as long each time, a minute at most.
func pauseAfter(refusals int) time.Duration {
	return repli.Backoff{First: firstPause, Most: lastPause}.After(refusals)
}

// A queue holds the records that owe a receipt, the one due first on top.
type queue []*record

func (q queue) Len() int           { return len(q) }
func (q queue) Less(i, j int) bool { return q[i].due.Before(q[j].due) }
func (q queue) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(x any)        { *q = append(*q, x.(*record)) }

func (q *queue) Pop() any {
	last := len(*q) - 1
	rec := (*q)[last]
	(*q)[last] = nil
	*q = (*q)[:last]
	return rec
}

// settleReceipts hands receipts to the inbox as they fall due. It returns when ctx has ended
// and the inbox has returned those it has in hand.
func (c *Carrier) settleReceipts(ctx context.Context) {
	due := make(chan *record)
	var hands sync.WaitGroup
	for range inHand {
		hands.Go(func() {
			for rec := range due {
				c.settle(context.WithoutCancel(ctx), rec)
			}
		})
	}
	timer := time.NewTimer(0)
	defer timer.Stop()
	for ctx.Err() == nil {
		rec, pause := c.nextDue(time.Now())
		if rec != nil {
			select {
			case due <- rec:
			case <-ctx.Done(): // the journal knows it is owed
			}
			continue
		}
		timer.Reset(pause)
		select {
		case <-timer.C:
		case <-c.sooner:
		case <-ctx.Done():
		}
	}
	close(c.stopping)
	close(due)
	hands.Wait()
}

// nextDue takes a record off the queue if one is due, and otherwise returns how long to
// wait before looking again.
func (c *Carrier) nextDue(now time.Time) (*record, time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.queue) == 0 {
		return nil, time.Hour
	}
	if pause := c.queue[0].due.Sub(now); pause > 0 {
		return nil, pause
	}
	return heap.Pop(&c.queue).(*record), 0
}

// schedule queues a record. The caller holds c.mu.
func (c *Carrier) schedule(rec *record, due time.Time) {
	rec.due = due
	heap.Push(&c.queue, rec)
	if c.queue[0] == rec {
		select {
		case c.sooner <- struct{}{}:
		default:
		}
	}
}

// settle brings a message to its end: to the phone if it is still on its way there, and its
// receipt to the inbox. What goes wrong is tried again later.
func (c *Carrier) settle(ctx context.Context, rec *record) {
	r, err := c.finish(rec)
	if err == nil {
		ctx, cancel := context.WithTimeoutCause(ctx, receiptTimeout, errReceiptTimeout)
		defer cancel()
		err = c.inbox.Receipt(ctx, r)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.book.known[rec.ID] != rec {
		return // reset meanwhile
	}
	if err != nil {
		rec.tries++
		c.schedule(rec, time.Now().Add(pauseAfter(rec.tries)))
		c.log.Log(context.Background(), quieter(err), "a receipt was not taken and will be offered again", "message", rec.ID, "refusals", rec.tries, "error", err)
		return
	}
	if rec.again < c.book.treats.toward(rec.SID, rec.To).repeat {
		rec.again++
		c.schedule(rec, time.Now().Add(repeatAfter))
		return
	}
	if err := c.note(event{Kind: acknowledged, ID: rec.ID, At: time.Now()}); err != nil {
		c.book.settle(rec) // the receipt is offered once more after the next start
		c.log.Log(context.Background(), quieter(err), "the journal does not know that a receipt was taken", "message", rec.ID, "error", err)
	}
}

// finish puts a message that was on its way on its phone, and returns its receipt.
func (c *Carrier) finish(rec *record) (carrier.Receipt, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.book.known[rec.ID] != rec {
		return carrier.Receipt{}, errForgotten
	}
	if code := c.book.treats.toward(rec.SID, rec.To).lose; code != 0 {
		done := rec.Sent.Add(c.receiptAfter)
		return carrier.Receipt{ID: rec.ID, Message: rec.SID, State: repli.Undelivered, ErrorCode: code, Done: done}, nil
	}
	if !rec.shown {
		if err := c.note(of(received, rec.ID, rec.Message, time.Now())); err != nil {
			return carrier.Receipt{}, err
		}
	}
	return carrier.Receipt{ID: rec.ID, Message: rec.SID, State: repli.Delivered, Done: rec.Arrived}, nil
}

// dueAt returns when the next thing happens to a message that owes a receipt: it arrives,
// and so does its receipt.
func (c *Carrier) dueAt(rec *record) time.Time {
	b := c.book.treats.toward(rec.SID, rec.To)
	switch {
	case b.transit > 0 && !rec.shown:
		return rec.Sent.Add(b.transit)
	case b.overtaken && !rec.shown:
		return rec.Sent.Add(overtaken)
	}
	due := rec.Sent
	if rec.shown {
		due = rec.Arrived
	}
	if i, there := c.book.phones[rec.To].find(rec); b.reorder && there && i%2 == 0 {
		due = due.Add(lateReceipt)
	}
	return due.Add(c.receiptAfter + b.receipt)
}

const (
	lateReceipt = 5 * time.Second // by how much a receipt is late that comes out of order
	overtaken   = 5 * time.Second // by how much a message is late that comes out of order
)
