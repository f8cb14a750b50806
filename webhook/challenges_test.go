package webhook

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestALineOfChallengesIsSplit(t *testing.T) {
	for _, row := range []struct {
		line string
		want []string
	}{
		{``, nil},
		{` , ,`, nil},
		{`Basic realm="x"`, []string{`Basic realm="x"`}},
		{`Negotiate`, []string{`Negotiate`}},
		{`Negotiate, Basic realm="x"`, []string{`Negotiate`, `Basic realm="x"`}},
		{`Negotiate a2V5==, Basic realm="x"`, []string{`Negotiate a2V5==`, `Basic realm="x"`}},
		{`Digest realm="a", qop="auth", Basic realm="b"`, []string{`Digest realm="a", qop="auth"`, `Basic realm="b"`}},
		{`Digest realm="a, Basic b", nonce=c`, []string{`Digest realm="a, Basic b", nonce=c`}},
		{`Digest realm="a\", Basic b", nonce=c`, []string{`Digest realm="a\", Basic b", nonce=c`}},
		{`Digest realm = "a" ,nonce = c,Basic	realm=d`, []string{`Digest realm = "a", nonce = c`, `Basic	realm=d`}},
		{`Basic realm="never ends, Digest x`, []string{`Basic realm="never ends, Digest x`}},
		{`realm="of nobody", Basic realm="x"`, []string{`Basic realm="x"`}},
	} {
		if diff := cmp.Diff(row.want, challenges(row.line)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", row.line, diff)
		}
	}
}

func FuzzChallenges(f *testing.F) {
	for _, line := range []string{`Negotiate, Basic realm="x"`, `Digest realm="a\", b", qop="auth",, Basic realm=b`, `"`, `=`, `a =`, `\`} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		first := challenges(line)
		if again := challenges(strings.Join(first, ", ")); !slices.Equal(first, again) {
			t.Errorf("%q became %q, and that %q, want the same", line, first, again)
		}
	})
}
