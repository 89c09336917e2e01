package cdc_test

import (
	"testing"

	"github.com/tillstream/tillstream/ingest/kafka/apache"
)

func TestOnApacheKafka(t *testing.T) {
	apache.Again(t,
		"TestFactsOfOneTransactionShareItsPosition",
		"TestRecordsBearTheirFact",
		"TestTransactionsInterleave",
		"TestPoisonGoesToTheDeadLetters",
		"TestRelayKilledAtRandomPoints",
		"TestConnectionCutAgainAndAgain",
		"TestSecondRelayWaitsAndTakesOver",
		"TestDroppedSlotIsAnswered",
		"TestRemadeSlotIsAnswered",
		"TestUnfinishedSnapshotIsOwed",
		"TestIdleRelayLetsTheLogGo")
}
