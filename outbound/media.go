package outbound

import (
	"context"
	"errors"
	"mime"
	"net/http"
	"slices"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/quote"
	"github.com/repli-sms/repli/webhook"
	"github.com/repli-sms/repli/work"
)

// maxFetches is the number of messages whose media are fetched concurrently. Each may use 5 MB of
// memory.
const maxFetches = 64

// attach fetches the media of a message and commits that they are stored. It returns the updated
// message, and reports whether the message goes on to be submitted: not if it has failed or stays
// due. Media that cannot be fetched fail the message, as at Twilio, without a retry.
//
// twilio: messaging/guides/accepted-mime-types
func (e *Engine) attach(ctx context.Context, m repli.Message) (repli.Message, bool, error) {
	if !slices.ContainsFunc(m.Media, isRemote) || expired(m, time.Now()) { // submit handles an expired message
		return m, true, nil
	}
	select {
	case e.fetches <- struct{}{}:
		defer func() { <-e.fetches }()
	case <-ctx.Done():
		return m, false, context.Cause(ctx)
	}
	kept, err := e.fetchAll(ctx, m)
	now := time.Now()
	var refusal *repli.Error
	switch {
	case ctx.Err() != nil:
		return m, false, context.Cause(ctx) // stopping: they are fetched after the next start
	case errors.Is(err, webhook.ErrCrowded), errors.Is(err, webhook.ErrStarved):
		return m, false, err
	case errors.As(err, &refusal):
		return m, false, e.conclude(ctx, failed(m, refusal, now))
	case err != nil:
		return m, false, err
	case !e.holds(m):
		return m, false, work.ErrLost
	}
	m.Tries++ // guards the move
	change := attached(&m, kept, now)
	err = e.conclude(ctx, change)
	return m, err == nil, err
}

// isRemote reports whether an attachment has not been fetched yet.
func isRemote(a repli.Attachment) bool { return a.SID == "" }

// fetchAll fetches the media of a message that are not stored yet.
func (e *Engine) fetchAll(ctx context.Context, m repli.Message) ([]repli.Media, error) {
	var kept []repli.Media
	left := int64(repli.MaxMediaBytes)
	for _, a := range m.Media {
		if !isRemote(a) {
			continue
		}
		kind, data, err := e.fetch(ctx, a.URL, left)
		if err != nil {
			return nil, about(a.URL, err)
		}
		if fault := unfit(a.URL, kind, data); fault != nil {
			return nil, fault
		}
		left -= int64(len(data))
		kept = append(kept, repli.Media{
			SID: repli.NewSecretSID(repli.MediaPrefix), Account: m.Account, Message: m.SID, ContentType: kind, Data: data,
		})
	}
	return kept, nil
}

// about adds the URL of the media to an error.
func about(url string, err error) error {
	var known *repli.Error
	if !errors.As(err, &known) {
		return err
	}
	e := *known
	e.Detail = "The media " + shown(url) + " cannot be fetched: " + known.Sentence()
	e.Err = err
	return &e
}

// unfit returns why media cannot be sent, or nil: a type that phones do not show, an invalid
// picture, or a file that is too large.
func unfit(url, kind string, data []byte) *repli.Error {
	bare, _, err := mime.ParseMediaType(kind)
	switch {
	case err != nil || !repli.MayAttach(kind):
		return repli.Errorf(12300, "The media %s cannot be sent: its type is %.64q", shown(url), kind)
	case bare == "image/jpg":
		bare = "image/jpeg"
	}
	if slices.Contains([]string{"image/jpeg", "image/gif", "image/png"}, bare) {
		if is := http.DetectContentType(data); is != bare {
			return repli.Errorf(12300, "The media %s cannot be sent: its type is %s and its content %s", shown(url), bare, is)
		}
		return nil
	}
	if len(data) > repli.MaxOtherMediaBytes {
		return repli.Errorf(11751, "The media %s cannot be sent: of %s at most %d bytes can, and it has %d",
			shown(url), bare, repli.MaxOtherMediaBytes, len(data))
	}
	return nil
}

// attached returns the Change that stores the media of m, and sets their SIDs in m. The caller
// goes on to submit m.
func attached(m *repli.Message, kept []repli.Media, now time.Time) repli.Change {
	all := slices.Clone(m.Media)
	next := 0
	for i := range all {
		if isRemote(all[i]) {
			kept[next].Created = now
			all[i].SID, all[i].ContentType = kept[next].SID, kept[next].ContentType
			next++
		}
	}
	m.Media = all
	return repli.Change{Media: kept, Moves: []repli.Move{{
		Message: m.SID, From: repli.Queued, To: repli.Queued, Tries: m.Tries, At: now, Held: true, Media: all,
	}}}
}

// shown returns a URL for a sentence, shortened and without a password.
func shown(url string) string { return quote.Place(repli.SignedURL(url)) }
