package chain

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"

	"github.com/tillstream/tillstream/oltp/child"
)

// role describes the process of one role. Addresses travel as arguments; what holds a password travels
// in the environment, which other users of the machine cannot read.
func (c *Chain) role(name, url, ready string) ward {
	return ward{name, func(ctx context.Context) (process, error) {
		spec := child.Spec{Name: name, LogFile: c.cfg.State.Path("log", name+".log"),
			Cmd: c.command(name, url), ReadyWithin: roleReadyWithin}
		if ready != "" {
			spec.Ready = func(ctx context.Context) error { return answers(ctx, ready) }
		}
		p, err := child.Start(ctx, spec)
		if err != nil {
			return nil, err
		}
		return p, nil
	}}
}

func (c *Chain) command(name, url string) *exec.Cmd {
	args, addr := []string{name}, c.Addresses()
	if c.cfg.Detour != nil {
		addr = c.cfg.Detour(name, addr)
	}
	listen := strings.TrimPrefix(url, "http://")
	switch name {
	case "oltp":
		args = append(args, "--listen", listen)
		if c.cfg.Simulate != nil { // who simulates customers simulates their money and their couriers
			args = append(args, "--simulate-payments", "--simulate-couriers")
		}
	case "stream":
		// A name keeps its partitions over a crash instead of waiting for the old session to end.
		args = append(args, "--listen", listen, "--instance", "local")
	case "ingest":
		args = append(args, "--listen", listen, "--relay-listen",
			strings.TrimPrefix(addr.Relay, "http://"))
	case "serve":
		args = append(args, "--listen", listen, "--edge", strings.TrimPrefix(addr.Edge, "http://"),
			"--orders-url", addr.Orders, "--gateway-url", addr.Gateway)
		if c.cfg.Hint {
			args = append(args, "--demo")
		}
	case "train":
		args = append(args, c.cfg.Train...)
	case "simulate":
		args = append(append(args, "--url", addr.Console, "--stream-url", addr.Stream),
			c.cfg.Simulate...)
	}
	cmd := exec.Command(c.cfg.Exe, append(args, c.cfg.RoleArgs[name]...)...)
	cmd.Env = append(os.Environ(),
		"TILLSTREAM_STATE="+string(c.cfg.State),
		"TILLSTREAM_POSTGRES="+addr.Postgres,
		"TILLSTREAM_KAFKA="+addr.Kafka,
		"TILLSTREAM_CLICKHOUSE="+addr.ClickHouse,
		"TILLSTREAM_TOKEN_KEY_FILE="+c.cfg.State.KeyFile(),
		"TILLSTREAM_IDENTITY_KEY_FILE="+c.cfg.State.IdentityFile(),
		"TILLSTREAM_MASTER_KEYS_FILE="+c.cfg.State.MasterFile(),
		"TILLSTREAM_USERS_FILE="+c.cfg.State.UsersFile())
	return cmd
}

func answers(ctx context.Context, url string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 1<<16))
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answers %d", url, resp.StatusCode)
	}
	return nil
}
