package event

import (
	"fmt"
	"strconv"
	"strings"

	"google.golang.org/protobuf/proto"
)

// Kind tells which fact a message is. The values are sent and stored: they never change.
type Kind uint8

// The kinds. Orders and stock are keyed by store, members by member, behaviour by visitor.
const (
	KindOrderPlaced    Kind = 1
	KindOrderPaid      Kind = 2
	KindOrderCancelled Kind = 3
	KindOrderRefunded  Kind = 4
	KindOrderShipped   Kind = 5
	KindOrderCompleted Kind = 6

	KindOrderPicking    Kind = 7
	KindOrderReady      Kind = 8
	KindOrderDelivering Kind = 9
	KindOrderRouted     Kind = 10
	KindOrderCourier    Kind = 11

	KindStockMoved        Kind = 16
	KindStockAlert        Kind = 17
	KindTransferMoved     Kind = 18
	KindStockCounted      Kind = 19
	KindSafetyChanged     Kind = 20
	KindStoreChanged      Kind = 32
	KindProductChanged    Kind = 33
	KindStyleChanged      Kind = 34
	KindListingChanged    Kind = 35
	KindReviewPosted      Kind = 36
	KindCategoryChanged   Kind = 37
	KindStaffChanged      Kind = 38
	KindCampaignChanged   Kind = 39
	KindRuleChanged       Kind = 40
	KindExperimentChanged Kind = 41
	KindMemberChanged     Kind = 48
	KindMemberErased      Kind = 49
	KindView              Kind = 64
	KindSearch            Kind = 65
	KindAddToCart         Kind = 66
	KindImpression        Kind = 67
	KindClick             Kind = 68
	KindCouponIssued      Kind = 69
	KindCouponRedeemed    Kind = 70
	KindFavourite         Kind = 71
	kindsEnd                   = 72
)

// Topic is a Kafka topic of facts.
type Topic string

// The topics.
const (
	TopicOrders     Topic = "tillstream.orders"
	TopicStock      Topic = "tillstream.stock"
	TopicCatalogue  Topic = "tillstream.catalogue"
	TopicMembers    Topic = "tillstream.members"
	TopicBehaviour  Topic = "tillstream.behaviour"
	TopicDeadLetter Topic = "tillstream.deadletter"
	// TopicResolution says what was decided about dead letters; its records are numbered by their
	// offsets, so it has one partition.
	TopicResolution Topic = "tillstream.resolution"
)

// Topics lists the topics that carry facts, without the dead letters.
func Topics() []Topic {
	return []Topic{TopicOrders, TopicStock, TopicCatalogue, TopicMembers, TopicBehaviour}
}

// Message is any of the generated fact types.
type Message = proto.Message

type kindInfo struct {
	name  string
	topic Topic
	make  func() Message
}

func made[T any, P interface {
	*T
	Message
}]() Message {
	return P(new(T))
}

var kinds = [kindsEnd]kindInfo{
	KindOrderPlaced:    {"tillstream.order.placed.v1", TopicOrders, made[OrderPlaced]},
	KindOrderPaid:      {"tillstream.order.paid.v1", TopicOrders, made[OrderPaid]},
	KindOrderCancelled: {"tillstream.order.cancelled.v1", TopicOrders, made[OrderCancelled]},
	KindOrderRefunded:  {"tillstream.order.refunded.v1", TopicOrders, made[OrderRefunded]},
	KindOrderShipped:   {"tillstream.order.shipped.v1", TopicOrders, made[OrderShipped]},
	KindOrderCompleted: {"tillstream.order.completed.v1", TopicOrders, made[OrderCompleted]},

	KindOrderPicking:    {"tillstream.order.picking.v1", TopicOrders, made[OrderPicking]},
	KindOrderReady:      {"tillstream.order.ready.v1", TopicOrders, made[OrderReady]},
	KindOrderDelivering: {"tillstream.order.delivering.v1", TopicOrders, made[OrderDelivering]},
	KindOrderRouted:     {"tillstream.order.routed.v1", TopicOrders, made[OrderRouted]},
	KindOrderCourier:    {"tillstream.order.courier.v1", TopicOrders, made[OrderCourier]},

	KindStockMoved:      {"tillstream.stock.moved.v1", TopicStock, made[StockMoved]},
	KindStockAlert:      {"tillstream.stock.alert.v1", TopicStock, made[StockAlert]},
	KindTransferMoved:   {"tillstream.transfer.moved.v1", TopicStock, made[TransferMoved]},
	KindStockCounted:    {"tillstream.stock.counted.v1", TopicStock, made[StockCounted]},
	KindSafetyChanged:   {"tillstream.safety.changed.v1", TopicStock, made[SafetyChanged]},
	KindStoreChanged:    {"tillstream.store.changed.v1", TopicCatalogue, made[StoreChanged]},
	KindProductChanged:  {"tillstream.product.changed.v1", TopicCatalogue, made[ProductChanged]},
	KindStyleChanged:    {"tillstream.style.changed.v1", TopicCatalogue, made[StyleChanged]},
	KindListingChanged:  {"tillstream.listing.changed.v1", TopicCatalogue, made[ListingChanged]},
	KindReviewPosted:    {"tillstream.review.posted.v1", TopicCatalogue, made[ReviewPosted]},
	KindCategoryChanged: {"tillstream.category.changed.v1", TopicCatalogue, made[CategoryChanged]},
	KindStaffChanged:    {"tillstream.staff.changed.v1", TopicCatalogue, made[StaffChanged]},
	KindCampaignChanged: {"tillstream.campaign.changed.v1", TopicCatalogue, made[CampaignChanged]},
	KindRuleChanged: {"tillstream.merchandising.changed.v1", TopicCatalogue,
		made[MerchandisingChanged]},
	KindExperimentChanged: {"tillstream.experiment.changed.v1", TopicCatalogue, made[ExperimentChanged]},
	KindMemberChanged:     {"tillstream.member.changed.v1", TopicMembers, made[MemberChanged]},
	KindMemberErased:      {"tillstream.member.erased.v1", TopicMembers, made[MemberErased]},
	KindView:              {"tillstream.behaviour.view.v1", TopicBehaviour, made[View]},
	KindSearch:            {"tillstream.behaviour.search.v1", TopicBehaviour, made[Search]},
	KindAddToCart:         {"tillstream.behaviour.add_to_cart.v1", TopicBehaviour, made[AddToCart]},
	KindImpression:        {"tillstream.behaviour.impression.v1", TopicBehaviour, made[Impression]},
	KindClick:             {"tillstream.behaviour.click.v1", TopicBehaviour, made[Click]},
	KindCouponIssued:      {"tillstream.coupon.issued.v1", TopicBehaviour, made[CouponIssued]},
	KindCouponRedeemed:    {"tillstream.coupon.redeemed.v1", TopicBehaviour, made[CouponRedeemed]},
	KindFavourite:         {"tillstream.behaviour.favourite.v1", TopicBehaviour, made[Favourite]},
}

// kindsByName is the inverse of kinds; it is written once, here.
var kindsByName = func() map[string]Kind {
	m := make(map[string]Kind, kindsEnd)
	for k, info := range kinds {
		if info.name != "" {
			m[info.name] = Kind(k)
		}
	}
	return m
}()

// Kinds lists all kinds in ascending order.
func Kinds() []Kind {
	var all []Kind
	for k, info := range kinds {
		if info.name != "" {
			all = append(all, Kind(k))
		}
	}
	return all
}

// Known reports whether this build knows the kind.
func (k Kind) Known() bool { return k < kindsEnd && kinds[k].name != "" }

// String returns the CloudEvents type, such as "tillstream.order.placed.v1".
func (k Kind) String() string {
	if !k.Known() {
		return fmt.Sprintf("tillstream.unknown.%d", uint8(k))
	}
	return kinds[k].name
}

// Topic returns the topic of the kind, "" for an unknown one.
func (k Kind) Topic() Topic {
	if !k.Known() {
		return ""
	}
	return kinds[k].topic
}

// ParseKind finds a kind by its CloudEvents type.
func ParseKind(name string) (Kind, bool) {
	k, ok := kindsByName[name]
	return k, ok
}

// UnknownType says why a type header names no kind that this build knows: a later version of a kind
// that it does know, or something else altogether. Either wraps ErrUnknownKind.
func UnknownType(name []byte) error {
	base, version, ok := cutVersion(string(name))
	for known := min(version, maxVersions) - 1; ok && known > 0 && known < maxVersions; known-- {
		if _, ours := kindsByName[fmt.Sprintf("%s.v%d", base, known)]; ours {
			return fmt.Errorf("%w: %w: %.80q, this program knows version %d", ErrUnknownKind,
				ErrNewerVersion, name, known)
		}
	}
	return fmt.Errorf("%w: %.80q", ErrUnknownKind, name)
}

// maxVersions bounds the search for an earlier version.
const maxVersions = 100

// cutVersion splits "tillstream.order.placed.v2" before its version.
func cutVersion(name string) (base string, version uint64, ok bool) {
	at := strings.LastIndex(name, ".v")
	if at < 0 {
		return "", 0, false
	}
	version, err := strconv.ParseUint(name[at+2:], 10, 16)
	return name[:at], version, err == nil
}
