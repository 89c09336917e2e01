package local

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/tillstream/tillstream/warehouse/clickhouse/lex"
)

// shape says how the values of a type lie in a block.
type shape uint8

const (
	shapeFixed    shape = iota // size bytes a row
	shapeString                // length and bytes a row
	shapeNullable              // one byte a row, then the values
	shapeArray                 // one offset a row, then the values of all rows
	shapeTuple                 // one column after the other
	shapeLowCard               // a dictionary and indexes
)

// nativeType is a ClickHouse type as far as its bytes are concerned.
type nativeType struct {
	shape shape
	size  int
	inner []*nativeType
}

// maxTypeDepth bounds nested types.
const maxTypeDepth = 64

func parseType(text string) (*nativeType, error) { return parseTypeAt(text, 0) }

func parseTypeAt(text string, depth int) (*nativeType, error) {
	text = strings.TrimSpace(text)
	if depth > maxTypeDepth {
		return nil, fmt.Errorf("type %q is nested too deeply", text)
	}
	name, args := text, []string(nil)
	if i := strings.IndexByte(text, '('); i >= 0 {
		if !strings.HasSuffix(text, ")") {
			return nil, fmt.Errorf("type %q is cut", text)
		}
		name, args = text[:i], splitArgs(text[i+1:len(text)-1])
	}
	if size := fixedSize(name, args); size > 0 {
		return &nativeType{size: size}, nil
	}
	switch name {
	case "String":
		return &nativeType{shape: shapeString}, nil
	case "Nullable":
		return wrap(shapeNullable, args, depth)
	case "Array":
		return wrap(shapeArray, args, depth)
	case "LowCardinality":
		return lowCardinality(args, depth)
	case "Map":
		pair, err := tuple(args, depth)
		return &nativeType{shape: shapeArray, inner: []*nativeType{pair}}, err
	case "Tuple":
		return tuple(args, depth)
	case "Nested":
		row, err := tuple(args, depth)
		return &nativeType{shape: shapeArray, inner: []*nativeType{row}}, err
	case "SimpleAggregateFunction":
		if len(args) == 2 {
			return parseTypeAt(args[1], depth+1)
		}
	}
	if plain, ok := geoType(name); ok {
		return parseTypeAt(plain, depth+1)
	}
	return nil, fmt.Errorf("type %q has no known length in the Native format; read a finalized or "+
		"converted value instead", text)
}

func wrap(s shape, args []string, depth int) (*nativeType, error) {
	if len(args) != 1 {
		return nil, fmt.Errorf("a type takes one argument and has %d", len(args))
	}
	inner, err := parseTypeAt(args[0], depth+1)
	return &nativeType{shape: s, inner: []*nativeType{inner}}, err
}

// lowCardinality keeps its dictionary without the null map: null is the dictionary's first value.
func lowCardinality(args []string, depth int) (*nativeType, error) {
	t, err := wrap(shapeLowCard, args, depth)
	if err == nil && t.inner[0].shape == shapeNullable {
		t.inner = t.inner[0].inner
	}
	return t, err
}

// tuple reads elements with or without names.
func tuple(args []string, depth int) (*nativeType, error) {
	t := &nativeType{shape: shapeTuple}
	for _, arg := range args {
		inner, err := parseTypeAt(withoutName(arg), depth+1)
		if err != nil {
			return nil, err
		}
		t.inner = append(t.inner, inner)
	}
	if len(t.inner) == 0 {
		return &nativeType{size: 1}, nil // Tuple() is stored as one byte a row
	}
	return t, nil
}

// withoutName removes the name of a tuple's element: "`a b` UInt8" is UInt8.
func withoutName(arg string) string {
	l := &lex.Lexer{Text: arg}
	first := l.Next()
	second := l.Next()
	if second.Kind == lex.Word || second.Kind == lex.Quoted {
		return arg[second.Start:]
	}
	return arg[first.Start:]
}

// splitArgs cuts the arguments of a type at the commas outside of parentheses and strings.
func splitArgs(text string) []string {
	l := &lex.Lexer{Text: text}
	var args []string
	from := 0
	for t := l.Next(); t.Kind != lex.End; t = l.Next() {
		if t.Depth == 0 && l.Mark(t) == ',' {
			args = append(args, text[from:t.Start])
			from = t.End
		}
	}
	if strings.TrimSpace(text[from:]) == "" && args == nil {
		return nil
	}
	return append(args, text[from:])
}

func fixedSize(name string, args []string) int {
	switch name {
	case "UInt8", "Int8", "Bool", "Enum8", "Nothing":
		return 1
	case "UInt16", "Int16", "Date", "Enum16", "BFloat16":
		return 2
	case "UInt32", "Int32", "Float32", "Date32", "DateTime", "DateTime32", "IPv4", "Decimal32", "Time":
		return 4
	case "UInt64", "Int64", "Float64", "DateTime64", "Time64", "Decimal64":
		return 8
	case "UInt128", "Int128", "UUID", "IPv6", "Decimal128":
		return 16
	case "UInt256", "Int256", "Decimal256":
		return 32
	case "FixedString":
		return argument(args)
	case "Decimal":
		return decimalSize(argument(args))
	}
	if strings.HasPrefix(name, "Interval") {
		return 8
	}
	return 0
}

func argument(args []string) int {
	if len(args) == 0 {
		return 0
	}
	n, err := strconv.Atoi(strings.TrimSpace(args[0]))
	if err != nil || n < 0 {
		return 0
	}
	return n
}

func decimalSize(precision int) int {
	switch {
	case precision <= 0 || precision > 76:
		return 0
	case precision <= 9:
		return 4
	case precision <= 18:
		return 8
	case precision <= 38:
		return 16
	}
	return 32
}

func geoType(name string) (string, bool) {
	switch name {
	case "Point":
		return "Tuple(Float64, Float64)", true
	case "Ring", "LineString":
		return "Array(Point)", true
	case "Polygon", "MultiLineString":
		return "Array(Ring)", true
	case "MultiPolygon":
		return "Array(Polygon)", true
	}
	return "", false
}
