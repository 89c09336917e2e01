package local

import (
	"bytes"
	"errors"
	"io"
	"testing"

	chcompress "github.com/ClickHouse/ch-go/compress"
)

func TestBlocksRoundTrip(t *testing.T) {
	plain := bytes.Repeat([]byte("till stream "), 300_000)
	for _, method := range []string{"LZ4", "ZSTD"} {
		var b bytes.Buffer
		w := newBlockWriter(&b, method, 1)
		if _, err := w.Write(plain); err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(&blockReader{r: &b})
		if err != nil || !bytes.Equal(got, plain) {
			t.Fatalf("%s: %d bytes of %d, %v", method, len(got), len(plain), err)
		}
	}
}

// What the reader takes, it takes whole; and what is cut or changed, it refuses by name.
func TestBlockDamage(t *testing.T) {
	w := chcompress.NewWriter(0, chcompress.LZ4)
	if err := w.Compress([]byte("some text, some text")); err != nil {
		t.Fatal(err)
	}
	for at := range w.Data {
		damaged := bytes.Clone(w.Data)
		damaged[at] ^= 1
		var known *exception
		if _, err := io.ReadAll(&blockReader{r: bytes.NewReader(damaged)}); !errors.As(err, &known) {
			t.Fatalf("byte %d changed: %v", at, err)
		}
		_, err := io.ReadAll(&blockReader{r: bytes.NewReader(w.Data[:at])})
		if at > 0 && !errors.As(err, &known) {
			t.Fatalf("cut at %d: %v", at, err)
		}
	}
}

func FuzzBlockReader(f *testing.F) {
	for _, method := range []chcompress.Method{chcompress.LZ4, chcompress.ZSTD, chcompress.None} {
		w := chcompress.NewWriter(0, method)
		if err := w.Compress([]byte("some text, some text")); err != nil {
			f.Fatal(err)
		}
		f.Add(w.Data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		_, _ = io.Copy(io.Discard, io.LimitReader(&blockReader{r: bytes.NewReader(data)}, 1<<20))
	})
}

// FuzzBlockBody reaches behind the checksum.
func FuzzBlockBody(f *testing.F) {
	f.Add(byte(methodLZ4), []byte("\x50hello"), uint16(5))
	f.Add(byte(methodZSTD), []byte("\x28\xb5\x2f\xfd"), uint16(5))
	f.Fuzz(func(t *testing.T, method byte, from []byte, size uint16) {
		b := &blockReader{}
		if err := b.decompress(method, from, int(size)); err == nil && len(b.rest) != int(size) {
			t.Fatalf("%d bytes, want %d", len(b.rest), size)
		}
	})
}
