package kafka_test

import (
	"testing"

	"github.com/tillstream/tillstream/ingest/kafka/apache"
)

func TestOnApacheKafka(t *testing.T) {
	apache.Again(t,
		"TestCommitsAreKeptWithTheirMetadata", "TestASecondMemberOfTheSameInstanceFencesTheFirst",
		"TestMetadataUpToTheBoundIsKept",
		"TestReadingGoesOnBehindTheCommit", "TestEnsureTopicsLeavesWhatIsThere",
		"TestProduceKeepsTheOrderWithEveryCompression", "TestARecordThatIsTooLargeSendsNothing",
		"TestProduceAsyncTellsEveryOutcome", "TestTailStartsWhereItIsTold", "TestTailSeesAllPartitions",
		"TestTailOfAnAbsentTopicOrClusterFails", "TestPollEndsWithContextAndClose")
}
