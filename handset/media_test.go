package handset

import (
	"bytes"
	"encoding/base64"
	"testing"

	"github.com/repli-sms/repli"
)

func FuzzReadDataURL(f *testing.F) {
	for _, rest := range []string{"", ",", "image/png;base64,iVBORw==", "text/plain;charset=utf-8,a%20b%2", ";base64,%", "a;base64;base64,YQ%3D%3D"} {
		f.Add(rest)
	}
	f.Fuzz(func(t *testing.T, rest string) {
		kind, data, err := readDataURL(rest)
		if err != nil {
			if repli.CodeOf(err) != 21620 || data != nil {
				t.Errorf("%q: got %d bytes and error %v, want 21620 alone", rest, len(data), err)
			}
			return
		}
		again, same, err := readDataURL(kind + ";base64," + base64.StdEncoding.EncodeToString(data))
		if err != nil || again != kind || !bytes.Equal(same, data) {
			t.Errorf("%q is read as %q with %q, which is read as %q with %q, error %v", rest, kind, data, again, same, err)
		}
	})
}
