// Package inbound answers messages from phones.
//
// [Engine.Receive] makes a text durable, so that the carrier may acknowledge it. A worker then
// walks the number's chain: it asks each step in turn, judges what came back, carries out the
// first TwiML that can be used, and commits the answer together with every attempt and alert
// that led to it. When the chain's time is up or every step has failed, the last resort speaks. A
// phone that has opted out gets nothing of all this; see [Engine.Receive].
//
// Data flows one way: what is given to answer a text ([given]) does not change; each [step] adds to
// what is [gathered]; the [walk] commits that as one Change at its end.
package inbound

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/breaker"
	"github.com/repli-sms/repli/carrier"
	"github.com/repli-sms/repli/outbound"
	"github.com/repli-sms/repli/quote"
	"github.com/repli-sms/repli/sms"
	"github.com/repli-sms/repli/store"
	"github.com/repli-sms/repli/webhook"
	"github.com/repli-sms/repli/work"
)

// Config configures an engine.
type Config struct {
	DB       *store.DB
	Web      *webhook.Client
	Outbound *outbound.Engine
	BaseURL  string // under which others reach this server, without a slash at the end
	Lane     work.Config
	Log      *slog.Logger

	// Reminders is the time between reminders that a number is on its fallback; 0 sends none.
	Reminders time.Duration
}

// An Engine receives and answers messages.
type Engine struct {
	db    *store.DB
	web   *webhook.Client
	out   *outbound.Engine
	base  string
	lane  *work.Lane[repli.Message]
	log   *slog.Logger
	loops loops
	stats stats

	reminders time.Duration
	breakers  *breaker.Registry
	standings *standings
	reporter  *reporter
	edits     *edits
}

// New returns an engine; [Engine.Run] starts it.
func New(cfg Config) *Engine {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	e := &Engine{
		db: cfg.DB, web: cfg.Web, out: cfg.Outbound, log: cfg.Log, reminders: cfg.Reminders,
		base: strings.TrimSuffix(cfg.BaseURL, "/"), stats: newStats(),
	}
	e.reporter = &reporter{commit: cfg.DB.Commit, log: cfg.Log, wake: make(chan struct{}, 1)}
	e.standings = newStandings(cfg.DB, e.stats.fallback, e.reporter.report)
	e.breakers = breaker.New(breaker.Config{
		Log: cfg.Log, Transitions: e.stats.breakers, Read: cfg.DB.Breakers, Check: cfg.Web.CheckHealth, Report: e.reporter.report,
	})
	e.edits = newEdits()
	e.db.Follow(e.hear)
	e.lane = work.NewLane(work.Kind[repli.Message]{
		Name:   "inbound",
		Key:    func(m repli.Message) repli.SID { return m.SID },
		Lease:  func(m *repli.Message) *repli.Lease { return &m.Lease },
		Number: func(m repli.Message) string { return m.To },
		Claim: func(ctx context.Context, lease repli.Lease, now time.Time, limit int, except ...string) ([]repli.Message, error) {
			return cfg.DB.ClaimMessages(ctx, repli.Pending, lease, now, limit, except...)
		},
		Renew:   cfg.DB.RenewMessages,
		Release: cfg.DB.ReleaseMessage,
		Do:      e.Answer,
	}, cfg.Lane)
	return e
}

// Run answers what is due, ends faults and maintenances in time, checks the health of primaries that
// are down, and reminds of numbers that are on their fallback. It blocks until ctx has ended and the
// messages in hand are answered.
func (e *Engine) Run(ctx context.Context) error {
	if err := e.breakers.Load(ctx); err != nil && ctx.Err() == nil {
		e.log.Error("cannot read which breakers are open; they are read again with the next text", "error", err)
	}
	var background sync.WaitGroup
	background.Go(func() { e.end(ctx) })
	background.Go(func() { e.breakers.Run(ctx) })
	background.Go(func() { e.remind(ctx) })
	background.Go(func() { e.reporter.run(ctx) })
	background.Go(func() { e.keepApplying(ctx) })
	err := e.lane.Run(ctx)
	background.Wait()
	e.reporter.flush(ctx) // what the last texts have left
	return err
}

// InHand returns how many messages are being answered.
func (e *Engine) InHand() int { return e.lane.InHand() }

// Receive records an inbound message. It returns nil once the message is durable, so that
// the carrier may acknowledge it; answering happens later. What a keyword like STOP changes is
// durable with the text. A text that cannot be kept is an *[repli.Error]: 20404 for a number that
// is not ours, 20409 for one of several with a short code, 21211 for a name, 30004 for one that receives no texts, 21212 for its sender, 21617 for its length,
// 21623 and 11751 for its media; and, Temporary, 20429 for a number that has too many unanswered
// texts already and 20503 when the store cannot be written to.
//
// A text with an id that its carrier has given to another before is that text, brought again: it
// is kept already, whatever has become of its message and its number since.
func (e *Engine) Receive(ctx context.Context, in carrier.Inbound) error {
	err := e.receive(ctx, in)
	if err == nil || in.ID == "" {
		return err
	}
	if _, unknown := e.db.Received(ctx, in.Carrier, in.ID); unknown == nil {
		e.log.Info("a text was brought again", "carrier", in.Carrier, "id", quote.Name(in.ID))
		return nil
	}
	return err
}

// receive is Receive of a text that was not brought before; otherwise it is an error.
func (e *Engine) receive(ctx context.Context, in carrier.Inbound) error {
	num, err := e.db.NumberAt(ctx, in.To, repli.Sight{Carrier: in.Carrier, Phone: in.From})
	if err == nil {
		err = num.ReceivesBy(in.Carrier)
	}
	if err != nil {
		return err
	}
	if err := check(in); err != nil {
		return err
	}
	if err := e.receiving(ctx, num); err != nil {
		return err
	}
	if e.lane.IsBehind(num.Address) {
		busy := repli.Errorf(20429, "%s has too many texts that wait for an answer; try again later", num.Address)
		busy.Temporary = true
		return busy
	}
	msg, media := newMessage(num, in, time.Now())
	heeded, err := e.heed(ctx, num, msg)
	if err != nil {
		return err
	}
	if in.Confirmed {
		heeded.New = nil // the carrier has said it
	}
	heeded.Media = media
	if in.ID != "" {
		heeded.Received = []repli.CarrierID{{Carrier: in.Carrier, ID: in.ID, Message: msg.SID, Created: msg.Created}}
	}
	if err = e.keep(ctx, &msg, num.SID, heeded); err == nil {
		e.stats.received.Inc()
	}
	return err
}

// check returns why a text cannot be kept.
func check(in carrier.Inbound) error {
	if sms.KindOf(in.From) == sms.Unknown {
		return repli.Errorf(21212, "%.40q is not a phone number, a short code or a sender's name", in.From)
	}
	if n := sms.Characters(in.Body); n > repli.MaxBody {
		return repli.Errorf(21617, "The text has %d characters; at most %d can be sent", n, repli.MaxBody)
	}
	if n := len(in.Media); n > repli.MaxMedia {
		return repli.Errorf(21623, "The message has %d items of media; at most %d can be sent", n, repli.MaxMedia)
	}
	total := 0
	for _, m := range in.Media {
		total += len(m.Data)
	}
	if total > repli.MaxMediaBytes {
		return repli.Errorf(11751, "The media have %d bytes together; at most %d can be sent", total, repli.MaxMediaBytes)
	}
	return nil
}

// newMessage returns the message a text becomes, and its media.
func newMessage(num repli.Number, in carrier.Inbound, now time.Time) (repli.Message, []repli.Media) {
	prefix := repli.MessagePrefix
	if len(in.Media) > 0 {
		prefix = repli.MMSPrefix
	}
	body := strings.ToValidUTF8(in.Body, "\uFFFD")
	msg := repli.Message{
		SID:       repli.NewSID(prefix),
		Carrier:   in.Carrier,
		Account:   num.Account,
		Service:   num.Service,
		Direction: repli.Inbound,
		From:      in.From,
		To:        num.Address,
		Wires:     in.Wires,
		Body:      body,
		Segments:  max(1, sms.Measure(body).Segments),
		State:     repli.Pending,
		Created:   now,
		Updated:   now,
		Due:       now,
	}
	var media []repli.Media
	for _, m := range in.Media {
		sid := repli.NewSecretSID(repli.MediaPrefix)
		msg.Media = append(msg.Media, repli.Attachment{SID: sid, ContentType: m.ContentType})
		media = append(media, repli.Media{
			SID: sid, Account: num.Account, Message: msg.SID, ContentType: m.ContentType, Data: m.Data, Created: now,
		})
	}
	return msg, media
}
