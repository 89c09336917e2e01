package stream_test

import (
	"testing"

	"github.com/tillstream/tillstream/ingest/kafka/apache"
)

func TestOnApacheKafka(t *testing.T) {
	apache.Again(t,
		"TestSalesReachTheSinkOnce",
		"TestALoneRecordDoesNotWait",
		"TestRepetitionsVanish",
		"TestPoisonGoesToTheDeadLettersAndItsNeighboursOn",
		"TestASinkThatIsAwayIsWaitedForAndNothingIsLost",
		"TestEnginesShareAndHandOver",
		"TestRetentionThatPassesARecordIsSaid",
		"TestStateOfAnotherProgramEndsTheEngine",
		"TestACrashAtAnyStepCountsNothingTwiceAndLosesNothing",
		"TestACrashAtEachStepOfOneBatch",
		"TestRetentionThatPassesAnOpenBatchIsSaid",
		"TestAZombieWritesNothingAfterItsSuccessor")
}
