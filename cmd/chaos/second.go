package chaos

import (
	"net"
	"os"
	"os/exec"

	"github.com/tillstream/tillstream/oltp/child"
)

// second names a consumer beside the one that the chain keeps.
const second = "second_stream"

// secondStream starts one more consumer of the group, through the same gate.
func (c *campaign) secondStream(args ...string) (*child.Process, error) {
	// A port that was free a moment ago is free still, or the start fails and says so.
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	address := l.Addr().String()
	if err := l.Close(); err != nil {
		return nil, err
	}
	a := c.gates.detour("stream", c.at())
	cmd := exec.Command(c.cfg.Exe, append([]string{"stream", "--listen", address}, args...)...)
	cmd.Env = append(os.Environ(), "TILLSTREAM_KAFKA="+a.Kafka, "TILLSTREAM_CLICKHOUSE="+a.ClickHouse)
	return child.Start(c.ctx, child.Spec{Name: second, Cmd: cmd,
		LogFile: c.house.State.Path("log", "stream-second.log")})
}
