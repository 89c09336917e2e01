package kafka

import (
	"sync"

	"github.com/twmb/franz-go/pkg/kgo"
)

// pool keeps the memory of fetched records: that of their batches, unpacked, and the records themselves.
// It serves consumers that give every record back with Recycle; from others the collector takes it.
type pool struct{ unpacked, records sync.Pool }

// unpackRatio is what a batch of facts grows to at most, mostly: a larger one is grown by the client.
const unpackRatio = 4

// GetDecompressBytes implements kgo.PoolDecompressBytes.
func (p *pool) GetDecompressBytes(packed []byte, _ kgo.CompressionCodecType) []byte {
	if b, ok := p.unpacked.Get().(*[]byte); ok {
		return *b
	}
	return make([]byte, 0, unpackRatio*len(packed))
}

// PutDecompressBytes implements kgo.PoolDecompressBytes.
func (p *pool) PutDecompressBytes(b []byte) { p.unpacked.Put(&b) }

// GetRecords implements kgo.PoolRecords.
func (p *pool) GetRecords(n int) []kgo.Record {
	if r, ok := p.records.Get().(*[]kgo.Record); ok && cap(*r) >= n {
		return *r
	}
	return make([]kgo.Record, n)
}

// PutRecords implements kgo.PoolRecords.
func (p *pool) PutRecords(r []kgo.Record) { p.records.Put(&r) }
