package gateway_test

import (
	"testing"

	"github.com/tillstream/tillstream/ingest/kafka/apache"
)

func TestOnApacheKafka(t *testing.T) {
	apache.Again(t,
		"TestEveryTypeBecomesItsFact",
		"TestRepeatedEventIsWrittenOnce")
}
