package apache

import (
	"bytes"
	"context"
	_ "embed"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"text/template"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/tillstream/tillstream/oltp/child"
)

// The ports of a node: for clients, for its peers, and for the quorum.
const (
	clientPort = iota
	peerPort
	controllerPort
	portsPerNode
)

// clusterID is any 16 bytes in base64; every cluster lives alone in its folder.
const clusterID = "dGlsbHN0cmVhbS10ZXN0cw"

// heap bounds each Java process; with what Java needs beside it a node stays below 500 MB.
const heap = "-Xmx256m"

//go:embed server.properties
var serverProperties string

//go:embed log4j2.properties
var logProperties []byte

// node is one server.
type node struct {
	id, nodes      int
	dir            string
	java           string
	classPath      string
	ports          []int
	user, password string
	certificate    string // PEM of key and certificate; "" without TLS

	mu      sync.Mutex
	process *child.Process // nil while the node is down
}

func findJava() (string, error) {
	java, err := exec.LookPath("java")
	if err != nil {
		return "", &missing{err.Error()}
	}
	return java, nil
}

func (n *node) address() string { return loopback(n.ports[clientPort]) }

func loopback(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }

// write writes the node's settings.
func (n *node) write(voters string) error {
	if err := os.MkdirAll(n.dir, 0o755); err != nil {
		return err
	}
	form, err := template.New("server.properties").Parse(serverProperties)
	if err != nil {
		return err
	}
	var text bytes.Buffer
	err = form.Execute(&text, map[string]any{
		"ID": n.id, "Voters": voters, "Dir": filepath.Join(n.dir, "data"), "Nodes": n.nodes,
		"MinISR": min(2, n.nodes), "Client": n.address(), "Peer": loopback(n.ports[peerPort]),
		"Controller": loopback(n.ports[controllerPort]), "Certificate": n.certificate,
	})
	if err != nil {
		return err
	}
	if err := os.WriteFile(n.file("server.properties"), text.Bytes(), 0o600); err != nil {
		return err
	}
	return os.WriteFile(n.file("log4j2.properties"), logProperties, 0o600)
}

func (n *node) file(name string) string { return filepath.Join(n.dir, name) }

// command runs a class of the server. Only the first compiler and a collector without threads of its
// own: a node of a test lives for seconds and shares two cores with the test.
func (n *node) command(ctx context.Context, class string, args ...string) *exec.Cmd {
	argv := []string{heap, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto",
		"-Djava.awt.headless=true", "-Dlog4j2.configurationFile=" + n.file("log4j2.properties"),
		"-cp", n.classPath, class}
	cmd := exec.CommandContext(ctx, n.java, append(argv, args...)...)
	cmd.Dir = n.dir
	return cmd
}

// format prepares the data folder as an operator would, with the user who may log in.
func (n *node) format(ctx context.Context) error {
	args := []string{"format", "--cluster-id", clusterID, "--config", n.file("server.properties")}
	if n.user != "" {
		args = append(args, "--add-scram",
			fmt.Sprintf("SCRAM-SHA-512=[name=%s,password=%s]", n.user, n.password))
	}
	out, err := n.command(ctx, "kafka.tools.StorageTool", args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("cannot format the storage of node %d: %w\n%s", n.id, err, out)
	}
	return nil
}

// start runs the server until kill.
func (n *node) start(ctx context.Context) error {
	p, err := child.Start(ctx, child.Spec{
		Name:    fmt.Sprintf("Apache Kafka, node %d", n.id),
		Cmd:     n.command(context.Background(), "kafka.Kafka", n.file("server.properties")),
		LogFile: n.file("server.log"),
		// When the test's process dies there is nothing to bring in order.
		StopSignal:  syscall.SIGKILL,
		ReadyWithin: 2 * time.Minute,
		Ready: func(ctx context.Context) error {
			ctx, cancel := context.WithTimeout(ctx, time.Second)
			defer cancel()
			return n.ready(ctx)
		},
	})
	if err != nil {
		return err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.process = p
	return nil
}

// ready asks the node whether the quorum counts it among the brokers; only then topics can lie on it.
// It asks by the listener for peers, which wants no password.
func (n *node) ready(ctx context.Context) error {
	client, err := kgo.NewClient(kgo.SeedBrokers(loopback(n.ports[peerPort])))
	if err != nil {
		return err
	}
	defer client.Close()
	meta, err := kadm.NewClient(client).BrokerMetadata(ctx)
	if err != nil {
		return err
	}
	if !slices.Contains(meta.Brokers.NodeIDs(), int32(n.id)) {
		return fmt.Errorf("the brokers are %v", meta.Brokers.NodeIDs())
	}
	return nil
}

func (n *node) kill() {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.process != nil {
		n.process.Kill()
		n.process = nil
	}
}
