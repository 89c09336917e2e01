package local

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestForgetLostBlocks(t *testing.T) {
	data := t.TempDir()
	table := filepath.Join(data, "store", "abc", "abc-uuid")
	logs := filepath.Join(table, "deduplication_logs")
	for _, name := range []string{"deduplication_logs", "all_1_3_1", "202611_7_7_0_9",
		"tmp_insert_all_5_5_0", "detached"} {
		if err := os.MkdirAll(filepath.Join(table, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	write := func(number, text string) {
		file := filepath.Join(logs, "deduplication_log_"+number+".txt")
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("9", "1\tall_1_1_0\tone\n1\tall_2_2_0\ttwo\n1\tall_4_4_0\tdropped\n")
	const last = "2\tall_4_4_0\tdropped\n1\t202611_7_7_0\tseven\n1\tall_5_5_0\tlost\n"
	write("10", last+"1\tall_6_6_0\tcu")
	n, err := forgetLostBlocks(data)
	if err != nil || n != 1 {
		t.Fatalf("forgot %d, %v", n, err)
	}
	got, err := os.ReadFile(filepath.Join(logs, "deduplication_log_10.txt"))
	if want := last + "2\tall_5_5_0\tlost\n"; err != nil || string(got) != want {
		t.Fatalf("got %q, %v; want %q", got, err, want)
	}
	if n, err := forgetLostBlocks(data); err != nil || n != 0 {
		t.Fatalf("again: forgot %d, %v", n, err)
	}
	write("11", "what is this\n")
	if _, err := forgetLostBlocks(data); err == nil || !strings.Contains(err.Error(), "what is this") {
		t.Fatalf("a log that is not understood: %v", err)
	}
	if n, err := forgetLostBlocks(filepath.Join(data, "absent")); n != 0 || err != nil {
		t.Fatal(n, err)
	}
}
