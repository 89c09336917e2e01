package intent

// Trait is a kind of thing that a text says.
type Trait uint8

// The traits.
const (
	Occasion Trait = iota + 1
	Recipient
	Age
	Season
	Need
	Category
	Brand
	Tag
	Colour
	Size
	Budget
	People
	Quantity
)

var traitNames = [...]string{"", "occasion", "recipient", "age", "season", "need", "category", "brand", "tag",
	"colour", "size", "budget", "people", "quantity"}

func (t Trait) String() string { return traitNames[t] }

// ParseTrait finds a trait by its name.
func ParseTrait(name string) (Trait, bool) {
	for t, known := range traitNames {
		if t > 0 && known == name {
			return Trait(t), true
		}
	}
	return 0, false
}

// Span is a part of a text and what it was taken for.
type Span struct {
	// From and To are byte offsets into the text, From ≤ at < To.
	From, To int
	Trait    Trait
	// Value is the code of what was found, or numbers in words that a machine wrote.
	Value string
}

// Group is whom goods are made for.
type Group string

// The groups. Of nobody in particular nothing is known.
const (
	Nobody Group = ""
	Baby   Group = "baby"
	Child  Group = "child"
	Teen   Group = "teen"
	Adult  Group = "adult"
	Woman  Group = "woman"
	Man    Group = "man"
	Elder  Group = "elder"
)

// Author is who read a wish from a text.
type Author string

// The authors.
const (
	BuiltIn Author = "built_in"
	Model   Author = "model"
)

// Wish is what somebody wants. Fields that the text says nothing about have their zero value.
type Wish struct {
	Author Author
	// Text is what was read; Spans and Rest point into it.
	Text string
	// Occasion, Recipient and Season are codes of the dictionaries.
	Occasion, Recipient, Season string
	// Group is whom the goods are for, from the recipient and the age.
	Group Group
	// FromMonths ≤ age ≤ ToMonths, in months; Aged says that an age is known at all.
	FromMonths, ToMonths int32
	Aged                 bool
	// Needs are codes of the dictionary of needs; Categories, Brands and Colours those of the chain.
	Needs, Categories, Brands, Colours []string
	// Tags are "hot", "new" or "limited". Sizes are as sizes are written, in capitals.
	Tags, Sizes []string
	// MinFen and MaxFen bound what all of it costs, in fen; 0 means any.
	MinFen, MaxFen int64
	// People is for how many it shall do, Quantity how many items, 0 if nothing is said.
	People, Quantity int32
	// Spans are what was understood, in the order of the text, Rest what was not.
	Spans []Span
	Rest  []Span
}

// Empty reports whether the wish says nothing that goods could be chosen by.
func (w *Wish) Empty() bool {
	return w.Occasion == "" && w.Group == Nobody && len(w.Needs)+len(w.Categories)+len(w.Brands)+
		len(w.Tags)+len(w.Colours)+len(w.Rest) == 0
}

// Minor reports whether it is for somebody below 18 years.
func (w *Wish) Minor() bool {
	return w.Group == Baby || w.Group == Child || w.Group == Teen || w.Aged && w.FromMonths < 18*12
}

// adultMonths is from where on an age is a grown-up's, and so on downwards.
const (
	elderMonths = 60 * 12
	adultMonths = 18 * 12
	teenMonths  = 13 * 12
	childMonths = 3 * 12
)

// groupOf is the group of an age.
func groupOf(months int32) Group {
	switch {
	case months < childMonths:
		return Baby
	case months < teenMonths:
		return Child
	case months < adultMonths:
		return Teen
	case months < elderMonths:
		return Adult
	}
	return Elder
}

// settle makes the group follow from the age where the text gives one: "儿子 20岁" is no child. A woman or a
// man stays one.
func (w *Wish) settle(recipient *recipient) {
	if recipient != nil {
		w.Group = recipient.group
		if !w.Aged && recipient.toMonths > 0 {
			w.Aged, w.FromMonths, w.ToMonths = true, recipient.fromMonths, recipient.toMonths
			return
		}
	}
	if !w.Aged {
		return
	}
	at := w.FromMonths
	if at == 0 { // "5岁以下" is not about babies alone
		at = w.ToMonths
	}
	by := groupOf(at)
	if (w.Group == Woman || w.Group == Man) && (by == Adult || by == Elder) {
		return
	}
	w.Group = by
}

// add appends what a list does not hold yet.
func add(list []string, value string) []string {
	for _, known := range list {
		if known == value {
			return list
		}
	}
	return append(list, value)
}
