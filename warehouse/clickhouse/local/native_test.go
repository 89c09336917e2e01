package local

import (
	"bytes"
	"errors"
	"io"
	"testing"

	chproto "github.com/ClickHouse/ch-go/proto"
	"github.com/ClickHouse/clickhouse-go/v2/lib/column"
	chdriver "github.com/ClickHouse/clickhouse-go/v2/lib/proto"
	"github.com/shopspring/decimal"
)

// clientRevision is the revision for which clickhouse-go reads.
const clientRevision = chdriver.DBMS_TCP_PROTOCOL_VERSION

// sample is a block of revision 0, written by clickhouse-go.
func sample(t testing.TB, rows int) []byte {
	t.Helper()
	block := chdriver.NewBlock()
	add := func(name, typ string) {
		if err := block.AddColumn(name, column.Type(typ)); err != nil {
			t.Fatal(err)
		}
	}
	add("n", "Int64")
	add("s", "String")
	add("l", "Array(LowCardinality(Nullable(String)))")
	add("m", "Map(String, Nullable(Decimal(38, 2)))")
	add("t", "Tuple(a UInt8, b FixedString(3))")
	add("e", "Enum8('a,(b' = 1)")
	for i := range rows {
		word := "w"
		err := block.Append(int64(i), "text", []*string{nil, &word},
			map[string]*decimal.Decimal{"k": nil}, []any{uint8(1), "abc"}, "a,(b")
		if err != nil {
			t.Fatal(err)
		}
	}
	var b chproto.Buffer
	if err := block.Encode(&b, 0); err != nil {
		t.Fatal(err)
	}
	return b.Buf
}

func TestReblock(t *testing.T) {
	one := sample(t, 3)
	src := append(bytes.Clone(one), one...)
	for _, revision := range []int{1, clientRevision, 54480} {
		out, taken, err := reblock(nil, src, revision, map[string]*nativeType{})
		if err != nil || taken != len(src) {
			t.Fatalf("%d: took %d of %d: %v", revision, taken, len(src), err)
		}
		if revision == 54480 {
			continue // clickhouse-go does not read this one yet
		}
		r := chproto.NewReader(bytes.NewReader(out))
		for range 2 {
			block := chdriver.NewBlock()
			if err := block.Decode(r, uint64(revision)); err != nil || block.Rows() != 3 {
				t.Fatalf("%d: %d rows, %v", revision, block.Rows(), err)
			}
			if got := string(block.Columns[3].Type()); got != "Map(String, Nullable(Decimal(38, 2)))" {
				t.Fatalf("the type became %s", got)
			}
		}
		if _, err := r.ReadByte(); !errors.Is(err, io.EOF) {
			t.Fatalf("%d: more than two blocks", revision)
		}
	}
	for cut := range one {
		out, taken, err := reblock(nil, one[:cut], clientRevision, map[string]*nativeType{})
		if err != nil || taken != 0 || len(out) != 0 {
			t.Fatalf("cut at %d: took %d, gave %d: %v", cut, taken, len(out), err)
		}
	}
}

func TestParseType(t *testing.T) {
	for _, good := range []string{"UInt8", "DateTime64(3, 'Asia/Shanghai')", "Decimal(38, 2)",
		"FixedString(7)", "Nested(a UInt8, b String)", "Tuple()", "SimpleAggregateFunction(sum, Int64)",
		"IntervalDay", "Polygon",
		"Enum16('x''y' = -1, 'z)' = 2)", "Nothing", "Nullable(Nothing)",
		"Tuple(a UInt8, `b c` FixedString(3))"} {
		if _, err := parseType(good); err != nil {
			t.Errorf("%s: %v", good, err)
		}
	}
	for _, bad := range []string{"", "Absent", "Array", "Array(", "AggregateFunction(uniq, Int64)", "Dynamic",
		"FixedString(-1)", "FixedString()", "Decimal(77, 1)", "Nullable(UInt8, UInt8)"} {
		if got, err := parseType(bad); err == nil {
			t.Errorf("%q became %+v", bad, got)
		}
	}
}

func FuzzReblock(f *testing.F) {
	f.Add(sample(f, 2))
	f.Add(sample(f, 0))
	f.Add([]byte("\x01\xff\xff\xff\x7f\x01n\x05Array"))
	f.Fuzz(func(t *testing.T, src []byte) {
		out, taken, err := reblock(nil, src, clientRevision, map[string]*nativeType{})
		if taken > len(src) || err == nil && taken > 0 && len(out) <= taken {
			t.Fatalf("took %d of %d, gave %d", taken, len(src), len(out))
		}
	})
}

func FuzzParseType(f *testing.F) {
	f.Add("Map(LowCardinality(String), Array(Nullable(Decimal(9, 2))))")
	f.Fuzz(func(t *testing.T, text string) {
		if typ, err := parseType(text); err == nil && typ == nil {
			t.Fatal("neither a type nor an error")
		}
	})
}

func BenchmarkReblock(b *testing.B) {
	src := sample(b, 10_000)
	types := map[string]*nativeType{}
	var dst []byte
	b.SetBytes(int64(len(src)))
	b.ReportAllocs()
	for b.Loop() {
		out, _, err := reblock(dst[:0], src, clientRevision, types)
		if err != nil {
			b.Fatal(err)
		}
		dst = out
	}
}
