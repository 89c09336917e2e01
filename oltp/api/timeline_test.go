package api_test

import (
	"fmt"
	"testing"

	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/oltp/wire"
)

// TestTimeline shows staff everything and members what concerns them.
func TestTimeline(t *testing.T) {
	h := build(t)
	ctx := t.Context()
	placed, err := h.hq.PlaceOrder(ctx, "t", &wire.Order{Store: "A", Member: "M1", Channel: "mini_program",
		Fulfilment: "pickup", Lines: []wire.OrderLine{{SKU: "1", Qty: 2}}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.hq.Pay(ctx, placed.ID, wire.Payment{Method: "wechat"}); err != nil {
		t.Fatal(err)
	}
	if _, err := h.hq.Cancel(ctx, placed.ID, wire.Cancellation{Reason: "rude customer"}); err != nil {
		t.Fatal(err)
	}
	line, err := h.hq.Timeline(ctx, placed.ID)
	if err != nil || line.State != "cancelled" || len(line.Steps) != 4 || line.Steps[2].Step != "cancelled" ||
		line.Steps[2].Reason != "rude customer" || line.Steps[3].Net != 2500 {
		t.Fatalf("got %+v, %v", line, err)
	}
	path := fmt.Sprintf("/v1/orders/%d/timeline", placed.ID)
	var seen wire.Timeline
	h.ask(t, staff.Storefront, "GET", path+"?member=M1", "").into(t, &seen)
	if len(seen.Steps) != 4 || seen.Steps[2].Reason != "" {
		t.Errorf("the member sees %+v", seen)
	}
	f := func(role staff.Role, path string, status int) {
		t.Helper()
		if a := h.ask(t, role, "GET", path, ""); a.status != status {
			t.Errorf("%s %s: got %d %s, want %d", role, path, a.status, a.text, status)
		}
	}
	f(staff.Storefront, path, 403)
	f(staff.Storefront, path+"?member=M2", 404)
	f(staff.StoreManager, path, 200)
	f(staff.HQAdmin, "/v1/orders/99999999/timeline", 404)
	f(staff.HQAdmin, "/v1/orders/x/timeline", 422)
	other, err := h.hq.PlaceOrder(ctx, "b", &wire.Order{Store: "B",
		Lines: []wire.OrderLine{{SKU: "1", Qty: 1}}})
	if err != nil {
		t.Fatal(err)
	}
	f(staff.StoreManager, fmt.Sprintf("/v1/orders/%d/timeline", other.ID), 404)
}
