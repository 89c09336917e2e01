package catalogue

import (
	"fmt"

	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/retail/event"
)

// AppendStore appends the framed StoreChanged of a store to a packet.
func AppendStore(packet []byte, s *retail.Store) ([]byte, error) {
	return frame(packet, event.KindStoreChanged, int64(s.ID), &event.StoreChanged{
		StoreId: int32(s.ID), Code: s.Code, Name: s.Name, NameEn: s.NameEN,
		RegionId: int32(s.Region.ID), RegionCode: s.Region.Code, RegionName: s.Region.Name,
		RegionNameEn: s.Region.NameEN, City: s.City, Latitude: s.Location.Latitude,
		Longitude: s.Location.Longitude, TimeZone: s.TimeZone, OpensMinute: int32(s.OpensMinute),
		ClosesMinute: int32(s.ClosesMinute), Active: s.Active, Simulated: s.Simulated, Version: s.Version,
		Address: s.Address, Hours: s.Hours.WeekText(), SpecialDays: s.Hours.SpecialText(),
		Services: services(s.Services), DeliveryRadiusM: s.RadiusMetres,
		CapacityPerHour: s.CapacityPerHour,
	})
}

// services lists the ways of fulfilment; their numbers are those of the events.
func services(s retail.Services) []event.Fulfilment {
	var out []event.Fulfilment
	for f := retail.CarryOut; f <= retail.Express; f++ {
		if s.Offers(f) {
			out = append(out, event.Fulfilment(f))
		}
	}
	return out
}

// AppendMember appends the framed MemberChanged of a member to a packet.
func AppendMember(packet []byte, m *event.MemberChanged) ([]byte, error) {
	return frame(packet, event.KindMemberChanged, m.MemberId, m)
}

// AppendStaff appends the framed StaffChanged of an account to a packet.
func AppendStaff(packet []byte, m *event.StaffChanged) ([]byte, error) {
	return frame(packet, event.KindStaffChanged, int64(m.StaffId), m)
}

// AppendErased appends the framed MemberErased of a member to a packet.
func AppendErased(packet []byte, m *event.MemberErased) ([]byte, error) {
	return frame(packet, event.KindMemberErased, m.MemberId, m)
}

func frame(packet []byte, kind event.Kind, key int64, m event.Message) ([]byte, error) {
	wire, err := event.Append(nil, m)
	if err != nil {
		return packet, fmt.Errorf("cannot tell of the change of %d: %w", key, err)
	}
	return event.AppendFrame(packet, event.Frame{Kind: kind, Key: key, Wire: wire}), nil
}
