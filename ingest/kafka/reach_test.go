package kafka_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"net"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/tillstream/tillstream/ingest/kafka"
	"github.com/tillstream/tillstream/ingest/kafka/kafkatest"
)

func TestProduceEndsWithItsContextWhenTheBrokerNeverAnswers(t *testing.T) {
	network := kafkatest.NewNetwork(1, time.Microsecond, time.Millisecond)
	cluster, err := kafkatest.StartVirtual(network, 1, kafka.TopicSpec{Name: "facts", Partitions: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer cluster.Close()
	host := network.Host("producer")
	producer, err := kafka.NewProducer(kafka.ProducerConfig{
		Config: kafka.Config{Brokers: cluster.Brokers(), Dial: host.Dial},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer producer.Close()
	ctx, cancel := context.WithCancel(t.Context())
	host.Tap(func(key int16, answer bool) bool {
		if key == kmsg.Produce.Int16() {
			// The broker may have got the record; the client cannot know.
			host.Kill()
			cancel()
		}
		return true
	})
	ended := make(chan error, 1)
	go func() { ended <- producer.Produce(ctx, []*kafka.Record{{Topic: "facts", Value: []byte("x")}}) }()
	select {
	case err := <-ended:
		if !errors.Is(err, context.Canceled) {
			t.Errorf("the call ended with %v", err)
		}
	case <-time.After(30 * time.Second):
		t.Fatal("the call waits for a broker that is gone, though its context has ended")
	}
}

func TestConnectionsAreOpenedAsConfigured(t *testing.T) {
	// The certificate that the standard library's test server bears, for 127.0.0.1.
	web := httptest.NewUnstartedServer(nil)
	web.StartTLS()
	defer web.Close()
	authorities := filepath.Join(t.TempDir(), "ca.pem")
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: web.Certificate().Raw})
	if err := os.WriteFile(authorities, text, 0o600); err != nil {
		t.Fatal(err)
	}
	f := func(conf kafka.TLS, own ...kfake.Opt) {
		t.Helper()
		fake, err := kfake.NewCluster(append(own, kfake.NumBrokers(1))...)
		if err != nil {
			t.Fatal(err)
		}
		defer fake.Close()
		var dialled atomic.Int32
		admin, err := kafka.NewAdmin(kafka.Config{
			Brokers: fake.ListenAddrs(), TLS: conf,
			Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
				dialled.Add(1)
				return new(net.Dialer).DialContext(ctx, network, address)
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		defer admin.Close()
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		if err := admin.Ping(ctx); err != nil || dialled.Load() == 0 {
			t.Errorf("with TLS %+v: %v after %d connections", conf, err, dialled.Load())
		}
	}
	f(kafka.TLS{})
	pair := web.TLS.Certificates
	server := kfake.TLS(&tls.Config{Certificates: pair, ClientCAs: x509.NewCertPool()})
	f(kafka.TLS{Enabled: true, CAFile: authorities}, server)
}

func TestAMemberThatIsLetInAnewMustStartOver(t *testing.T) {
	network := kafkatest.NewNetwork(2, time.Microsecond, time.Millisecond)
	cluster, err := kafkatest.StartVirtual(network, 1, kafka.TopicSpec{Name: "facts", Partitions: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer cluster.Close()
	assigned := make(chan struct{}, 10)
	g, err := kafka.Join(kafka.GroupConfig{
		Config: kafka.Config{Brokers: cluster.Brokers(), Dial: network.Host("member").Dial},
		Group:  "readers", Topics: []string{"facts"}, SessionTimeout: time.Second,
		RebalanceTimeout: time.Second, HeartbeatInterval: 20 * time.Millisecond,
		OnAssigned: func(context.Context, []kafka.Committed) { assigned <- struct{}{} },
	})
	if err != nil {
		t.Fatal(err)
	}
	defer g.Close()
	polled := make(chan error)
	go func() {
		for {
			_, err := g.Poll(t.Context(), 1)
			if errors.Is(err, kafka.ErrExpelled) || t.Context().Err() != nil {
				polled <- err
				return
			}
		}
	}()
	<-assigned
	mine := kafka.Committed{Partition: kafka.Partition{Topic: "facts"}, Offset: 0, Metadata: "mine"}
	if err := g.Commit(t.Context(), mine); err != nil {
		t.Fatal(err)
	}
	// The group forgets the member while that is about to join again.
	fake := cluster.Fake()
	fake.Fault(
		kfake.Fault{Keys: []kmsg.Key{kmsg.JoinGroup}, Err: kerr.UnknownMemberID},
		kfake.Fault{Keys: []kmsg.Key{kmsg.Heartbeat}, Err: kerr.RebalanceInProgress},
	)
	first := fake.GroupInfo("readers").Members[0].MemberID
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	_, err = fake.WaitGroupInfo(ctx, "readers", func(i *kfake.GroupInfo) bool {
		return i != nil && i.State == "Stable" && len(i.Members) == 1 && i.Members[0].MemberID != first
	})
	if err != nil {
		t.Fatalf("the member did not join anew: %v", err)
	}
	for err == nil {
		// Until the client has heard that it is in, commits fail for other reasons or are refused.
		if err = g.Commit(ctx, mine); err != nil && !errors.Is(err, kafka.ErrExpelled) && ctx.Err() == nil {
			err = nil
		}
	}
	if !errors.Is(err, kafka.ErrExpelled) {
		t.Errorf("a commit for a partition of the former member ended with %v", err)
	}
	if err := <-polled; !errors.Is(err, kafka.ErrExpelled) {
		t.Errorf("a poll ended with %v", err)
	}
}
