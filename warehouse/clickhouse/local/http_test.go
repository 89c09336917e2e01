package local_test

import (
	"testing"

	"github.com/tillstream/tillstream/warehouse/clickhouse/chtest"
)

func TestMain(m *testing.M) { chtest.Main(m) }
