package order

import "github.com/tillstream/tillstream/retail/event"

// noted writes the event of a step that changes no state.
func (e *encoder) noted(kind StepKind, o *Standing, at moment) {
	outcome := event.RoutingOutcome_ROUTING_OUTCOME_REMINDED
	if kind == MarkLate {
		outcome = event.RoutingOutcome_ROUTING_OUTCOME_LATE
	}
	e.routed(o, at, &event.OrderRouted{Outcome: outcome})
}

// routed fills in what an OrderRouted repeats of its order, and writes it.
func (e *encoder) routed(o *Standing, at moment, m *event.OrderRouted) {
	at.fill(&e.at)
	m.OrderId, m.StoreId, m.MemberId = int64(o.ID), int32(o.Store), int64(o.Member)
	m.Channel, m.Fulfilment = event.Channel(o.Channel), event.Fulfilment(o.Fulfilment)
	m.RoutedAt, m.Simulated = &e.at, o.Simulated
	e.frame(event.KindOrderRouted, o.Store, m)
}
