package event_test

import (
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/tillstream/tillstream/retail/event"
)

var shanghai = time.FixedZone("Asia/Shanghai", 8*3600)

// samples returns one filled message of every kind, the same on every call.
func samples() map[event.Kind]event.Message {
	at := event.At(time.Date(2026, 3, 1, 18, 30, 0, 250_000_000, time.UTC), shanghai)
	visit := func() *event.Visit {
		return &event.Visit{EventId: []byte("0123456789abcdef"), VisitorId: 1 << 63, SessionId: 7,
			MemberId: 42, StoreId: 3, Channel: event.Channel_CHANNEL_MINI_PROGRAM, At: at}
	}
	lines := []*event.OrderLine{
		{LineNo: 1, SkuId: 99, CategoryId: 4, Kind: event.LineKind_LINE_KIND_SALE, Qty: 2,
			UnitPriceFen: 550, GrossFen: 1100, DiscountFen: 100, NetFen: 1000,
			CouponDiscountFen: 50, CostFen: 600},
		{LineNo: 2, SkuId: 98, CategoryId: 4, Kind: event.LineKind_LINE_KIND_ADJUSTMENT,
			GrossFen: -5, NetFen: -5},
	}
	return map[event.Kind]event.Message{
		event.KindOrderPlaced: &event.OrderPlaced{OrderId: 1001, StoreId: 3, MemberId: 42,
			Channel: event.Channel_CHANNEL_TILL, Fulfilment: event.Fulfilment_FULFILMENT_CARRY_OUT,
			PlacedAt: at, Lines: lines, GrossFen: 1095, DiscountFen: 100, NetFen: 995, Paid: true,
			PaymentMethod: "cash", State: event.OrderState_ORDER_STATE_COMPLETED,
			ExternalRef: "R-77", Simulated: true, CampaignId: 5},
		event.KindOrderPaid: &event.OrderPaid{OrderId: 1001, StoreId: 3, PaidAt: at, Lines: lines,
			GrossFen: 1095, DiscountFen: 100, NetFen: 995, PlacedUnixUs: at.UnixUs - 60_000_000},
		event.KindOrderCancelled: &event.OrderCancelled{OrderId: 1001, StoreId: 3,
			CancelledAt: at, Reason: "not paid in time", NetFen: 995},
		event.KindOrderRefunded: &event.OrderRefunded{RefundId: 1002, OrderId: 1001, StoreId: 3,
			RefundedAt: at, Lines: lines[:1], GrossFen: 1100, DiscountFen: 100, NetFen: 1000,
			Reason: "broken", State: event.OrderState_ORDER_STATE_REFUNDED},
		event.KindOrderShipped: &event.OrderShipped{OrderId: 1001, StoreId: 3, ShippedAt: at},
		event.KindOrderCompleted: &event.OrderCompleted{OrderId: 1001, StoreId: 3,
			CompletedAt: at},
		event.KindOrderPicking: &event.OrderPicking{OrderId: 1001, StoreId: 3, PickingAt: at,
			Fulfilment: event.Fulfilment_FULFILMENT_PICKUP, PlacedUnixUs: at.UnixUs - 60_000_000},
		event.KindOrderReady:      &event.OrderReady{OrderId: 1001, StoreId: 3, ReadyAt: at, NetFen: 995},
		event.KindOrderDelivering: &event.OrderDelivering{OrderId: 1001, StoreId: 3, DeliveringAt: at},
		event.KindOrderRouted: &event.OrderRouted{OrderId: 1001, StoreId: 3, RoutedAt: at,
			Outcome: event.RoutingOutcome_ROUTING_OUTCOME_MOVED, GroupId: 1000, FromOrderId: 1000,
			ToOrderId: 1003, DistanceM: 1200, Candidates: 4, Reason: "declined"},
		event.KindOrderCourier: &event.OrderCourier{OrderId: 1001, StoreId: 3, At: at, MemberId: 42,
			State: event.CourierState_COURIER_STATE_CANCELLED, ErrandId: 5, Provider: "rider",
			FeeFen: 800, Reason: "no_rider"},
		event.KindStockMoved: &event.StockMoved{StoreId: 3, Changes: []*event.StockChange{{
			SkuId: 99, CategoryId: 4, Kind: event.StockMoveKind_STOCK_MOVE_KIND_SELL,
			OnHandDelta: -2, OnHand: 5, Version: 12, RefId: 1001, MovedAt: at}}},
		event.KindStockAlert: &event.StockAlert{StoreId: 3, SkuId: 99, CategoryId: 4,
			Kind: event.StockAlertKind_STOCK_ALERT_KIND_LOW, OnHand: 5, Reserved: 1, Safety: 4,
			Version: 12, At: at, Simulated: true},
		event.KindTransferMoved: &event.TransferMoved{TransferId: 7, FromStoreId: 3, ToStoreId: 4,
			State: event.TransferState_TRANSFER_STATE_RECEIVED, FreightFen: 1500, Version: 4, At: at,
			Lines: []*event.TransferLine{{LineNo: 1, SkuId: 99, Qty: 12, Shipped: 12, Received: 10,
				Lost: 1, Claimed: 1, CostFen: 3600}}},
		event.KindStockCounted: &event.StockCounted{StocktakeId: 8, StoreId: 3, Skus: 40,
			Differences: []*event.CountedLine{{SkuId: 99, Expected: 5, Counted: 4, ValueFen: -300}},
			ValueFen:    -300, At: at},
		event.KindSafetyChanged: &event.SafetyChanged{StoreId: 3, SkuId: 99, Safety: 4, ChangedAt: at},
		event.KindStoreChanged: &event.StoreChanged{StoreId: 3, Code: "367", Name: "人民广场店",
			NameEn: "People's Square", RegionId: 1, RegionCode: "east", City: "上海",
			Latitude: 31.2304, Longitude: 121.4737, TimeZone: "Asia/Shanghai",
			OpensMinute: 480, ClosesMinute: 1320, Active: true, Version: 2},
		event.KindProductChanged: &event.ProductChanged{SkuId: 99, Code: "A-99", Name: "奶粉",
			NameEn: "Milk powder", CategoryId: 4, CategoryCode: "baby", PriceFen: 550,
			CostFen: 300, Active: true, Version: 1},
		event.KindStyleChanged: &event.StyleChanged{StyleId: 7, Code: "ST-7", Name: "奶粉",
			NameEn: "Milk powder", CategoryId: 4, CategoryCode: "baby", Brand: "禾间",
			Season: "2026-SS", Active: true, Version: 3, ImageUrl: "https://img.example/7.jpg"},
		event.KindListingChanged: &event.ListingChanged{StoreId: 3, SkuId: 99, Listed: true,
			PriceFen: proto.Int64(525), FromUnixUs: at.UnixUs, Version: 2},
		event.KindReviewPosted: &event.ReviewPosted{ReviewId: 11, SkuId: 99, StyleId: 7, StoreId: 3,
			MemberId: 42, OrderId: 1001, Rating: 5, PostedAt: at,
			State: event.ReviewState_REVIEW_STATE_POSTED, Version: 1},
		event.KindCategoryChanged: &event.CategoryChanged{CategoryId: 4, Code: "baby", Name: "母婴",
			NameEn: "Baby", ParentId: 1, ParentCode: "all", Version: 2},
		event.KindStaffChanged: &event.StaffChanged{StaffId: 5, Role: "store-manager",
			StoreCodes: []string{"367"}, Active: true, ChangedAt: at, Version: 2},
		event.KindCampaignChanged: &event.CampaignChanged{CampaignId: 5, Code: "D11-2026", Name: "双十一",
			NameEn: "Double 11", Kind: "double-11", FirstDay: 20758, LastDay: 20768, Version: 1},
		event.KindRuleChanged: &event.MerchandisingChanged{RuleId: 6, Version: 2,
			Kind: event.RuleKind_RULE_KIND_BOOST, StoreId: 3, Scenes: []string{"home"}, SkuId: 99,
			CategoryCode: "baby", Brand: "禾间", Tags: []string{"new"}, Factor: 2.5, Place: 1, Quota: 3,
			FromUnixUs: at.UnixUs, UntilUnixUs: at.UnixUs + 1},
		event.KindExperimentChanged: &event.ExperimentChanged{ExperimentId: 3, Name: "blend-7",
			FromUnixUs: at.UnixUs, UntilUnixUs: at.UnixUs + 14*86_400_000_000, Holdout: .05,
			Variants: []*event.ExperimentVariant{{Name: "today", Weight: 3}, {Name: "bold", Weight: 1}},
			Version:  2},
		event.KindMemberChanged: &event.MemberChanged{MemberId: 42, IdentityHash: []byte{1, 2},
			PhoneLastFour: "0042", OriginStoreId: 3, Personalized: true, ChangedAt: at,
			Version: 1},
		event.KindMemberErased: &event.MemberErased{MemberId: 42, ErasedAt: at, Version: 2},
		event.KindView:         &event.View{Visit: visit(), SkuId: 99, DwellMs: 1500},
		event.KindSearch:       &event.Search{Visit: visit(), Query: "奶粉", Results: 12},
		event.KindAddToCart:    &event.AddToCart{Visit: visit(), SkuId: 99, Qty: 2},
		event.KindImpression: &event.Impression{Visit: visit(), Slot: "home",
			SkuIds: []int64{99, 98}, AttributionId: "a1"},
		event.KindClick: &event.Click{Visit: visit(), SkuId: 99, Slot: "home", Position: 1,
			AttributionId: "a1"},
		event.KindCouponIssued: &event.CouponIssued{Visit: visit(), CouponId: 8, CampaignId: 5},
		event.KindCouponRedeemed: &event.CouponRedeemed{Visit: visit(), CouponId: 8,
			CampaignId: 5, OrderId: 1001, DiscountFen: 50},
		event.KindFavourite: &event.Favourite{Visit: visit(), SkuId: 99, Removed: true},
	}
}
