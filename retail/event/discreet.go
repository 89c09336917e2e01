package event

import (
	"fmt"
	"strconv"
	"strings"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// Field is one field of a fact in words.
type Field struct {
	// Path names the field, such as "lines[0].net_fen".
	Path  string `json:"path"`
	Value string `json:"value"`
}

// Hidden stands for a value that may tell who somebody is.
const Hidden = "(hidden)"

// shown lists the fields whose values may be shown to whoever runs the program. What is not listed is
// hidden: whoever adds a field decides, and who forgets has decided well. Hidden are the ids of members,
// visitors, sessions and staff, everything about a member, and what people typed.
var shown = func() map[string]bool {
	names := strings.Fields(`
		active address barcode brand business_day by_member campaign_id candidates capacity_per_hour
		category_code category_id category_name category_name_en channel city claimed closes_minute code
		colour cost_fen counted coupon_discount_fen coupon_id delivery_radius_m discount_fen distance_m
		dwell_ms erased errand_id expected experiment_id fee_fen first_day freight_fen from_order_id
		from_store_id from_unix_us fulfilment gross_fen group_id held_out holdout hours image_url kind
		last_day latitude line_no listed longitude lost model name name_en net_fen off_season on_hand
		on_hand_delta online_only opens_minute order_id outcome pack paid parent_code parent_id
		payment_method placed_unix_us position price_fen provider qty rating received ref_id refund_id
		region_code region_codes region_id region_name region_name_en removed request reserved
		reserved_delta results review_id role safety scene season services shipped simulated size size_order
		size_system sku_id sku_ids skus slot special_days state stocktake_id store_codes store_id style_code
		style_id tag time_zone to_order_id to_store_id transfer_id unit_price_fen unix_us until_unix_us
		utc_offset_s value_fen variant version weight
		deleted factor place quota rule_id scenes tags`)
	all := make(map[string]bool, len(names))
	for _, name := range names {
		all[name] = true
	}
	return all
}()

// Describe reads the wire form of a fact and says what it holds, field by field in the order of their
// numbers, without checking it: also a fact that Decode refuses can be described, unless its bytes do
// not parse. Values that may be personal are Hidden; of fields that this build does not know it says
// the number and the size.
func Describe(kind Kind, wire []byte) ([]Field, error) {
	if !kind.Known() {
		return nil, fmt.Errorf("%w: %d", ErrUnknownKind, uint8(kind))
	}
	if len(wire) > MaxBytes {
		return nil, fmt.Errorf("%w: %s has %d bytes, at most %d", ErrTooLarge, kind, len(wire), MaxBytes)
	}
	m := kinds[kind].make()
	if err := proto.Unmarshal(wire, m); err != nil {
		return nil, fmt.Errorf("%w: %s: %v", ErrMalformed, kind, err)
	}
	return describe(nil, "", m.ProtoReflect()), nil
}

func describe(all []Field, prefix string, m protoreflect.Message) []Field {
	fields := m.Descriptor().Fields()
	for i := range fields.Len() {
		f := fields.Get(i)
		if !m.Has(f) {
			continue
		}
		path := prefix + string(f.Name())
		if !f.IsList() {
			all = value(all, path, f, m.Get(f))
			continue
		}
		list := m.Get(f).List()
		for n := range list.Len() {
			all = value(all, path+"["+strconv.Itoa(n)+"]", f, list.Get(n))
		}
	}
	for rest := m.GetUnknown(); len(rest) > 0; {
		number, _, n := protowire.ConsumeField(rest)
		if n < 0 {
			break // Unmarshal has checked the form
		}
		all = append(all, Field{fmt.Sprintf("%sunknown field %d", prefix, number),
			fmt.Sprintf("(hidden, %d bytes)", n)})
		rest = rest[n:]
	}
	return all
}

func value(all []Field, path string, f protoreflect.FieldDescriptor, v protoreflect.Value) []Field {
	switch {
	case f.Message() != nil:
		return describe(all, path+".", v.Message())
	case !shown[string(f.Name())]:
		return append(all, Field{path, Hidden})
	case f.Enum() != nil:
		if known := f.Enum().Values().ByNumber(v.Enum()); known != nil {
			return append(all, Field{path, string(known.Name())})
		}
		return append(all, Field{path, strconv.Itoa(int(v.Enum()))})
	}
	return append(all, Field{path, v.String()})
}
