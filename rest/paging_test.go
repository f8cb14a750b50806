package rest_test

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli/app/apptest"
)

func TestAListIsTurnedPageByPageAndBack(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		api := s.Twilio()
		for i := range 5 {
			api.Must(201, "POST", "/Keys.json", "FriendlyName", fmt.Sprint("key ", i))
		}
		keys := accounts + "/" + string(apptest.Account) + "/Keys.json"
		first := api.Must(200, "GET", "/Keys.json", "PageSize", "2", "Colour", "red")
		second := api.Must(200, "GET", first["next_page_uri"].(string))
		third := api.Must(200, "GET", second["next_page_uri"].(string))
		for i, tt := range []struct {
			got              map[string]any
			names            []any
			start, end       float64
			next, isPrevious bool
		}{
			{first, []any{"key 4", "key 3"}, 0, 1, true, false},
			{second, []any{"key 2", "key 1"}, 2, 3, true, true},
			{third, []any{"key 0"}, 4, 4, false, true},
		} {
			if diff := cmp.Diff(tt.names, field(tt.got["keys"], "friendly_name")); diff != "" {
				t.Errorf("page %d: -want +got:\n%s", i, diff)
			}
			if tt.got["page"] != float64(i) || tt.got["page_size"] != 2.0 || tt.got["start"] != tt.start || tt.got["end"] != tt.end ||
				(tt.got["next_page_uri"] != nil) != tt.next || (tt.got["previous_page_uri"] != nil) != tt.isPrevious {
				t.Errorf("page %d is %v", i, tt.got)
			}
			if tt.got["first_page_uri"] != keys+"?Colour=red&Page=0&PageSize=2" {
				t.Errorf("page %d: the first page is %v", i, tt.got["first_page_uri"])
			}
			if diff := cmp.Diff(tt.got, api.Must(200, "GET", tt.got["uri"].(string))); diff != "" {
				t.Errorf("page %d is another when asked for by its uri: -want +got:\n%s", i, diff)
			}
		}
		back := api.Must(200, "GET", third["previous_page_uri"].(string))
		if diff := cmp.Diff(second, back); diff != "" {
			t.Errorf("back to the second page: -want +got:\n%s", diff)
		}
		if diff := cmp.Diff(first, api.Must(200, "GET", back["previous_page_uri"].(string))); diff != "" {
			t.Errorf("back to the first page: -want +got:\n%s", diff)
		}
	})
}

func TestAnEmptyListIsAPage(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		uri := accounts + "/" + string(apptest.Account) + "/Keys.json?Page=0&PageSize=50"
		want := map[string]any{
			"keys": []any{}, "page": 0.0, "page_size": 50.0, "start": 0.0, "end": 0.0,
			"uri": uri, "first_page_uri": uri, "next_page_uri": nil, "previous_page_uri": nil,
		}
		if diff := cmp.Diff(want, s.Twilio().Must(200, "GET", "/Keys.json")); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
	})
}

func TestAPageThatCannotBeIsRefused(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		api := s.Twilio()
		api.Must(201, "POST", "/Keys.json")
		api.Must(201, "POST", "/Keys.json")
		next := api.Must(200, "GET", "/Keys.json", "PageSize", "1")["next_page_uri"].(string)
		u, err := url.Parse(next)
		if err != nil {
			t.Fatal(err)
		}
		token := u.Query().Get("PageToken")
		if !strings.HasPrefix(token, "PA") {
			t.Errorf("the token is %q, want PA…", token)
		}
		for _, tt := range []struct {
			shows, name, value string
			code               int
			says               string
		}{
			{"more than 1000", "PageSize", "1001", 20007, "PageSize must lie between 1 and 1000; it is 1001"},
			{"none", "PageSize", "0", 20007, "it is 0"},
			{"no number", "PageSize", "ten", 20422, `PageSize must be a whole number, not "ten"`},
			{"a negative page", "Page", "-1", 20422, "Page must lie between 0 and 2147483647; it is -1"},
			{"a page that there is no counting to", "Page", "9223372036854775807", 20422, "Page must lie between"},
			{"a made-up token", "PageToken", "PAxyz", 21481, `"PAxyz" is no PageToken of this list`},
			{"half a token", "PageToken", token[:len(token)-2], 21481, "is no PageToken"},
			{"a token without its beginning", "PageToken", token[2:], 21481, "is no PageToken"},
			{"a token without items", "PageToken", "PA" + base64.RawURLEncoding.EncodeToString([]byte("keys")), 21481, "is no PageToken"},
			{"a token with no SID in it", "PageToken", "PA" + base64.RawURLEncoding.EncodeToString([]byte("keys0123456789abcdefgh")), 21481, "is no PageToken"},
		} {
			if message := api.Refuses(400, tt.code, "GET", "/Keys.json", tt.name, tt.value); !strings.Contains(message, tt.says) {
				t.Errorf("%s: the message is %q, want %q", tt.shows, message, tt.says)
			}
		}
		api.Refuses(400, 21481, "GET", accounts+".json", "PageToken", token) // another list's
	})
}

func TestAVeryLongListLeadsBackALongWay(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		api := s.Twilio()
		for range 104 {
			api.Must(201, "POST", "/Keys.json")
		}
		at := api.Must(200, "GET", "/Keys.json", "PageSize", "1")
		for at["next_page_uri"] != nil {
			at = api.Must(200, "GET", at["next_page_uri"].(string))
		}
		if at["page"] != 103.0 {
			t.Errorf("the last page is %v, want 103", at["page"])
		}
		back := 0
		for ; at["previous_page_uri"] != nil; back++ {
			at = api.Must(200, "GET", at["previous_page_uri"].(string))
		}
		if back != 99 || at["page"] != 4.0 {
			t.Errorf("%d pages lead back to page %v, want 99 to page 4", back, at["page"])
		}
	})
}
