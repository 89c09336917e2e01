package local

import (
	"bytes"
	"encoding/binary"
	"strings"
)

// The engine hands a streamed result over in pieces, each a whole document of the format. A joiner makes
// one document of them; formats that cannot be joined are not streamed.

// joiner appends the next piece to dst. Pieces come in order.
type joiner func(dst, piece []byte) ([]byte, error)

// newJoiner returns how pieces of the format are joined, nil if they cannot be.
func newJoiner(format string, revision int) joiner {
	switch format {
	case "Native":
		return nativeJoiner(revision)
	case "ArrowStream":
		return arrowJoiner()
	case "CSV", "TabSeparated", "TSV", "TabSeparatedRaw", "TSVRaw", "RowBinary", "JSONEachRow",
		"JSONLines", "NDJSON", "JSONCompactEachRow", "JSONStringsEachRow", "JSONCompactStringsEachRow",
		"TSKV", "LineAsString", "RawBLOB", "Null":
		return appendPiece
	case "CSVWithNames":
		return headJoiner(csvHead(1))
	case "CSVWithNamesAndTypes":
		return headJoiner(csvHead(2))
	case "RowBinaryWithNamesAndTypes":
		return headJoiner(rowBinaryHead(2))
	case "RowBinaryWithNames":
		return headJoiner(rowBinaryHead(1))
	}
	if base, ok := strings.CutSuffix(format, "WithNames"); ok && linewise(base) {
		return headJoiner(lineHead(1))
	}
	if base, ok := strings.CutSuffix(format, "WithNamesAndTypes"); ok && linewise(base) {
		return headJoiner(lineHead(2))
	}
	return nil
}

func linewise(format string) bool {
	switch format {
	case "TabSeparated", "TSV", "TabSeparatedRaw", "TSVRaw", "JSONCompactEachRow",
		"JSONCompactStringsEachRow":
		return true
	}
	return false
}

func appendPiece(dst, piece []byte) ([]byte, error) { return append(dst, piece...), nil }

// headJoiner keeps the head of the first piece only. headSize measures a head.
func headJoiner(headSize func([]byte) int) joiner {
	first := true
	return func(dst, piece []byte) ([]byte, error) {
		if first {
			first = false
			return append(dst, piece...), nil
		}
		return append(dst, piece[headSize(piece):]...), nil
	}
}

func lineHead(lines int) func([]byte) int {
	return func(b []byte) int {
		at := 0
		for range lines {
			i := bytes.IndexByte(b[at:], '\n')
			if i < 0 {
				return len(b)
			}
			at += i + 1
		}
		return at
	}
}

// csvHead measures records: a line end within quotes does not end one.
func csvHead(records int) func([]byte) int {
	return func(b []byte) int {
		quoted, left := false, records
		for i, c := range b {
			switch {
			case c == '"':
				quoted = !quoted
			case c == '\n' && !quoted:
				if left--; left == 0 {
					return i + 1
				}
			}
		}
		return len(b)
	}
}

// rowBinaryHead measures the number of columns, their names and, of two lists, their types.
func rowBinaryHead(lists int) func([]byte) int {
	return func(b []byte) int {
		c := &cursor{b: b}
		n := c.length()
		for i := 0; i < lists*n && c.err == nil; i++ {
			c.text()
		}
		if c.err != nil {
			return len(b)
		}
		return c.at
	}
}

// nativeJoiner gives the blocks the client's revision. A piece holds whole blocks.
func nativeJoiner(revision int) joiner {
	types := map[string]*nativeType{}
	return func(dst, piece []byte) ([]byte, error) {
		if revision == 0 {
			return append(dst, piece...), nil
		}
		out, taken, err := reblock(dst, piece, revision, types)
		if err == nil && taken != len(piece) {
			err = newException(codeUnknownPacket, "The engine returned a block that is cut",
				"UNKNOWN_PACKET_FROM_SERVER")
		}
		return out, err
	}
}

// arrowEnd marks the end of an Arrow stream.
var arrowEnd = []byte{0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0}

// arrowJoiner makes one Arrow stream of several: the schema of the first, the batches of all. The end
// mark is left to the caller, see trailer.
func arrowJoiner() joiner {
	first := true
	return func(dst, piece []byte) ([]byte, error) {
		piece = bytes.TrimSuffix(piece, arrowEnd)
		from := 0
		if !first {
			if len(piece) < 8 {
				return dst, newException(codeUnknownPacket, "The engine returned an Arrow stream that is cut",
					"UNKNOWN_PACKET_FROM_SERVER")
			}
			// A message is a mark, the length of its metadata, and that. A schema has no body.
			from = min(len(piece), 8+int(binary.LittleEndian.Uint32(piece[4:])))
		}
		first = false
		return append(dst, piece[from:]...), nil
	}
}

// trailer is what ends a joined document.
func trailer(format string) []byte {
	if format == "ArrowStream" {
		return arrowEnd
	}
	return nil
}
