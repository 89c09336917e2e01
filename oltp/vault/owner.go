package vault

import (
	"encoding/binary"
	"fmt"

	"github.com/tillstream/tillstream/retail"
)

// Kind tells what an owner is. The values are stored and sealed in: they never change.
type Kind uint8

// The kinds of owners.
const (
	// MemberKind is a member: all of a member's data lies under one key.
	MemberKind Kind = 1
	// OrderKind is an order of a customer who is no member.
	OrderKind Kind = 2
)

// Owner is whose data it is.
type Owner struct {
	Kind Kind
	ID   int64
}

// Member is the member as an owner.
func Member(id retail.MemberID) Owner { return Owner{MemberKind, int64(id)} }

// Order is an order as an owner.
func Order(id retail.OrderID) Owner { return Owner{OrderKind, int64(id)} }

func (o Owner) String() string {
	switch o.Kind {
	case MemberKind:
		return fmt.Sprintf("member %d", o.ID)
	case OrderKind:
		return fmt.Sprintf("order %d", o.ID)
	}
	return fmt.Sprintf("owner %d of kind %d", o.ID, o.Kind)
}

// bind is what a seal is bound to: a purpose, the owner and a name. The purpose ends in a zero byte and
// the owner has a fixed length, so no two bindings read alike.
func (o Owner) bind(purpose, name string) []byte {
	b := append([]byte("tillstream "+purpose), 0, byte(o.Kind))
	b = binary.BigEndian.AppendUint64(b, uint64(o.ID))
	return append(b, name...)
}
