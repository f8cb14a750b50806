package rest

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
)

func itself(s repli.SID) repli.SID { return s }

func TestLinksOfTheLaterAPIsAreAbsolute(t *testing.T) {
	all := []repli.SID{"MG00000000000000000000000000000002", "MG00000000000000000000000000000001"}
	read := func(p store.Page) ([]repli.SID, error) { return after(all, p, itself), nil }
	one := 1
	p := paging{place: place{Origin: "https://messaging.twilio.com", Path: "/v1/Services"}, PageSize: &one}
	for i, sid := range all {
		got, err := listV1(p, "services", read, itself, itself)
		if err != nil {
			t.Fatal(err)
		}
		const list = "https://messaging.twilio.com/v1/Services?Page="
		first := list + "0&PageSize=1"
		token := trail{all[0]}.token("services")
		second := list + "1&PageSize=1&PageToken=" + token
		want := page{"services": []repli.SID{sid}, "meta": map[string]any{
			"key": "services", "page": i, "page_size": 1, "url": first, "first_page_url": first,
			"next_page_url": &second, "previous_page_url": (*string)(nil),
		}}
		if i == 1 {
			meta := want["meta"].(map[string]any)
			meta["url"], meta["next_page_url"], meta["previous_page_url"] = second, (*string)(nil), &first
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("page %d: -want +got:\n%s", i, diff)
		}
		p.Page, p.PageToken = 1, token
	}
}

func FuzzTrail(f *testing.F) {
	f.Add(trail{"MG00000000000000000000000000000002"}.token("keys"))
	f.Add("PA")
	f.Add("PA!")
	f.Fuzz(func(t *testing.T, token string) {
		got, ok := parseTrail(token, "keys")
		if !ok {
			return
		}
		if again, ok := parseTrail(got.token("keys"), "keys"); !ok || !cmp.Equal(got, again) {
			t.Errorf("%q is read as %v, which is written and read as %v", token, got, again)
		}
	})
}
