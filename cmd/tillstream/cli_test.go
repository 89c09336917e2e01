package main_test

import (
	"bytes"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// cli runs the program and returns its exit code and all that it printed.
func cli(t *testing.T, env []string, args ...string) (code int, out string) {
	t.Helper()
	bin, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(bin, args...)
	cmd.Env = append(os.Environ(), env...)
	var all bytes.Buffer
	cmd.Stdout, cmd.Stderr = &all, &all
	timer := time.AfterFunc(2*time.Minute, func() { _ = cmd.Process.Kill() })
	defer timer.Stop()
	err = cmd.Run()
	if exit, ok := err.(*exec.ExitError); ok {
		return exit.ExitCode(), all.String()
	}
	if err != nil {
		t.Fatal(err)
	}
	return 0, all.String()
}

// Whatever keeps a command from working is said with its name and a way out.
func TestCommandsSayWhatIsWrong(t *testing.T) {
	f := func(name string, env, args []string, says ...string) {
		t.Helper()
		code, out := cli(t, env, args...)
		if code == 0 {
			t.Errorf("%s: %v succeeded:\n%s", name, args, out)
		}
		for _, word := range says {
			if !strings.Contains(out, word) {
				t.Errorf("%s: %v does not say %q:\n%s", name, args, word, tail(out))
			}
		}
	}
	state := t.TempDir()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	demo := []string{"demo", "--data", state, "--world", "none", "--no-open"}
	f("port taken", nil, append(demo, "--listen", taken.Addr().String()),
		taken.Addr().String(), "--listen")
	f("bad address", nil, append(demo, "--listen", "nonsense"), "nonsense", "host:port")
	f("data folder below a file", nil, []string{"demo", "--data", file + "/x"}, file, "--data")
	f("engine package absent", []string{"TILLSTREAM_ENGINES=" + t.TempDir(), "PATH=/nowhere"},
		append(demo, "--listen", "127.0.0.1:0", "--edge", "127.0.0.1:0"), "make engines")
	f("no chain", nil, []string{"kpi", "--data", state}, "tillstream demo")
	f("no key", nil, []string{"token", "--data", t.TempDir()}, "tillstream demo")
	f("unknown data set", nil, []string{"replay", "nonsense", state}, "completejourney")
	f("bad speed", nil, []string{"replay", "completejourney", state, "--speed", "fast"}, "fast", "1000x")
	f("role without address", []string{"TILLSTREAM_KAFKA="}, []string{"stream"}, "TILLSTREAM_KAFKA")
	key := filepath.Join(t.TempDir(), "token.key")
	if err := os.WriteFile(key, []byte(strings.Repeat("ab", 32)), 0o600); err != nil {
		t.Fatal(err)
	}
	f("no master key", []string{"TILLSTREAM_POSTGRES=postgres://h/db", "TILLSTREAM_TOKEN_KEY_FILE=" + key},
		[]string{"oltp"}, "TILLSTREAM_MASTER_KEYS_FILE")
	masters := "TILLSTREAM_MASTER_KEYS=m1:" + strings.Repeat("cd", 32)
	f("no identity key", []string{"TILLSTREAM_POSTGRES=postgres://h/db", "TILLSTREAM_TOKEN_KEY_FILE=" + key,
		masters}, []string{"oltp"}, "TILLSTREAM_IDENTITY_KEY_FILE", "tillstream identity-key")
	f("unconfirmed erasure", nil, []string{"erase", "--member", "M1", "--url", "http://127.0.0.1:1",
		"--access-token", "x"}, "nothing was erased", "--yes")
	f("unknown command", nil, []string{"sell"}, "sell")
}

// A data set that cannot be read is refused with file, line, field, value and reason.
func TestReplaySaysWhatIsWrongWithTheData(t *testing.T) {
	d := startDemo(t, "--world", "none")
	products := `"product_id","manufacturer_id","department","brand","product_category",` +
		`"product_type","package_size"` + "\n" + `"1","2","GROCERY","National","A","B","1"` + "\n"
	header := `"household_id","store_id","basket_id","product_id","quantity","sales_value",` +
		`"retail_disc","coupon_disc","coupon_match_disc","week","transaction_timestamp"` + "\n"
	good := `"1","9","77","1",1,3.86,0.43,0,0,5,"2017-01-28T19:06:53Z"` + "\n"
	f := func(name, transactions string, code int, says ...string) {
		t.Helper()
		dir := t.TempDir()
		for file, text := range map[string]string{"products.csv": products,
			"transactions_sample.csv": transactions} {
			if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got, out := cli(t, nil, "replay", "completejourney", dir, "--again", "--data", d.state)
		if got != code {
			t.Errorf("%s: exit code %d, want %d:\n%s", name, got, code, tail(out))
		}
		for _, word := range says {
			if !strings.Contains(out, word) {
				t.Errorf("%s: the report does not say %q:\n%s", name, word, tail(out))
			}
		}
	}
	f("wrong columns", "a,b,c\n1,2,3\n", 1, "transactions_sample.csv", "household_id")
	f("truncated", header+good+`"1","9","78"`, 0, "transactions_sample.csv", "3")
	f("a bad amount spares its neighbours",
		header+good+`"1","9","79","1",1,3.x6,0,0,0,5,"2017-01-28T19:06:53Z"`+"\n", 0,
		"sales_value", "3.x6", "1 orders")
	if code, out := cli(t, nil, "replay", "completejourney", filepath.Join(d.state, "absent"),
		"--data", d.state); code != 1 || !strings.Contains(out, "absent") {
		t.Errorf("an absent folder gives %d:\n%s", code, out)
	}
	d.settled()
	rows := d.rows("--from", "2017-01-01", "--to", "2018-01-01", "--metrics", "net_sales,orders")
	expect(t, rows[0], map[string]string{"net_sales": "3.86", "orders": "1"})
}

// A flag wins over the environment, the environment over the file, the file over the default; secrets
// are not shown.
func TestSettingsHaveAnOrder(t *testing.T) {
	file := filepath.Join(t.TempDir(), "config.json")
	if err := os.WriteFile(file, []byte(`{"group": "from-file", "log-level": "warn"}`), 0o644); err != nil {
		t.Fatal(err)
	}
	secret := "hunter" + "2"
	code, out := cli(t, []string{"TILLSTREAM_GROUP=from-environment",
		"TILLSTREAM_POSTGRES=postgres://u:" + secret + "@h/db",
		"TILLSTREAM_MASTER_KEYS=m1:" + secret, "TILLSTREAM_KAFKA_PASSWORD=" + secret},
		"config", "--config", file)
	if code != 0 {
		t.Fatalf("config print fails:\n%s", out)
	}
	if strings.Contains(out, secret) {
		t.Errorf("a password is shown:\n%s", out)
	}
	for _, want := range []string{`"group": "from-environment"`, `postgres://u:***@h/db`} {
		if !strings.Contains(out, want) {
			t.Errorf("config print does not say %s:\n%s", want, out)
		}
	}
}
