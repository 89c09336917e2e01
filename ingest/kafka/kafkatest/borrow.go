package kafkatest

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
)

// borrowed is the server that all tests of this process share: one test at a time, which finds it
// empty and leaves it so.
var borrowed struct {
	sync.Mutex
	by lender
}

// lender knows who holds the server.
type lender struct {
	sync.Mutex
	test string
}

func (l *lender) is(test string) {
	l.Lock()
	defer l.Unlock()
	l.test = test
}

func (l *lender) blocks(test string) bool {
	l.Lock()
	defer l.Unlock()
	return l.test != "" && (l.test == test || strings.HasPrefix(test, l.test+"/"))
}

// Borrowed is what a test that runs on the named server writes into its log.
const Borrowed = "this test runs on the Kafka of " + Variable

// emptyWithin bounds how long the server may take to forget a test's groups: members that were killed
// stay for their session.
const emptyWithin = time.Minute

// borrow waits until no other test has the server, and gives it back, emptied, when the test ends.
func borrow(t testing.TB, server string) {
	t.Helper()
	if borrowed.by.blocks(t.Name()) {
		t.Fatalf("%s wants a second Kafka while it holds the one of %s: use subtests", t.Name(), Variable)
	}
	borrowed.Lock()
	borrowed.by.is(t.Name())
	ctx := context.Background()
	var topics kadm.TopicDetails
	err := asked(server, func(admin *kadm.Client) (err error) {
		topics, err = admin.ListTopics(ctx)
		return err
	})
	if err != nil || len(topics) > 0 {
		borrowed.by.is("")
		borrowed.Unlock()
		t.Fatalf("the Kafka of %s must be empty, since its topics are deleted: it holds %v; %v", Variable,
			topics.Names(), err)
	}
	t.Log(Borrowed)
	t.Cleanup(func() {
		defer borrowed.Unlock()
		defer borrowed.by.is("")
		if err := asked(server, func(a *kadm.Client) error { return empty(ctx, a) }); err != nil {
			t.Errorf("cannot empty the Kafka of %s: %v", Variable, err)
		}
	})
}

// asked asks with a client of its own, since a client remembers for a while which topics there were.
func asked(server string, question func(*kadm.Client) error) error {
	client, err := kgo.NewClient(kgo.SeedBrokers(server))
	if err != nil {
		return err
	}
	defer client.Close()
	return question(kadm.NewClient(client))
}

// empty deletes all topics but the server's own, and all groups.
func empty(ctx context.Context, admin *kadm.Client) error {
	ctx, cancel := context.WithTimeout(ctx, emptyWithin)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		// A topic is listed for a moment after its deletion, so the list decides, not the answer.
		topics, err := admin.ListTopics(ctx)
		if err != nil {
			return err
		}
		if _, err := admin.DeleteTopics(ctx, topics.Names()...); err != nil {
			return err
		}
		left, err := forget(ctx, admin)
		if err != nil || !left && len(topics) == 0 {
			return err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// forget deletes the groups and says whether some are left, because members are.
func forget(ctx context.Context, admin *kadm.Client) (left bool, err error) {
	groups, err := admin.ListGroups(ctx)
	if err != nil {
		return false, err
	}
	deleted, err := admin.DeleteGroups(ctx, groups.Groups()...)
	if err != nil {
		return false, err
	}
	for _, g := range deleted.Sorted() {
		again := []error{kerr.NonEmptyGroup, kerr.CoordinatorLoadInProgress, kerr.NotCoordinator}
		switch {
		case g.Err == nil || errors.Is(g.Err, kerr.GroupIDNotFound):
		case slices.ContainsFunc(again, func(e error) bool { return errors.Is(g.Err, e) }):
			left = true
		default:
			return false, g.Err
		}
	}
	return left, nil
}
