package role

import (
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/tillstream/tillstream/retail/event"
	"github.com/tillstream/tillstream/serving/recommend"
)

// What the edge seals, the gateway reads, in the words of events; and nothing else.
func TestTheGatewayReadsWhatTheEdgeSeals(t *testing.T) {
	edge, err := recommend.NewSigner(derive([]byte("root"), "attribution"))
	if err != nil {
		t.Fatal(err)
	}
	gate := attributions{edge}
	for scene := recommend.Home; scene <= recommend.Guide; scene++ {
		var sheet recommend.Sheet
		text := edge.Append(nil, &sheet, recommend.Attribution{Model: 1 << 31, Request: 9, Experiment: 3,
			Variant: 2, Scene: scene, HeldOut: true, ByMember: true})
		want := &event.Attribution{ExperimentId: 3, Variant: 2, HeldOut: true, ByMember: true,
			Scene: event.Scene(scene + 1), Model: 1 << 31, Request: 9}
		if got, err := gate.Open(string(text)); err != nil || !proto.Equal(got, want) {
			t.Errorf("%s is read as %v, %v", scene, got, err)
		}
		if name := want.Scene.String(); len(name) < 7 || name == "SCENE_UNSPECIFIED" {
			t.Errorf("%s has no name in events: %s", scene, name)
		}
		other, _ := recommend.NewSigner(derive([]byte("another root"), "attribution"))
		if got, err := (attributions{other}).Open(string(text)); err == nil {
			t.Errorf("another key reads %v", got)
		}
	}
}
