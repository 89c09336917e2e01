package apache

import (
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/tillstream/tillstream/oltp/child/absent"
)

// Config says what to start.
type Config struct {
	// Nodes is how many servers; each is broker and controller. Default 1. With three, topics have
	// three copies, of which two must have a record before it is acknowledged.
	Nodes int
	// User and Password, if set, are asked of clients by SASL/SCRAM-SHA-512 within TLS, under a
	// certificate that the test signs itself.
	User, Password string
}

// Cluster is a running Kafka.
type Cluster struct {
	nodes []*node
	caPEM string
}

// Start runs a cluster that ends with the test. Its files and logs lie in the test's folder.
func Start(t testing.TB, cfg Config) *Cluster {
	t.Helper()
	cfg.Nodes = max(cfg.Nodes, 1)
	c, err := prepare(t, cfg)
	if gone := (*missing)(nil); errors.As(err, &gone) {
		absent.Skip(t, "%v", err)
	}
	if err != nil {
		t.Fatalf("cannot prepare Apache Kafka: %v", err)
	}
	t.Cleanup(func() { c.each(func(n *node) error { n.kill(); return nil }) })
	// The first format and the first start take seconds of a core each, so they go side by side.
	err = c.each(func(n *node) error {
		if err := n.format(t.Context()); err != nil {
			return err
		}
		return n.start(t.Context())
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func prepare(t testing.TB, cfg Config) (*Cluster, error) {
	java, err := findJava()
	if err != nil {
		return nil, err
	}
	path, err := classPath()
	if err != nil {
		return nil, err
	}
	ports, err := freePorts(cfg.Nodes * portsPerNode)
	if err != nil {
		return nil, err
	}
	c, dir := &Cluster{}, t.TempDir()
	var secrets string
	if cfg.User != "" {
		if c.caPEM, secrets, err = certificate(dir); err != nil {
			return nil, err
		}
	}
	for i := range cfg.Nodes {
		n := &node{
			id: i + 1, dir: filepath.Join(dir, fmt.Sprintf("node-%d", i+1)), java: java, classPath: path,
			ports: ports[i*portsPerNode : (i+1)*portsPerNode], user: cfg.User, password: cfg.Password,
			certificate: secrets, nodes: cfg.Nodes,
		}
		c.nodes = append(c.nodes, n)
	}
	var voters []string
	for _, n := range c.nodes {
		voters = append(voters, fmt.Sprintf("%d@127.0.0.1:%d", n.id, n.ports[controllerPort]))
	}
	for _, n := range c.nodes {
		if err := n.write(strings.Join(voters, ",")); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// freePorts holds all ports at once, so that they differ, and lets them go together.
func freePorts(n int) ([]int, error) {
	var ports []int
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, fmt.Errorf("cannot find a free port: %w", err)
		}
		defer l.Close()
		ports = append(ports, l.Addr().(*net.TCPAddr).Port)
	}
	return ports, nil
}

func (c *Cluster) each(do func(*node) error) error {
	var g errgroup.Group
	for _, n := range c.nodes {
		g.Go(func() error { return do(n) })
	}
	return g.Wait()
}

// Brokers returns the addresses for clients.
func (c *Cluster) Brokers() []string {
	var all []string
	for _, n := range c.nodes {
		all = append(all, n.address())
	}
	return all
}

// CAFile returns the authority that signed the cluster's certificate, PEM; "" without TLS.
func (c *Cluster) CAFile() string { return c.caPEM }

// Kill ends a node, counted from 0, as a crash would: SIGKILL.
func (c *Cluster) Kill(i int) { c.nodes[i].kill() }

// Restart starts a node that was killed, on its files and its ports.
func (c *Cluster) Restart(t testing.TB, i int) {
	t.Helper()
	if err := c.nodes[i].start(t.Context()); err != nil {
		t.Fatal(err)
	}
}
