package role

import (
	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/retail/event"
	"github.com/tillstream/tillstream/serving/recommend"
)

// attributionSigner seals and opens attributions: under one key, the edge that hands them out and the
// gateway that gets them back.
func attributionSigner(ring *staff.Ring) (*recommend.Signer, error) {
	return recommend.NewSigner(derive(ring.Root(), "attribution"))
}

// attributions shows the gateway a signer that only opens.
type attributions struct{ *recommend.Signer }

// Open returns what a sealed text says, in the words of events.
func (a attributions) Open(text string) (*event.Attribution, error) {
	opened, err := a.Signer.Open([]byte(text))
	if err != nil {
		return nil, err
	}
	return &event.Attribution{ExperimentId: int32(opened.Experiment), Variant: int32(opened.Variant),
		HeldOut: opened.HeldOut, ByMember: opened.ByMember, Scene: sceneOf(opened.Scene),
		Model: opened.Model, Request: opened.Request}, nil
}

// sceneOf is a scene in the words of events, where the numbers begin with unspecified.
func sceneOf(s recommend.Scene) event.Scene {
	switch s {
	case recommend.Home:
		return event.Scene_SCENE_HOME
	case recommend.Product:
		return event.Scene_SCENE_PRODUCT
	case recommend.Cart:
		return event.Scene_SCENE_CART
	case recommend.AfterPayment:
		return event.Scene_SCENE_AFTER_PAYMENT
	case recommend.Guide:
		return event.Scene_SCENE_GUIDE
	}
	return event.Scene_SCENE_UNSPECIFIED
}
