package local_test

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/tillstream/tillstream/ingest/kafka/local"
)

// member speaks the protocol of groups by itself, so that it can die at any step.
type member struct {
	t          *testing.T
	conn       net.Conn
	group, id  string
	generation int32
	// leads is how many members the leader was told of.
	leads int
}

func newMember(t *testing.T, address, group string) *member {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(30 * time.Second)); err != nil {
		t.Fatal(err)
	}
	m := &member{t: t, conn: conn, group: group}
	if err := m.join(); !errors.Is(err, kerr.MemberIDRequired) {
		t.Fatalf("a member without a name: %v, want to be given one", err)
	}
	return m
}

// Versions whose answers bear no tags, so that a header is a length and a number.
const (
	joinVersion, syncVersion, beatVersion = 5, 3, 3
	headBytes                             = 8
)

func (m *member) send(req kmsg.Request, version int16) {
	m.t.Helper()
	req.SetVersion(version)
	if _, err := m.conn.Write(kmsg.NewRequestFormatter().AppendRequest(nil, req, 1)); err != nil {
		m.t.Fatal(err)
	}
}

func (m *member) answer(into kmsg.Response, version int16) {
	m.t.Helper()
	into.SetVersion(version)
	head := make([]byte, headBytes)
	if _, err := io.ReadFull(m.conn, head); err != nil {
		m.t.Fatal(err)
	}
	body := make([]byte, binary.BigEndian.Uint32(head)-headBytes/2)
	if _, err := io.ReadFull(m.conn, body); err != nil {
		m.t.Fatal(err)
	}
	if err := into.ReadFrom(body); err != nil {
		m.t.Fatal(err)
	}
}

// ask sends the request to join.
func (m *member) ask() {
	m.t.Helper()
	req := kmsg.NewPtrJoinGroupRequest()
	req.Group, req.MemberID, req.ProtocolType = m.group, m.id, "consumer"
	req.SessionTimeoutMillis, req.RebalanceTimeoutMillis = 2000, 500
	p := kmsg.NewJoinGroupRequestProtocol()
	p.Name = "any"
	req.Protocols = append(req.Protocols, p)
	m.send(req, joinVersion)
}

// join returns when the group has gathered.
func (m *member) join() error {
	m.t.Helper()
	m.ask()
	resp := kmsg.NewPtrJoinGroupResponse()
	m.answer(resp, joinVersion)
	m.id, m.generation, m.leads = resp.MemberID, resp.Generation, len(resp.Members)
	return kerr.ErrorForCode(resp.ErrorCode)
}

// gather joins and ends the rebalance as the leader does, with nothing to do for anybody.
func (m *member) gather() {
	m.t.Helper()
	if err := m.join(); err != nil {
		m.t.Fatal(err)
	}
	req := kmsg.NewPtrSyncGroupRequest()
	req.Group, req.MemberID, req.Generation = m.group, m.id, m.generation
	m.send(req, syncVersion)
	resp := kmsg.NewPtrSyncGroupResponse()
	m.answer(resp, syncVersion)
	if err := kerr.ErrorForCode(resp.ErrorCode); err != nil {
		m.t.Fatal(err)
	}
}

func (m *member) beat() error {
	m.t.Helper()
	req := kmsg.NewPtrHeartbeatRequest()
	req.Group, req.MemberID, req.Generation = m.group, m.id, m.generation
	m.send(req, beatVersion)
	resp := kmsg.NewPtrHeartbeatResponse()
	m.answer(resp, beatVersion)
	return kerr.ErrorForCode(resp.ErrorCode)
}

// TestAMemberThatDiesWhileItJoinsLosesItsPlace lets one die in each of several groups: left to itself, the
// engine notices every other of them.
func TestAMemberThatDiesWhileItJoinsLosesItsPlace(t *testing.T) {
	server := start(t, local.Config{Dir: t.TempDir(), NoSync: true})
	for i := range 6 {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			group := fmt.Sprint("crowd", i)
			leader := newMember(t, server.Address(), group)
			leader.gather()
			other := newMember(t, server.Address(), group)
			other.ask()
			for leader.beat() == nil {
			}
			other.conn.Close()
			leader.gather()
			beats := time.NewTicker(10 * time.Millisecond)
			defer beats.Stop()
			for leader.leads > 1 {
				<-beats.C
				switch err := leader.beat(); {
				case errors.Is(err, kerr.RebalanceInProgress):
					leader.gather()
				case err != nil:
					t.Fatal(err)
				}
			}
		})
	}
}
