package api_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/oltp/wire"
)

const sum64 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

func TestMedia(t *testing.T) {
	h := build(t)
	h.wear(t)
	medium := func(kind, url string) string {
		return fmt.Sprintf(`{"kind":%q,"url":%q,"sha256":%q,"width":1200,"height":1600,"alt":"正面"}`, kind, url,
			sum64)
	}
	put := func(path string, status int, media ...string) answer {
		t.Helper()
		a := h.ask(t, staff.HQAdmin, "PUT", path, `{"media":[`+strings.Join(media, ",")+`]}`)
		if a.status != status {
			t.Errorf("%s %v: got %d %s", path, media, a.status, a.text)
		}
		return a
	}
	const of, film = "/v1/styles/parka/media", "https://img.example/parka.mp4"
	put(of, 200, medium("video", film), medium("image", "https://img.example/parka.jpg"))
	var got wire.Media
	h.ask(t, staff.HQAnalyst, "GET", of, "").into(t, &got)
	var styles wire.Page[wire.ShownStyle]
	h.ask(t, staff.HQAnalyst, "GET", "/v1/styles", "").into(t, &styles)
	if len(got.Media) != 2 || got.Media[0].URL != film || got.Media[1].Alt != "正面" ||
		styles.Items[0].Image != "https://img.example/parka.jpg" {
		t.Errorf("got %+v, %+v", got, styles)
	}
	put("/v1/products/p-40/media", 200, medium("image", "https://img.example/40.jpg"))
	put("/v1/products/p-40/media", 200)
	put("/v1/products/nothing/media", 404)
	put("/v1/products/%00/media", 422)
	for url, reason := range map[string]string{"http://img.example/x": "https",
		"https://evil.example/x": "may not be kept", "https://u:p@img.example/x": "https",
		"https://img.example.evil.example/x": "may not be kept", "://": "no address",
		"javascript:alert(1)": "https"} {
		if a := put(of, 422, medium("image", url)); !a.says("body.media[0].url", reason) {
			t.Errorf("%s: got %s", url, a.text)
		}
	}
	if a := put(of, 422, `{"kind":"image","url":"https://img.example/x","sha256":"abc"}`); !a.says(
		"body.media[0].sha256", "64") {
		t.Errorf("got %s", a.text)
	}
	put(of, 422, strings.Fields(strings.Repeat("{} ", 51))...)
	if a := h.ask(t, staff.StoreManager, "PUT", of, `{"media":[]}`); a.status != 403 {
		t.Errorf("a store manager puts media: %s", a.text)
	}
}

// buy places and pays an order of M1 with n lines.
func (h *house) buy(t testing.TB, lines ...string) int64 {
	t.Helper()
	var placed wire.Placed
	h.ask(t, staff.HQAdmin, "POST", "/v1/orders", `{"store":"A","member":"M1","paid":true,"lines":[`+
		strings.Join(lines, ",")+`]}`).intoLoose(t, &placed)
	return placed.ID
}

func TestReviews(t *testing.T) {
	h := build(t)
	id := h.buy(t, `{"sku":"1","qty":1}`, `{"sku":"2","qty":1}`)
	post := func(body, key string, status int) answer {
		t.Helper()
		a := h.ask(t, staff.Storefront, "POST", "/v1/reviews", body, "Idempotency-Key", key)
		if a.status != status {
			t.Errorf("%s: got %d %s, want %d", body, a.status, a.text, status)
		}
		return a
	}
	first := fmt.Sprintf(`{"order":%d,"line":1,"member":"M1","rating":5,"text":"很好喝"}`, id)
	var review wire.Review
	post(first, "k1", 201).into(t, &review)
	if review.State != "posted" || review.SKU != "1" || review.Member != "" {
		t.Errorf("got %+v", review)
	}
	if a := post(first, "k1", 200); !strings.Contains(string(a.text), `"replayed":true`) {
		t.Errorf("got %s", a.text)
	}
	post(first, "k2", 409)
	post(strings.Replace(first, "5", "4", 1), "k1", 409)
	post(fmt.Sprintf(`{"order":%d,"line":3,"member":"M1","rating":5}`, id), "k3", 422)
	post(fmt.Sprintf(`{"order":%d,"line":2,"member":"M404","rating":5}`, id), "k4", 422)
	post(fmt.Sprintf(`{"order":%d,"line":2,"member":"M1","rating":6}`, id), "k5", 422)
	post(`{"order":999999,"line":1,"member":"M1","rating":5}`, "k6", 404)
	long := strings.Repeat("长", 2_001)
	if a := post(fmt.Sprintf(`{"order":%d,"line":2,"member":"M1","rating":1,"text":%q}`, id, long), "k7",
		422); !a.says("body.text", "too many") {
		t.Errorf("got %s", a.text)
	}
	var unpaid wire.Placed
	h.ask(t, staff.HQAdmin, "POST", "/v1/orders",
		`{"store":"A","member":"M1","lines":[{"sku":"1","qty":1}]}`).intoLoose(t, &unpaid)
	if a := post(fmt.Sprintf(`{"order":%d,"line":1,"member":"M1","rating":5}`, unpaid.ID), "k8",
		422); !a.says("body.order", "not paid") {
		t.Errorf("got %s", a.text)
	}

	var page wire.Page[wire.Review]
	h.ask(t, staff.Storefront, "GET", "/v1/reviews?sku=1", "").into(t, &page)
	if len(page.Items) != 0 {
		t.Errorf("a review that nobody approved shows: %+v", page)
	}
	if a := h.ask(t, staff.Storefront, "GET", "/v1/reviews?state=posted", ""); a.status != 403 {
		t.Errorf("got %d %s", a.status, a.text)
	}
	judge := func(role staff.Role, state string, status int) {
		t.Helper()
		a := h.ask(t, role, "PUT", fmt.Sprintf("/v1/reviews/%d/state", review.ID), `{"state":"`+state+`"}`)
		if a.status != status {
			t.Errorf("%s by %s: got %d %s", state, role, a.status, a.text)
		}
	}
	judge(staff.StoreManager, "approved", 403)
	judge(staff.HQAdmin, "posted", 422)
	judge(staff.HQAdmin, "approved", 200)
	judge(staff.HQAdmin, "approved", 200)
	h.ask(t, staff.Storefront, "GET", "/v1/reviews?sku=1", "").into(t, &page)
	if len(page.Items) != 1 || page.Items[0].Text != "很好喝" || page.Items[0].Member != "" {
		t.Errorf("got %+v", page)
	}
	h.wantRating(t, "1", 1, 5)
	judge(staff.HQAdmin, "hidden", 200)
	h.wantRating(t, "1", 0, 0)

	if a := h.ask(t, staff.HQAdmin, "DELETE", "/v1/members/M1", ""); a.status != 200 {
		t.Fatalf("cannot erase M1: %d %s", a.status, a.text)
	}
	page = wire.Page[wire.Review]{}
	h.ask(t, staff.HQAnalyst, "GET", "/v1/reviews?state=hidden", "").into(t, &page)
	if len(page.Items) != 1 || page.Items[0].Text != "" || page.Items[0].Member == "M1" {
		t.Errorf("after the erasure: %+v", page)
	}
}

func (h *house) wantRating(t testing.TB, sku string, count, stars int64) {
	t.Helper()
	var page wire.Page[wire.ShownProduct]
	h.ask(t, staff.HQAnalyst, "GET", "/v1/products?q=", "").into(t, &page)
	for _, p := range page.Items {
		got := wire.Rating{}
		if p.Rating != nil {
			got = *p.Rating
		}
		if p.Code == sku && (got.Count != count || got.Stars != stars) {
			t.Errorf("%s is rated %+v, want %d reviews with %d stars", sku, got, count, stars)
		}
	}
}

// TestRatingsAreExact judges reviews at random, again and again, and counts along.
func TestRatingsAreExact(t *testing.T) {
	h := build(t)
	random := rand.New(rand.NewPCG(4, 2))
	type kept struct {
		id, stars int64
		counts    bool
	}
	var all []kept
	for i := range 8 {
		id := h.buy(t, `{"sku":"1","qty":1}`)
		stars := 1 + random.Int64N(5)
		var r wire.Review
		h.ask(t, staff.StoreManager, "POST", "/v1/reviews", fmt.Sprintf(
			`{"order":%d,"line":1,"member":"M1","rating":%d}`, id, stars), "Idempotency-Key",
			fmt.Sprint(i)).intoLoose(t, &r)
		all = append(all, kept{id: r.ID, stars: stars})
	}
	for range 40 {
		k := &all[random.IntN(len(all))]
		k.counts = random.IntN(2) == 0
		state := map[bool]string{true: "approved", false: "hidden"}[k.counts]
		h.ask(t, staff.HQAdmin, "PUT", fmt.Sprintf("/v1/reviews/%d/state", k.id), `{"state":"`+state+`"}`)
	}
	var count, stars int64
	for _, k := range all {
		if k.counts {
			count, stars = count+1, stars+k.stars
		}
	}
	h.wantRating(t, "1", count, stars)
	seen := map[int64]bool{}
	for next := ""; ; {
		var page wire.Page[wire.Review]
		h.ask(t, staff.HQAnalyst, "GET", "/v1/reviews?limit=2&cursor="+next, "").into(t, &page)
		for _, r := range page.Items {
			seen[r.ID] = true
		}
		if next = page.Next; next == "" {
			break
		}
	}
	if int64(len(seen)) != count {
		t.Errorf("%d reviews in pages, want %d", len(seen), count)
	}
}
