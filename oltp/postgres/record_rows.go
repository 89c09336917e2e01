package postgres

import (
	"encoding/binary"

	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/retail"
)

// binaryFormat asks for every parameter, or every result, in binary form.
var binaryFormat = []int16{1}

func readInt8(b []byte) int64 { return int64(binary.BigEndian.Uint64(b)) }
func readInt4(b []byte) int32 { return int32(binary.BigEndian.Uint32(b)) }
func readInt2(b []byte) int16 { return int16(binary.BigEndian.Uint16(b)) }

// arrayHead is the length of what stands before the elements of an array without nulls.
const arrayHead = 20

// readInt4s appends the elements of an int4[].
func readInt4s(b []byte, into []int32) []int32 {
	for b = b[min(arrayHead, len(b)):]; len(b) >= 8; b = b[8:] {
		into = append(into, readInt4(b[4:]))
	}
	return into
}

// readPlaces appends the elements of a tid[].
func readPlaces(b []byte, into []place) []place {
	for b = b[min(arrayHead, len(b)):]; len(b) >= 10; b = b[10:] {
		into = append(into, place(b[4:10]))
	}
	return into
}

func readBefore(row [][]byte) order.Before {
	return order.Before{
		Key: order.Key(row[0]), ID: retail.OrderID(readInt8(row[1])), Hash: readInt8(row[2]),
		State: retail.OrderState(readInt2(row[3])),
		Gross: retail.Money(readInt8(row[4])), Discount: retail.Money(readInt8(row[5])),
	}
}

func readMove(row [][]byte) order.MoveBefore {
	return order.MoveBefore{
		Key: order.Key(row[0]), Kind: retail.StockMoveKind(readInt2(row[1])), OnHandDelta: readInt4(row[2]),
		Level: readLevel(row[3:]),
	}
}

func readLevel(row [][]byte) retail.StockLevel {
	return retail.StockLevel{
		StockKey: retail.StockKey{Store: retail.StoreID(readInt4(row[0])),
			SKU: retail.SKUID(readInt8(row[1]))},
		OnHand: readInt4(row[2]), Reserved: readInt4(row[3]), Version: readInt8(row[4]),
	}
}

func readStanding(row [][]byte) order.Standing {
	return order.Standing{
		ID: retail.OrderID(readInt8(row[0])), Store: retail.StoreID(readInt4(row[1])),
		Member: retail.MemberID(readInt8(row[2])), Campaign: retail.CampaignID(readInt4(row[3])),
		Channel: retail.Channel(readInt2(row[4])), Fulfilment: retail.Fulfilment(readInt2(row[5])),
		State: retail.OrderState(readInt2(row[6])), Simulated: row[7][0] == 1,
		PlacedUS: readInt8(row[8]) + epochUS,
		Gross:    retail.Money(readInt8(row[9])), Discount: retail.Money(readInt8(row[10])),
		PaymentMethod: string(row[11]), ExternalRef: string(row[12]),
	}
}

func readStandingLine(row [][]byte) order.StandingLine {
	l := order.StandingLine{
		Order: retail.OrderID(readInt8(row[0])),
		Line: retail.Line{
			No: int(readInt2(row[1])), SKU: retail.SKUID(readInt8(row[2])),
			Category: retail.CategoryID(readInt4(row[3])), Kind: retail.LineKind(readInt2(row[4])),
			Qty: readInt4(row[5]), UnitPrice: retail.Money(readInt8(row[6])),
			Gross: retail.Money(readInt8(row[7])), Discount: retail.Money(readInt8(row[8])),
			CouponDiscount: retail.Money(readInt8(row[9])), Cost: retail.Money(readInt8(row[10])),
		},
		Refunded: order.Refunded{Qty: readInt4(row[11]), Gross: retail.Money(readInt8(row[12])),
			Discount: retail.Money(readInt8(row[13]))},
	}
	l.Net = l.Gross - l.Discount
	return l
}
