package store_test

import (
	"context"
	"maps"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/repli-sms/repli/store"
	"github.com/repli-sms/repli/store/storetest"
)

// scans lists the queries that may look at more rows than they return, and why.
var scans = map[string]string{
	"SELECT recipient, state, answered_by, created FROM ( SELECT id": "so many of the newest messages and no more",
	"SELECT due, key, account, direction, sender, recipient, body, segments, state, in_reply_to, created, updated, leased_by, carrier, mms, media, answered_by, error_code, in_reply_to_mms, more, tries, sent FROM ( SELECT id": "the same",
	"SELECT message, part FROM carrier_ids WHERE day IN":                  "sorts the messages of a week with one id, of which there are hardly two",
	"SELECT account, every, time, everybody, numbers, ran FROM schedules": "all there are: one an account",
	"SELECT key, account, number, number_key, status, steps, whole, results, reason, cut, started, ended, uncovered FROM drills WHERE status <> 'running'":                       "the oldest by key, and no more than its limit",
	"SELECT key, account, number, number_key, status, steps, whole, results, reason, cut, started, ended, uncovered FROM drills WHERE status = 'running'":                        "an index of what runs",
	"SELECT key, account, number, number_key, why, passed, result, started FROM rehearsals ORDER BY key":                                                                         "the oldest by key, and no more than its limit",
	"SELECT key, account, message, mms, service, sender, recipient, callback_url, callback_method, status, error_code, done, created, due, leased_by FROM notices WHERE message": "over what is not told, when a person looks at one message",
	"SELECT id, message, started FROM attempts ORDER BY id":       "the oldest by id, and no more than its limit",
	"SELECT id, message, created FROM alerts ORDER BY id":         "the same",
	"SELECT 1 FROM cookies LIMIT 1":                               "stops at the first row, once at open",
	"SELECT key FROM pseudonyms":                                  "one row",
	"SELECT 1 FROM forgotten_opt_outs LIMIT 1":                    "stops at the first row, once at open",
	"SELECT since FROM fresh":                                     "one row",
	"UPDATE fresh":                                                "the same",
	"FROM upkeep":                                                 "one row",
	"UPDATE upkeep":                                               "the same",
	"SELECT (SELECT COUNT(*) FROM messages":                       "counts what retention would take, at a start and when the clock has jumped",
	"SELECT key, account, number, number_key, kind":               "few, and once: they are kept in memory",
	"SELECT number_key, number, account, until":                   "the same",
	"SELECT 1 FROM opt_outs LIMIT 1":                              "the same",
	"SELECT g.n, g.first, g.last":                                 "what has come since a subscriber was last told, a few times an hour",
	"SELECT key, account, address":                                "all subscriptions there are, and few",
	"SELECT (SELECT COALESCE(MAX(id), 0)":                         "a constant row, of the end of each table",
	"SELECT number, account, address, answered_by, since":         "all of them, once, at the start",
	"SELECT account, handler, state, since":                       "the same",
	"UPDATE accounts SET created = created":                       "it stops at the first account",
	"DELETE FROM notices WHERE message":                           "over what is not told, when a customer deletes one message",
	"UPDATE messages SET leased_by = '', due = $1 WHERE due > 0":  "once, at the start, over an index of what is not done",
	"UPDATE notices SET leased_by = '', due = $1 WHERE leased_by": "once, at the start, over what is not told",
	"SELECT COUNT(*) FROM (SELECT fault FROM alerts":              "counts at most a thousand",
}

// searches lists the queries that are run for every message, or over a table that grows
// without end, and the last step of each as it has to be.
var searches = []struct{ query, step string }{
	{"FROM messages WHERE state = $3 AND due > 0 AND due <= $4 ORDER", "SEARCH messages USING COVERING INDEX messages_due (state=? AND due>? AND due<?)"},
	{"FROM messages WHERE state = $3 AND due > 0 AND due <= $4 AND recipient", "SEARCH messages USING INDEX messages_due (state=? AND due>? AND due<?)"},
	{"FROM messages WHERE state = $3 AND due > 0 AND due <= $4 AND carrier <> '' AND carrier = $6", "SEARCH messages USING COVERING INDEX messages_carrier (carrier=? AND state=? AND due>? AND due<?)"},
	{"UPDATE notices SET leased_by = $1, due = $2 WHERE key IN", "SEARCH notices USING INDEX notices_due (due<?)"},
	{"UPDATE messages SET state", "SEARCH messages USING INTEGER PRIMARY KEY (rowid=?)"},
	{"UPDATE messages SET due = $1 WHERE id", "SEARCH messages USING INTEGER PRIMARY KEY (rowid=?)"},
	{"DELETE FROM notices WHERE key", "SEARCH notices USING INDEX sqlite_autoindex_notices_1 (key=?)"},
	{"FROM accounts WHERE owner IS NULL", "SEARCH accounts USING INDEX accounts_owner (owner=?)"},
	{"require_twiml FROM numbers WHERE address", "SEARCH numbers USING INDEX sqlite_autoindex_numbers_2 (address=?)"},
	{"FROM messages WHERE account = $1 ORDER BY id DESC", "SEARCH messages USING INDEX messages_account (account=?)\nSCAN (subquery-1)"},
	{"FROM messages WHERE due = 0 AND id < $1", "SEARCH messages USING INTEGER PRIMARY KEY (rowid<?)"},
	{"FROM messages WHERE due = 0 AND id >= $1", "SEARCH messages USING INTEGER PRIMARY KEY (rowid>?)"},
	{"FROM carrier_ids WHERE day IN", "SEARCH carrier_ids USING PRIMARY KEY (day=? AND carrier=? AND id=?)\nUSE TEMP B-TREE FOR ORDER BY"},
	{"SELECT carrier, id FROM inbound_ids", "SEARCH inbound_ids USING INTEGER PRIMARY KEY (rowid=?)"},
	{"FROM inbound_ids WHERE message < $1", "SEARCH inbound_ids USING INTEGER PRIMARY KEY (rowid<?)"},
	{"FROM carrier_ids WHERE day < $1", "SEARCH carrier_ids USING PRIMARY KEY (day<?)"},
	{"FROM messages WHERE id = $1", "SEARCH messages USING INTEGER PRIMARY KEY (rowid=?)"},
	{"FROM messages WHERE id >= $1", "SEARCH messages USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)"},
	{"FROM drills WHERE number_key = $1 AND", "SEARCH drills USING INDEX drills_number (number_key=?)"},
	{"FROM messages WHERE account = $1 AND id", "SEARCH messages USING INDEX messages_account (account=? AND id<?)"},
	{"FROM messages WHERE in_reply_to", "SEARCH messages USING INDEX messages_account (account=? AND id>? AND id<?)"},
	{"FROM attempts WHERE message = $1 AND id", "SEARCH attempts USING INDEX attempts_message (message=? AND rowid>?)"},
	{"FROM alerts WHERE account = $1 AND key", "SEARCH alerts USING INDEX alerts_account (account=? AND key<?)"},
	{"SELECT code FROM alerts WHERE account = $1 AND code", "SEARCH alerts USING COVERING INDEX alerts_code (account=? AND code>?)"},
	{"SELECT code FROM alerts WHERE account = $1 AND number", "SEARCH alerts USING COVERING INDEX alerts_number (account=? AND number=? AND code>?)"},
	{"SELECT created FROM alerts WHERE account = $1 AND code", "SEARCH alerts USING INDEX alerts_code (account=? AND code=?)"},
	{"FROM alerts WHERE account = $1 AND code = $2 AND key", "SEARCH alerts USING INDEX alerts_code (account=? AND code=? AND key<?)"},
	{"FROM alerts WHERE account = $1 AND number = $2 AND code = $3 AND key", "SEARCH alerts USING INDEX alerts_number (account=? AND number=? AND code=? AND key<?)"},
	{"FROM alerts WHERE id > $1 AND id <= $2 ORDER", "SEARCH alerts USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)"},
	{"FROM events WHERE id > $1 AND id <= $2 ORDER", "SEARCH events USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)"},
	{"DELETE FROM events WHERE created", "SEARCH events USING INDEX events_created (created<?)"},
	{"FROM alerts WHERE message IS NULL", "SEARCH alerts USING COVERING INDEX alerts_message (message=?)"},
	{"FROM alerts WHERE message = $1 AND key", "SEARCH alerts USING INDEX alerts_message (message=? AND key<?)"},
	{"expires FROM cookies WHERE account", "SEARCH cookies USING INDEX sqlite_autoindex_cookies_1 (account=? AND phone=? AND sender=?)"},
	{"SELECT 1 FROM opt_outs WHERE", "SEARCH opt_outs USING COVERING INDEX sqlite_autoindex_opt_outs_1 (account=? AND sender=? AND phone=?)"},
	{"DELETE FROM opt_outs WHERE account = $1", "SEARCH opt_outs USING INDEX sqlite_autoindex_opt_outs_1 (account=? AND sender=? AND phone=?)"},
	{"phone, created FROM opt_outs", "SEARCH opt_outs USING COVERING INDEX opt_outs_created (account=?)"},
	{"FROM stickies WHERE service = $1 AND phone", "SEARCH stickies USING INDEX sqlite_autoindex_stickies_1 (service=? AND phone=?)"},
	{"FROM stickies WHERE sender = $1 AND", "SEARCH stickies USING INDEX stickies_sender (sender=?)\nLIST SUBQUERY 1\nSEARCH numbers USING INDEX sqlite_autoindex_numbers_2 (address=?)\nCREATE BLOOM FILTER"},
	{"SELECT 1 FROM sayings", "SEARCH sayings USING INDEX sqlite_autoindex_sayings_1 (sender=? AND phone=? AND digest=?)"},
	{"DELETE FROM breakers WHERE", "SEARCH breakers USING INDEX breakers_closed (since<?)"},
	{"DELETE FROM sayings WHERE", "SEARCH sayings USING INDEX sayings_said (said<?)"},
	{"FROM feedback WHERE message", "SEARCH feedback USING INDEX sqlite_autoindex_feedback_1 (message=?)"},
	{"FROM media WHERE message = $1 AND", "SEARCH media USING INDEX media_message (message=?)"},
	{"FROM media WHERE key = $1 AND", "SEARCH media USING INDEX sqlite_autoindex_media_1 (key=?)"},
}

// TestEveryQueryUsesAnIndex looks at all queries that the contract's proof made the store
// prepare. A claim that searches its index by due never meets a row that is done (those are
// not in the index) or held (those are due when their lease ends), however many there are.
func TestEveryQueryUsesAnIndex(t *testing.T) {
	plans := map[string]string{}
	storetest.Run(t, func(t *testing.T) *store.DB {
		db := open(t, filepath.Join(t.TempDir(), "repli.db"))
		t.Cleanup(func() {
			found, err := db.Plans(context.WithoutCancel(t.Context()))
			if err != nil {
				t.Error(err)
			}
			maps.Copy(plans, found)
		})
		return db
	})
	for query, plan := range plans {
		plan := regexp.MustCompile(`SCAN (json_each|\d+-ROW VALUES CLAUSE)`).ReplaceAllString(plan, "") // lists of arguments
		wasteful := strings.Contains(plan, "SCAN") || strings.Contains(plan, "TEMP B-TREE")
		if wasteful && !excused(query) {
			t.Errorf("%s\nlooks at more rows than it returns, or sorts them:\n%s", query, plan)
		}
	}
	for _, row := range searches {
		found := 0
		for query, plan := range plans {
			if !strings.Contains(query, row.query) {
				continue
			}
			found++
			plan = strings.ReplaceAll(plan, "SCALAR SUBQUERY", "LIST SUBQUERY")
			if !strings.HasSuffix(plan, row.step) && !strings.Contains(plan, row.step+"\nLIST SUBQUERY") {
				t.Errorf("%s:\ngot  %s\nwant %s", query, plan, row.step)
			}
		}
		if found == 0 {
			t.Errorf("no query contains %q", row.query)
		}
	}
}

// A list filtered by a phone that hardly ever texts passes over millions of messages of others.
// They are told apart in the index; an index by phone would cost each text 8 µs, because its
// rows come in no order.
func TestListsAreFilteredWithoutReadingRows(t *testing.T) {
	db := open(t, filepath.Join(t.TempDir(), "repli.db"))
	for query, want := range map[string]string{
		"SELECT id FROM messages WHERE account = $1 AND id < $2 AND sender = $3 AND recipient = $4": "SEARCH messages USING COVERING INDEX messages_account (account=? AND id<?)",
		"SELECT key FROM alerts WHERE account = $1 AND key < $2 AND level = $3 AND created >= $4":   "SEARCH alerts USING COVERING INDEX alerts_account (account=? AND key<?)",
	} {
		got, err := db.Plan(t.Context(), query)
		if err != nil || got != want {
			t.Errorf("%s:\ngot  %s (error %v)\nwant %s", query, got, err, want)
		}
	}
}

func excused(query string) bool {
	for prefix := range scans {
		if strings.HasPrefix(query, prefix) {
			return true
		}
	}
	return false
}
