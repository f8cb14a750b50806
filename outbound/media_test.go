package outbound

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/work"
)

func TestMediaThatFitAMessage(t *testing.T) {
	const png, gif = "\x89PNG\r\n\x1a\n", "GIF89a"
	large := strings.Repeat("x", repli.MaxOtherMediaBytes)
	for _, row := range []struct {
		name, kind, data string
		code             int
	}{
		{"a picture", "image/png", png, 0},
		{"a large picture", "image/gif", gif + large, 0},
		{"a picture by its other name", "image/jpg", "\xff\xd8\xff", 0},
		{"a picture that is another's", "image/png", gif, 12300},
		{"a picture that is a page", "image/jpeg", "<!DOCTYPE html><html>", 12300},
		{"a page", "text/html; charset=utf-8", "<html>", 12300},
		{"a program", "application/octet-stream", "MZ", 12300},
		{"no type", "", png, 12300},
		{"a card with parameters", "text/vcard; charset=utf-8", "BEGIN:VCARD", 0},
		{"a film that just fits", "video/mp4", large, 0},
		{"a film that is too large", "video/mp4", large + "x", 11751},
	} {
		why := unfit("https://ann:secret@shop.example/a", row.kind, []byte(row.data))
		if code := repli.CodeOf(orNil(why)); code != row.code {
			t.Errorf("%s: code %d, want %d", row.name, code, row.code)
		}
		if why != nil && (!strings.Contains(why.Detail, "https://shop.example/a") || strings.Contains(why.Detail, "secret")) {
			t.Errorf("%s: %q should name the URL and no password", row.name, why.Detail)
		}
	}
}

func TestAttachedMediaAreKeptInTheirOrder(t *testing.T) {
	m := text
	m.Media = []repli.Attachment{{URL: "https://a.example/"}, {SID: "ME1", ContentType: "image/gif", URL: "https://b.example/"}, {URL: "https://c.example/"}}
	before := m.Media
	kept := []repli.Media{{SID: "ME2", ContentType: "image/png"}, {SID: "ME3", ContentType: "text/vcard"}}
	got := attached(&m, kept, noon)
	all := []repli.Attachment{
		{SID: "ME2", ContentType: "image/png", URL: "https://a.example/"}, before[1],
		{SID: "ME3", ContentType: "text/vcard", URL: "https://c.example/"},
	}
	want := repli.Change{
		Media: []repli.Media{{SID: "ME2", ContentType: "image/png", Created: noon}, {SID: "ME3", ContentType: "text/vcard", Created: noon}},
		Moves: []repli.Move{{Message: m.SID, From: repli.Queued, To: repli.Queued, Tries: m.Tries, At: noon, Held: true, Media: all}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error("the change (-want +got):", diff)
	}
	if diff := cmp.Diff(all, m.Media); diff != "" {
		t.Error("the message's media (-want +got):", diff)
	}
	if before[0].SID != "" {
		t.Error("the list that was read has changed")
	}
}

// Another worker may have the message by then, so nothing is committed.
func TestMediaFetchedAfterTheLeaseHasEndedAreDropped(t *testing.T) {
	fetch := func(context.Context, string, int64) (string, []byte, error) {
		return "image/gif", []byte("GIF89a"), nil
	}
	e := New(Config{Fetch: fetch, Log: slog.New(slog.DiscardHandler)}) // without a store
	m := text
	m.Created, m.Media = time.Now(), []repli.Attachment{{URL: "https://a.example/"}}
	if _, goesOn, err := e.attach(t.Context(), m); goesOn || !errors.Is(err, work.ErrLost) {
		t.Errorf("it goes on: %t, with error %v; want ErrLost", goesOn, err)
	}
}

func TestAMessageHasTenMediaAtMost(t *testing.T) {
	for media, want := range map[int]int{repli.MaxMedia: 0, repli.MaxMedia + 1: 21623} {
		d := draft{Draft: Draft{Media: slices.Repeat([]string{"https://a.example/"}, media)}}
		d.msg.SID = repli.NewSID(repli.MessagePrefix)
		if code := repli.CodeOf(draftContent(t.Context(), &d)); code != want {
			t.Errorf("%d media: code %d, want %d", media, code, want)
		}
	}
}
