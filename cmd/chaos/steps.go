package chaos

// step is a moment of a protocol that can be seen on the wire: the gates on the way to the engines see it
// pass, and kill before, while or after the other side knows.
type step struct {
	name, victim string
	// gate is the way on which the step is seen.
	gate gateName
	// sight is what passes there at that moment.
	sight sight
}

// What passes on the wire. Rows go to ClickHouse as the bodies of INSERT statements; a transaction of orders
// carries the packet of its events; a confirmation of the relay is a CopyData message of 38 bytes, its length
// included, that begins with r.
const (
	insertSeen  = "query=INSERT"
	packetSeen  = "tillstream/1"
	commitSeen  = "COMMIT\x00"
	confirmSeen = "d\x00\x00\x00\x26r"
)

// steps are the moments at which half of the work is done. A write is declared before it is made, so that
// the statement that asks for it comes after its intent.
func steps() []step {
	return []step{
		{"when a batch is declared and not written", "stream", streamToClickHouse,
			sight{of: insertSeen, when: beforePassing}},
		{"while a batch is written", "stream", streamToClickHouse,
			sight{of: insertSeen, when: afterPassing}},
		{"when a batch is written and not completed", "stream", streamToClickHouse,
			sight{of: insertSeen, when: beforeAnswer}},
		{"when one table of a batch is written", "stream", streamToClickHouse,
			sight{of: insertSeen, skip: 1, when: afterPassing}},
		{"while it writes a batch", "clickhouse", streamToClickHouse,
			sight{of: insertSeen, when: afterPassing}},
		{"when it has written and not answered", "clickhouse", streamToClickHouse,
			sight{of: insertSeen, when: beforeAnswer}},
		{"before it sends a transaction", "oltp", oltpToPostgres,
			sight{of: packetSeen, when: beforePassing}},
		{"when orders are committed and not answered", "oltp", oltpToPostgres,
			sight{of: commitSeen, back: true, when: beforePassing}},
		{"while it writes a transaction", "postgres", oltpToPostgres,
			sight{of: packetSeen, when: afterPassing}},
		{"when it has committed and not answered", "postgres", oltpToPostgres,
			sight{of: commitSeen, back: true, when: beforePassing}},
		{"when it has read facts and not sent them", "ingest", ingestToPostgres,
			sight{of: packetSeen, back: true, when: afterPassing}},
		{"when facts are acknowledged and not confirmed", "ingest", ingestToPostgres,
			sight{of: confirmSeen, when: beforePassing}},
		{"while it hands facts to the relay", "postgres", ingestToPostgres,
			sight{of: packetSeen, back: true, when: beforePassing}},
	}
}
