package fact

import "github.com/tillstream/tillstream/retail/event"

// Shown holds what the attributions of Behaviours say.
type Shown struct {
	Experiment []int32
	Variant    []uint8
	HeldOut    []bool
	ByMember   []bool
	Scene      []uint8 // event.Scene, 0 without an attribution
	Model      []uint32
	Request    []uint64
}

// Add appends one; the zero value says that there is none.
func (t *Shown) Add(s event.Shown) {
	t.Experiment = append(t.Experiment, s.Experiment)
	t.Variant = append(t.Variant, uint8(max(0, min(s.Variant, 255))))
	t.HeldOut = append(t.HeldOut, s.HeldOut)
	t.ByMember = append(t.ByMember, s.ByMember)
	t.Scene = append(t.Scene, uint8(max(0, min(s.Scene, 255))))
	t.Model = append(t.Model, s.Model)
	t.Request = append(t.Request, s.Request)
}

func (t *Shown) reset() {
	t.Experiment = t.Experiment[:0]
	t.Variant = t.Variant[:0]
	t.HeldOut = t.HeldOut[:0]
	t.ByMember = t.ByMember[:0]
	t.Scene = t.Scene[:0]
	t.Model = t.Model[:0]
	t.Request = t.Request[:0]
}
