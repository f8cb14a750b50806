package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"

	"github.com/repli-sms/repli/console"
)

// visits is the number of times each list of the console is loaded.
const visits = 20

// password is the console's password in the benchmark.
const password = "somebody who measures"

// A list is a page of the console whose list can be long.
type list struct{ name, path string }

func lists() []list {
	return []list{
		{"the overview", ""},
		{"the list of numbers", "/numbers"},
		{"the list of messages", "/messages"},
		{"the debugger", "/debugger"},
	}
}

// show measures how long the console takes to serve its lists to a signed-in user.
func (s *server) show(ctx context.Context) (got outcome, err error) {
	form := strings.NewReader(url.Values{"password": {password}}.Encode())
	in := httptest.NewRequestWithContext(ctx, http.MethodPost, console.Root+"/sign-in", form)
	in.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	let := s.ask(in)
	if let.Code != http.StatusSeeOther || len(let.Result().Cookies()) == 0 {
		return got, fmt.Errorf("the console lets nobody in: %d", let.Code)
	}
	for _, one := range lists() {
		median, err := timed(visits, func() error {
			r := httptest.NewRequestWithContext(ctx, http.MethodGet, console.Root+one.path, nil)
			for _, c := range let.Result().Cookies() {
				r.AddCookie(c)
			}
			if page := s.ask(r); page.Code != http.StatusOK {
				return fmt.Errorf("the page has status %d", page.Code)
			}
			return nil
		})
		if err != nil {
			return got, fmt.Errorf("%s: %w", one.name, err)
		}
		got.Reads = append(got.Reads, timing{one.name, median})
	}
	return got, nil
}

func (s *server) ask(r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	s.Handler.ServeHTTP(w, r)
	return w
}
