package console

import "time"

// A banner stands on every page while something needs to be remembered: a fault that was set
// on purpose, or a handler that was broken by hand.
type banner struct {
	Key     string    // of its text
	Name    string    // what it is about: a number, or a bin
	Address string    // of the page about it
	Until   time.Time // when it ends by itself; zero when it does not
	Undo    string    // where a form posts to that ends it, or ""
	UndoKey string    // of the text of that form's button
}

// banners returns those that stand now, the most urgent one first.
func (s *Server) banners(*visit) ([]banner, error) { return nil, nil }
