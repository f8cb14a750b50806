package frame

import (
	"fmt"
	"net/http"
	"time"
)

// A File is an answer that is no page: a picture, or something to keep.
type File struct {
	Type string // of its content
	Data []byte
	Name string        // under which it is to be kept; "" leaves that to the browser
	Show bool          // the browser may show it in place of keeping it
	Keep time.Duration // how long the browser may take it for current
}

// Send answers with a file. It cannot do anything, whatever it is: a phone or a customer may
// have sent it.
func Send(f File) Answer { return Answer{file: &f} }

func (f File) write(w http.ResponseWriter) {
	h := w.Header()
	h.Set("Content-Type", f.Type)
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox")
	if f.Keep > 0 {
		h.Set("Cache-Control", fmt.Sprintf("private, max-age=%d", int(f.Keep.Seconds())))
	}
	switch {
	case f.Name != "":
		h.Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", f.Name))
	case !f.Show:
		h.Set("Content-Disposition", "attachment")
	}
	w.Write(f.Data)
}
