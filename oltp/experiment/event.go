package experiment

import (
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/retail/event"
)

// Append appends the framed ExperimentChanged of an experiment to a packet.
func Append(packet []byte, e *retail.Experiment) ([]byte, error) {
	m := &event.ExperimentChanged{ExperimentId: int32(e.ID), Name: e.Name, FromUnixUs: e.From.UnixMicro(),
		UntilUnixUs: e.Until.UnixMicro(), Holdout: e.Holdout, Version: e.Version}
	for i := range e.Variants {
		m.Variants = append(m.Variants, &event.ExperimentVariant{Name: e.Variants[i].Name,
			Weight: e.Variants[i].Weight})
	}
	wire, err := event.Append(nil, m)
	if err != nil {
		return nil, err
	}
	return event.AppendFrame(packet, event.Frame{Kind: event.KindExperimentChanged, Key: int64(e.ID),
		Wire: wire}), nil
}
