package webhook_test

import (
	"context"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli/webhook"
	"github.com/repli-sms/repli/webhook/webhooktest"
)

// tries returns "code verdict connection" of each try, where the connection is kept or new.
func tries(a webhook.Answer) []string {
	var all []string
	for i, try := range a.Tries {
		connection := "new"
		if try.Connect == 0 {
			connection = "kept"
		}
		all = append(all, strings.Join(strings.Fields(fmt.Sprintf("%d %s %s", try.ErrorCode, try.Verdict, connection)), " "))
		if try.Try != i+1 {
			all = append(all, fmt.Sprintf("try %d calls itself %d", i+1, try.Try))
		}
	}
	return all
}

// A kept connection that ends without an answer is asked again on a new one only when the server
// cannot have worked on the request.
func TestAKeptConnectionThatEndsWithoutAnAnswer(t *testing.T) {
	again, once := []string{"11205 again kept", "0 new"}, []string{"11205 kept"}
	for _, row := range []struct {
		connect, works time.Duration
		want           []string
	}{
		{time.Millisecond, 0, again},
		{time.Millisecond, 50 * time.Millisecond, again},
		{time.Millisecond, 51 * time.Millisecond, once},
		{time.Millisecond, 3 * time.Second, once},
		{100 * time.Millisecond, 300 * time.Millisecond, again},
		{100 * time.Millisecond, 301 * time.Millisecond, once},
	} {
		for _, method := range []string{"GET", "POST"} {
			synctest.Test(t, func(t *testing.T) {
				keeper := &webhooktest.Keeper{Body: "<Response/>", Works: row.works}
				c := slowly(row.connect, keeper)
				q := question("http://keeps.test/sms")
				q.Method = method
				if a := c.Ask(t.Context(), q); a.Err != nil {
					t.Fatal(a.Err)
				}
				a := c.Ask(t.Context(), q)
				shows := fmt.Sprintf("%s: %v to connect, closed after %v", method, row.connect, row.works)
				if diff := cmp.Diff(row.want, tries(a)); diff != "" {
					t.Errorf("%s: tries (-want +got):\n%s", shows, diff)
				}
				if got, want := keeper.Asked(), 1+len(row.want); got != want {
					t.Errorf("%s: the server read %d requests, want %d", shows, got, want)
				}
				if last := a.Tries[len(a.Tries)-1]; (a.Err == nil) != (last.ErrorCode == 0) || a.Err != nil && a.Err.Code != 11205 {
					t.Errorf("%s: the answer's error is %v, its last try's code %d", shows, a.Err, last.ErrorCode)
				}
				if took := a.Tries[0].Total; took != row.works {
					t.Errorf("%s: the first try took %v", shows, took)
				}
				c.CloseIdle()
			})
		}
	}
}

// slowly returns a client that connects to a server in memory, which takes so long.
func slowly(connect time.Duration, to *webhooktest.Keeper) *webhook.Client {
	network := webhooktest.Network{"keeps.test": to.Serve}
	return webhook.New(webhook.Config{Dial: func(ctx context.Context, over, address string) (net.Conn, error) {
		<-time.After(connect)
		return network.Dial(ctx, over, address)
	}})
}

// Where several kept connections have ended, the second try does not meet another of them.
func TestARequestIsMadeAgainOnANewConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := slowly(time.Millisecond, &webhooktest.Keeper{Body: "<Response/>", Thinks: time.Second})
		var three sync.WaitGroup
		for range 3 {
			three.Go(func() {
				if a := c.Ask(t.Context(), question("http://keeps.test")); a.Err != nil {
					t.Error("at first:", a.Err)
				}
			})
		}
		three.Wait()
		a := c.Ask(t.Context(), question("http://keeps.test"))
		if diff := cmp.Diff([]string{"11205 again kept", "0 new"}, tries(a)); diff != "" || a.Err != nil {
			t.Errorf("got error %v; tries (-want +got):\n%s", a.Err, diff)
		}
		c.CloseIdle()
	})
}

// The request that is made again is no retry: it uses up none of those the URL allows, and a
// silence on it is no sum of tries.
func TestARequestMadeAgainIsNoRetry(t *testing.T) {
	for _, row := range []struct {
		fragment string
		thinks   time.Duration
		want     []string
	}{
		{"#rc=0", 0, []string{"11205 again kept", "0 new"}},
		{"#tt=2000", 3 * time.Second, []string{"11205 again kept", "11205 new"}},
		{"#rt=500&rp=rt&rc=1", time.Second, []string{"11205 again kept", "11205 again new", "11205 new"}},
	} {
		synctest.Test(t, func(t *testing.T) {
			keeper := &webhooktest.Keeper{Body: "<Response/>"}
			c := slowly(time.Millisecond, keeper)
			if a := c.Ask(t.Context(), question("http://keeps.test")); a.Err != nil {
				t.Fatal(a.Err)
			}
			keeper.Thinks = row.thinks
			a := c.Ask(t.Context(), question("http://keeps.test/"+row.fragment))
			if diff := cmp.Diff(row.want, tries(a)); diff != "" {
				t.Errorf("%s: tries (-want +got):\n%s", row.fragment, diff)
			}
			c.CloseIdle()
			<-time.After(row.thinks) // until the server has noticed
		})
	}
}

// On a real network a connection ends in several ways. Connecting takes so long here that a busy
// machine still sees each end in time; the last row takes longer than that.
func TestAKeptTCPConnectionThatEndsWithoutAnAnswer(t *testing.T) {
	const connect = 400 * time.Millisecond
	again, once := []string{"11205 again kept", "0 new"}, []string{"11205 kept"}
	for _, row := range []struct {
		shows  string
		keeper *webhooktest.Keeper
		want   []string
	}{
		{"closed", &webhooktest.Keeper{Body: "<Response/>"}, again},
		{"reset", &webhooktest.Keeper{Body: "<Response/>", Resets: true}, again},
		{"closed after work", &webhooktest.Keeper{Body: "<Response/>", Works: 3*connect + 100*time.Millisecond}, once},
		{"reset after work", &webhooktest.Keeper{Body: "<Response/>", Works: 3*connect + 100*time.Millisecond, Resets: true}, once},
	} {
		t.Run(row.shows, func(t *testing.T) {
			t.Parallel()
			url := "http://" + webhooktest.Serve(t, row.keeper.Serve)
			c := webhook.New(webhook.Config{Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
				<-time.After(connect)
				var d net.Dialer
				return d.DialContext(ctx, network, address)
			}})
			t.Cleanup(c.CloseIdle)
			if a := c.Ask(t.Context(), question(url)); a.Err != nil {
				t.Fatal(a.Err)
			}
			a := c.Ask(t.Context(), question(url))
			if diff := cmp.Diff(row.want, tries(a)); diff != "" {
				t.Errorf("tries (-want +got):\n%s", diff)
			}
			if got, want := row.keeper.Asked(), 1+len(row.want); got != want {
				t.Errorf("the server read %d requests, want %d", got, want)
			}
		})
	}
}
