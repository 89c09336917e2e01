package kafka

import (
	"errors"
	"testing"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

func TestAnAnswerThatNamesTopicsByIDIsUnderstood(t *testing.T) {
	id := [16]byte{7}
	req := &kmsg.OffsetCommitRequest{Topics: []kmsg.OffsetCommitRequestTopic{{Topic: "orders", TopicID: id}}}
	resp := &kmsg.OffsetCommitResponse{Version: 10, Topics: []kmsg.OffsetCommitResponseTopic{{
		TopicID: id,
		Partitions: []kmsg.OffsetCommitResponseTopicPartition{
			{Partition: 0}, {Partition: 1, ErrorCode: kerr.IllegalGeneration.Code},
		},
	}}}
	outcome := make(map[Partition]error)
	outcomes(req, resp, outcome)
	kept := Committed{Partition: Partition{"orders", 0}}
	if err := commitError(kept, nil, outcome); err != nil {
		t.Errorf("%v, want nothing", err)
	}
	fenced := Committed{Partition: Partition{"orders", 1}}
	if err := commitError(fenced, nil, outcome); !errors.Is(err, ErrFenced) {
		t.Errorf("%v, want %v", err, ErrFenced)
	}
	absent := Committed{Partition: Partition{"orders", 2}}
	if err := commitError(absent, nil, outcome); err == nil {
		t.Error("a partition without an answer counts as committed")
	}
}
