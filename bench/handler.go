package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/repli-sms/repli/webhook/webhooktest"
)

// A handler is a customer's handler that answers each text with one message, at once at /now and
// after two seconds at /slow. At /spins and /fat it misbehaves.
type handler struct {
	web  http.Server
	done chan error
}

const handlerDelay = 2 * time.Second

const handlerAnswer = `<?xml version="1.0" encoding="UTF-8"?>
<Response><Message>Your order is ready. See you at the shop!</Message></Response>`

func (h *handler) obey(ctx context.Context, o order) (outcome, error) {
	switch o.Do {
	case "begin":
		return h.begin(ctx)
	case "usage":
		u, err := newGauge().read()
		return outcome{End: u}, err
	}
	return outcome{}, fmt.Errorf("a handler does not know the order %q", o.Do)
}

func (h *handler) begin(ctx context.Context) (outcome, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return outcome{}, err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /now", answer)
	mux.HandleFunc("POST /slow", func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-time.After(handlerDelay):
			answer(w, r)
		case <-r.Context().Done():
		}
	})
	mux.HandleFunc("/spins", webhooktest.Spins)
	mux.HandleFunc("/fat", webhooktest.Fat)
	h.web.Handler = mux
	h.done = make(chan error, 1)
	go func() { h.done <- h.web.Serve(l) }()
	return outcome{Handler: "http://" + l.Addr().String()}, nil
}

func answer(w http.ResponseWriter, r *http.Request) {
	if _, err := io.Copy(io.Discard, r.Body); err != nil {
		return
	}
	w.Header().Set("Content-Type", "text/xml")
	io.WriteString(w, handlerAnswer)
}

func (h *handler) end() error {
	if h.done == nil {
		return nil
	}
	err := h.web.Close()
	if served := <-h.done; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}
