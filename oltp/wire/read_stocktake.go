package wire

import (
	"math"

	"github.com/tillstream/tillstream/oltp/wire/scan"
)

// Read reads a stocktake.
func (s *Stocktake) Read(r *scan.Reader, _ Bounds) {
	if !r.Object(func(name []byte) bool {
		switch string(name) {
		case "store":
			s.Store = r.String(MaxCode)
		case "note":
			s.Note = r.String(MaxReason)
		case "simulated":
			s.Simulated = r.Bool()
		case "lines":
			readLines(r, &s.Lines, (*CountLine).read)
		default:
			return false
		}
		return true
	}) {
		return
	}
	need(r, "store", s.Store)
}

// Read reads counts.
func (c *Counts) Read(r *scan.Reader, _ Bounds) {
	if !r.Object(func(name []byte) bool {
		if string(name) != "lines" {
			return false
		}
		readLines(r, &c.Lines, (*CountLine).read)
		return true
	}) {
		return
	}
	needRows(r, "lines", len(c.Lines))
}

func (l *CountLine) read(r *scan.Reader) {
	if !r.Object(func(name []byte) bool {
		switch string(name) {
		case "sku":
			l.SKU = r.String(MaxCode)
		case "counted":
			l.Counted = int32(r.Int(0, math.MaxInt32))
		default:
			return false
		}
		return true
	}) {
		return
	}
	need(r, "sku", l.SKU)
}

// Read reads a bulk of safety stocks; each row's faults carry its index.
func (s *Safeties) Read(r *scan.Reader, bounds Bounds) {
	s.Safeties = readRows(r, bounds, "safeties", (*Safety).read)
}

func (s *Safety) read(r *scan.Reader) {
	if !r.Object(func(name []byte) bool {
		switch string(name) {
		case "store":
			s.Store = r.String(MaxCode)
		case "sku":
			s.SKU = r.String(MaxCode)
		case "safety":
			s.Safety = int32(r.Int(0, math.MaxInt32))
		default:
			return false
		}
		return true
	}) {
		return
	}
	need(r, "store", s.Store)
	need(r, "sku", s.SKU)
}
