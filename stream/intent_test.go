package stream_test

import (
	"flag"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/tillstream/tillstream/stream"
)

var update = flag.Bool("update", false, "write the golden files anew")

func states() map[string]stream.State {
	many := stream.MarksOf(stream.State{})
	for i := range uint64(stream.MaxSources) {
		many = append(many, stream.Mark(math.MaxUint64-i, math.MaxUint64-i, math.MaxUint32))
	}
	return map[string]stream.State{
		"fresh":  stream.NewState(0, 0, 0, 0),
		"closed": stream.NewState(1234, 0, 0, 0, stream.Mark(1, 2, 3)),
		"open": stream.NewState(1234, 5678, 1, 0xfeedbeef, stream.Mark(9, 0x16b3748, 4),
			stream.Mark(8, 7, 0)),
		"full": stream.NewState(math.MaxInt32*1000, math.MaxInt32*1000+100_000, 7, math.MaxUint64,
			many...),
	}
}

func TestMetadataGolden(t *testing.T) {
	for name, s := range states() {
		file := filepath.Join("testdata", "metadata", name+".txt")
		text := s.Encode()
		if len(text) > 4000 {
			t.Errorf("%s has %d bytes, brokers take 4096", name, len(text))
		}
		if *update {
			if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, []byte(text+"\n"), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		frozen, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		// What is frozen must be read for ever, whatever is written today.
		got, err := stream.DecodeState(strings.TrimSpace(string(frozen)))
		if err != nil || !reflect.DeepEqual(got, s) {
			t.Errorf("%s reads as %+v, %v; want %+v", name, got, err, s)
		}
		if text != strings.TrimSpace(string(frozen)) {
			t.Errorf("%s is written as %s", name, text)
		}
	}
}

func TestDamagedMetadataIsRefused(t *testing.T) {
	open := states()["open"]
	good := open.Encode()
	f := func(text string) {
		t.Helper()
		if s, err := stream.DecodeState(text); err == nil {
			t.Errorf("%q reads as %+v", text, s)
		}
	}
	f("")
	f("consumer-1-6f3c")
	f("ts1.")
	f("ts1.%%%")
	for i := len("ts1."); i < len(good); i++ {
		f(good[:i])
		c := byte('A')
		if good[i] == 'A' {
			c = 'B'
		}
		f(good[:i] + string(c) + good[i+1:])
	}
}

func FuzzDecodeState(f *testing.F) {
	for _, s := range states() {
		f.Add(s.Encode())
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := stream.DecodeState(text)
		if err != nil {
			return
		}
		again, err := stream.DecodeState(s.Encode())
		if err != nil || !reflect.DeepEqual(again, s) {
			t.Fatalf("%q reads as %+v, written and read again as %+v, %v", text, s, again, err)
		}
	})
}
