package app

import (
	"context"
	"encoding/json"
	"fmt"
	"mime"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/repli-sms/repli/config"
)

// erasing is how long a server may take to forget or to export a phone: it may have to write its
// store anew.
const erasing = 10 * time.Minute

// phoneAt returns the path of a phone in the API.
func phoneAt(phone string) string { return "/repli/v1/phones/" + url.PathEscape(phone) }

// forget has a running server forget a phone and prints the receipt.
func (p Process) forget(ctx context.Context, c *config.Forget) int {
	api := client(c.Client)
	api.timeout = erasing
	var raw json.RawMessage
	var receipt struct {
		SID       string         `json:"sid"`
		PhoneHash string         `json:"phone_hash"`
		Deleted   map[string]int `json:"deleted"`
		Date      time.Time      `json:"date"`
	}
	err := api.call(ctx, "DELETE", phoneAt(c.Phone), nil, &raw)
	if err == nil {
		err = json.Unmarshal(raw, &receipt)
	}
	switch {
	case err != nil:
		return p.fail(err)
	case c.JSON:
		if err := printJSON(p.Stdout, raw); err != nil {
			return p.fail(err)
		}
		return exitFine
	}
	fmt.Fprintf(p.Stdout, "Forgotten at %s. Receipt %s, phone %s.\n", receipt.Date.UTC().Format(time.RFC3339), receipt.SID, receipt.PhoneHash)
	for _, kind := range receiptKinds() {
		fmt.Fprintf(p.Stdout, "  %6d  %s\n", receipt.Deleted[kind.key], kind.says)
	}
	fmt.Fprintln(p.Stdout, "Backups and copies of the store still have it: delete those that are older than this receipt.")
	return exitFine
}

type receiptKind struct{ key, says string }

// receiptKinds lists what a receipt counts, in the words of a person.
func receiptKinds() []receiptKind {
	return []receiptKind{
		{"messages", "messages"},
		{"media", "media"},
		{"attempts", "tries to answer them, and status callbacks made"},
		{"alerts", "alerts"},
		{"events", "events that no longer say which text caused them"},
		{"callbacks", "status callbacks that waited"},
		{"cookies", "cookies of handlers"},
		{"opt_outs", "opt-outs, which go on as hashes"},
		{"senders", "sticky senders"},
		{"others", "feedback, and texts not to be repeated"},
		{"mentions", "rows about others in which its digits were replaced"},
		{"journal", "texts in the journal of the simulated phones"},
	}
}

// export prints what a running server has of a phone, and writes its media to a folder.
func (p Process) export(ctx context.Context, c *config.Export) int {
	api := client(c.Client)
	api.timeout, api.most = erasing, 4<<30
	var raw json.RawMessage
	if err := api.call(ctx, "GET", phoneAt(c.Phone), nil, &raw); err != nil {
		return p.fail(err)
	}
	if c.Media != "" {
		if err := saveMedia(ctx, api, raw, c.Media); err != nil {
			return p.fail(err)
		}
	}
	if err := printJSON(p.Stdout, raw); err != nil {
		return p.fail(err)
	}
	return exitFine
}

// saveMedia writes the media of an export to a folder, a file each that is its owner's alone.
func saveMedia(ctx context.Context, api apiClient, raw json.RawMessage, folder string) error {
	var export struct {
		Messages []struct {
			Media []struct {
				SID         string `json:"sid"`
				ContentType string `json:"content_type"`
				URL         string `json:"url"`
			} `json:"media"`
		} `json:"messages"`
	}
	if err := json.Unmarshal(raw, &export); err != nil {
		return err
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	for _, m := range export.Messages {
		for _, one := range m.Media {
			at, err := url.Parse(one.URL)
			if err != nil {
				return err
			}
			data, err := api.fetch(ctx, "GET", at.EscapedPath(), nil) // the host is the one the world knows
			if err != nil {
				return err
			}
			if err := os.WriteFile(filepath.Join(folder, filepath.Base(one.SID)+extension(one.ContentType)), data, 0o600); err != nil {
				return err
			}
		}
	}
	return nil
}

// extension returns how the name of a file of a type ends, "" if that is not known.
func extension(contentType string) string {
	bare, _, _ := strings.Cut(contentType, ";")
	all, err := mime.ExtensionsByType(strings.TrimSpace(bare))
	if err != nil || len(all) == 0 {
		return ""
	}
	return all[0]
}
