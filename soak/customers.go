//go:build linux

package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"

	"github.com/repli-sms/repli/webhook/webhooktest"
)

// lastResort is what numbers say whose handlers do not answer.
const lastResort = "Back soon."

// handlers is how many handlers there are; a tenth is hostile.
const handlers = 100

// Customers are the handlers of all numbers. They outlive the processes of the server.
type customers struct {
	web http.Server
	url string

	mu    sync.Mutex
	asked map[string]int // how often an honest handler was asked about a text, by its body
}

func newCustomers(victim string) (*customers, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	c := &customers{asked: map[string]int{}, url: "http://" + l.Addr().String()}
	mux := http.NewServeMux()
	mux.HandleFunc("/honest/", c.honest)
	for name, h := range webhooktest.Hostile(victim) {
		mux.HandleFunc("/hostile/"+name, h)
	}
	c.web.Handler = mux
	go func() { _ = c.web.Serve(l) }() // until it is closed
	return c, nil
}

// honest repeats the text.
func (c *customers) honest(w http.ResponseWriter, r *http.Request) {
	body := r.PostFormValue("Body")
	c.mu.Lock()
	c.asked[body]++
	c.mu.Unlock()
	w.Header().Set("Content-Type", "text/xml")
	io.WriteString(w, "<Response><Message>"+answerTo(body)+"</Message></Response>")
}

func answerTo(body string) string { return "Thank you for " + body }

// times returns how often an honest handler was asked about a text, and forgets it.
func (c *customers) times(body string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := c.asked[body]
	delete(c.asked, body)
	return n
}

// A number is one of the server's, with its handler.
type number struct {
	address string
	hostile string // the way of its handler; "" for an honest one
}

// numbers returns all numbers: of ten in a row one is hostile.
func numbers() (all []number) {
	ways := webhooktest.Ways()
	for i := range handlers {
		n := number{address: fmt.Sprintf("+1555000%04d", i)}
		if i%10 == 9 {
			n.hostile = ways[i/10%len(ways)]
		}
		all = append(all, n)
	}
	return all
}

// add makes a number. That of a hostile handler has no breaker, so that it is always asked.
func (c *customers) add(ctx context.Context, s *server, n number) error {
	url, breaker := c.url+"/honest/"+strings.TrimPrefix(n.address, "+"), "on"
	if n.hostile != "" {
		url, breaker = c.url+"/hostile/"+n.hostile, "off"
	}
	return s.call(ctx, "POST", "/numbers", map[string]any{
		"number": n.address, "steps": []any{map[string]string{"url": url, "method": "POST"}},
		"last_resort": lastResort, "breaker": breaker,
	}, new(any))
}
