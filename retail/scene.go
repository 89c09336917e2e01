package retail

// Scene is where customers or staff are shown recommendations.
type Scene uint8

// The scenes: the first page, the page of a product, the cart, after payment, and a shop guide's view of a
// member.
const (
	HomeScene Scene = iota
	ProductScene
	CartScene
	AfterPaymentScene
	GuideScene
)

var sceneNames = [...]string{"home", "product", "cart", "after_payment", "guide"}

func (s Scene) String() string { return nameOf(sceneNames[:], s) }

// ParseScene finds a scene by its name; it does not keep the text.
func ParseScene[T string | []byte](name T) (Scene, bool) {
	for i, known := range sceneNames {
		if string(name) == known {
			return Scene(i), true
		}
	}
	return 0, false
}

// Scenes lists the scenes.
func Scenes() []Scene {
	return []Scene{HomeScene, ProductScene, CartScene, AfterPaymentScene, GuideScene}
}
