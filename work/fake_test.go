package work_test

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
	"github.com/repli-sms/repli/work"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A job is a row of work.
type job struct {
	SID   repli.SID
	Due   time.Time // when it may be claimed; with a lease, when that ends
	Lease repli.Lease
	For   string // which number, if numbers share
}

// rows is a table of jobs in memory that keeps the promises of the store.
type rows struct {
	mu     sync.Mutex
	jobs   map[repli.SID]job
	broken error         // what renewals and releases come to
	sick   error         // what claims come to
	slow   time.Duration // how long a renewal takes
	claims int           // so far
}

func (r *rows) insert(jobs ...*job) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, j := range jobs {
		j.Due = time.Now()
		if j.Lease.By != "" {
			j.Due = j.Lease.Until
		}
		r.jobs[j.SID] = *j
	}
	return nil
}

func (r *rows) claim(_ context.Context, lease repli.Lease, now time.Time, limit int, except ...string) ([]job, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.claims++
	if r.sick != nil {
		return nil, r.sick
	}
	var due []job
	for _, j := range r.jobs {
		if !j.Due.After(now) && !slices.Contains(except, j.For) {
			due = append(due, j)
		}
	}
	slices.SortFunc(due, func(a, b job) int { return cmp.Or(a.Due.Compare(b.Due), cmp.Compare(a.SID, b.SID)) })
	due = due[:min(limit, len(due))]
	for i := range due {
		due[i].Lease, due[i].Due = lease, lease.Until
		r.jobs[due[i].SID] = due[i]
	}
	return due, nil
}

func (r *rows) renew(_ context.Context, held []repli.SID, lease repli.Lease) error {
	r.mu.Lock()
	slow := r.slow
	r.mu.Unlock()
	<-time.After(slow)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.broken != nil {
		return r.broken
	}
	for _, s := range held {
		if j, ok := r.jobs[s]; ok && j.Lease.By == lease.By {
			j.Lease, j.Due = lease, lease.Until
			r.jobs[s] = j
		}
	}
	return nil
}

func (r *rows) release(_ context.Context, s repli.SID, by string, due time.Time) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.broken != nil {
		return r.broken
	}
	if j, ok := r.jobs[s]; ok && j.Lease.By == by {
		j.Lease, j.Due = repli.Lease{}, due
		r.jobs[s] = j
	}
	return nil
}

// sicken makes claims come to an error, or well again.
func (r *rows) sicken(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sick = err
}

// spoil makes renewals and releases fail, or renewals slow.
func (r *rows) spoil(broken error, slow time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.broken, r.slow = broken, slow
}

// done takes a job off the table, as the commit of its result does.
func (r *rows) done(s repli.SID) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, ok := r.jobs[s]; !ok {
		return store.ErrConflict
	}
	delete(r.jobs, s)
	return nil
}

// get returns a job as the table has it.
func (r *rows) get(s repli.SID) (job, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	j, ok := r.jobs[s]
	return j, ok
}

// A floor is where the work is done: the table, what a worker does, and what was done when.
type floor struct {
	*rows
	t     testing.TB
	began time.Time

	mu    sync.Mutex
	log   []string // "name after-duration", in the order of beginning
	names map[repli.SID]string

	number func(job) string // for lanes made from now on
}

func newFloor(t testing.TB) *floor {
	return &floor{t: t, rows: &rows{jobs: map[repli.SID]job{}}, began: time.Now(), names: map[repli.SID]string{}}
}

// lane returns a lane on the floor's table. do is told the job's name.
func (f *floor) lane(cfg work.Config, do func(ctx context.Context, j job) error) *work.Lane[job] {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.NewTextHandler(f, nil))
	}
	return work.NewLane(work.Kind[job]{
		Name:   "test",
		Key:    func(j job) repli.SID { return j.SID },
		Lease:  func(j *job) *repli.Lease { return &j.Lease },
		Number: f.number,
		Claim:  f.claim, Renew: f.renew, Release: f.release,
		Do: func(ctx context.Context, j job) error {
			f.mu.Lock()
			f.log = append(f.log, f.names[j.SID]+" "+time.Since(f.began).String())
			f.mu.Unlock()
			return do(ctx, j)
		},
	}, cfg)
}

// Write shows the lane's log with the test.
func (f *floor) Write(b []byte) (int, error) {
	f.t.Log(strings.TrimSpace(string(b)))
	return len(b), nil
}

// jobs returns new jobs with these names.
func (f *floor) jobs(names ...string) []*job {
	f.mu.Lock()
	defer f.mu.Unlock()
	var list []*job
	for _, name := range names {
		j := &job{SID: repli.NewSID(repli.MessagePrefix)}
		f.names[j.SID] = name
		list = append(list, j)
	}
	return list
}

// commit commits new jobs with these names, each by itself, and returns their SIDs.
func (f *floor) commit(l *work.Lane[job], names ...string) []repli.SID {
	f.t.Helper()
	var sids []repli.SID
	for _, name := range names {
		sids = append(sids, f.together(l, name)...)
	}
	return sids
}

// together commits new jobs in one commit.
func (f *floor) together(l *work.Lane[job], names ...string) []repli.SID {
	f.t.Helper()
	list := f.jobs(names...)
	if err := l.Commit(list, func() error { return f.insert(list...) }); err != nil {
		f.t.Fatal(err)
	}
	var sids []repli.SID
	for _, j := range list {
		sids = append(sids, j.SID)
	}
	return sids
}

// begun returns what was begun so far, and when.
func (f *floor) begun() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.log)
}

// run runs a lane, whose first sweep is over when it returns, until the function it returns is
// called, which returns the error of Run.
func run(l *work.Lane[job]) (stop func() error) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- l.Run(ctx) }()
	synctest.Wait() // its first sweep holds places for a moment
	return func() error {
		cancel()
		return <-done
	}
}

// bubble runs a test in fake time.
func bubble(t *testing.T, test func(t *testing.T, f *floor)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { test(t, newFloor(t)) })
}

// after lets d pass.
func after(d time.Duration) { <-time.After(d) }

// takes returns what a worker does that needs this long and then is done.
func (f *floor) takes(d time.Duration) func(context.Context, job) error {
	return func(ctx context.Context, j job) error {
		select {
		case <-time.After(d):
			return f.done(j.SID)
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

var errBroken = errors.New("the disk is full")
