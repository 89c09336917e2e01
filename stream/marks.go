package stream

import (
	"hash/fnv"

	"github.com/tillstream/tillstream/retail/event"
)

// MaxSources is the most high-water marks that fit into the metadata of an offset commit.
const MaxSources = 96

// mark is the highest position seen of one source; a source is kept as the hash of its name, since
// the metadata has no room for names.
type mark struct {
	source uint64
	at     event.Position
}

// marks are the high-water marks of one partition, the source heard last in front. They are part of
// what a batch is built from, so their order and what falls out must follow from the records alone.
type marks struct {
	list []mark
	max  int
}

func sourceID(name []byte) uint64 {
	h := fnv.New64a()
	h.Write(name)
	return h.Sum64()
}

// passed reports whether p does not lie above the mark of its source: then its record is a
// repetition.
func (m *marks) passed(source uint64, p event.Position) bool {
	for i := range m.list {
		if m.list[i].source == source {
			return !p.Above(m.list[i].at)
		}
	}
	return false
}

// raise moves the mark of the source to p. Where there is no room for another source, the one not
// heard for longest is forgotten.
func (m *marks) raise(source uint64, p event.Position) {
	at := 0
	for at < len(m.list) && m.list[at].source != source {
		at++
	}
	switch {
	case at < len(m.list):
	case len(m.list) < m.max:
		m.list = append(m.list, mark{})
	default:
		at--
	}
	copy(m.list[1:at+1], m.list[:at])
	m.list[0] = mark{source, p}
}

// set makes m a copy of from.
func (m *marks) set(from *marks) {
	m.list = append(m.list[:0], from.list...)
	m.max = from.max
}
