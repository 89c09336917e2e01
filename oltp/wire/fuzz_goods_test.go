package wire_test

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/tillstream/tillstream/oltp/wire"
	"github.com/tillstream/tillstream/oltp/wire/scan"
)

// again checks that a body which was accepted survives being sent on.
func again[T any, P interface {
	*T
	reader
}](t *testing.T, body []byte) {
	t.Helper()
	wide := wire.Bounds{Rows: 100, Lines: 100}
	var got, twice T
	r := scan.New(body)
	P(&got).Read(r, wide)
	if r.End(); !r.OK() {
		return
	}
	text, err := json.Marshal(&got)
	if err != nil {
		t.Fatal(err)
	}
	r = scan.New(text)
	P(&twice).Read(r, wide)
	if r.End(); !r.OK() || !reflect.DeepEqual(got, twice) {
		t.Fatalf("%q: sent on as %s and read as %+v (faults %v)", body, text, twice, r.Faults())
	}
}

// FuzzGoods reads every body about goods.
func FuzzGoods(f *testing.F) {
	for _, seed := range []string{
		`{"products":[{"code":"1","category":"c","price":1.5,"tags":[{"tag":"hot","from":"2026-11-24T08:30:00Z"}],
		"pack":3,"size":"42","size_system":"EU","size_order":-1,"online_only":true,"barcode":"69"}]}`,
		`{"styles":[{"code":"1","category":"c","season":"AW"}]}`,
		`{"media":[{"kind":"image","url":"https://img.example/1","sha256":"00","width":1,"height":2,"alt":"x"}]}`,
		`{"order":1,"line":2,"member":"M1","rating":5,"text":"\u00e9"}`, `{"state":"hidden"}`,
		`{"listings":[{"store":"A","sku":"1","unlisted":true,"price":1.25,"from":"2026-11-24T08:30:00Z"}]}`,
		`{"experiments":[{"name":"a","from":"2026-11-24T08:30:00Z","holdout":0.05,"variants":[{"name":"b",
		"weight":1,"blend":{"weights":{"home":{"item":2}},"acts":{"viewed":1},"decay":0.5,"per_style":2}}]}]}`,
		`{"categories":[{"code":"1","parent":"0"}]}`, `{"products":[{"tags":[[]]}]}`, `{`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		again[wire.Products](t, body)
		again[wire.Styles](t, body)
		again[wire.Categories](t, body)
		again[wire.Media](t, body)
		again[wire.Listings](t, body)
		again[wire.Experiments](t, body)
		again[wire.NewReview](t, body)
		again[wire.Judgement](t, body)
	})
}
