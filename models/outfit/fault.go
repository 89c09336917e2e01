package outfit

import "fmt"

// Faults read what customers say when they send something back: data/faults.tsv.
type Faults struct{ words map[string]Fault }

// NewFaults reads the table.
func NewFaults() (*Faults, error) {
	f := &Faults{words: map[string]Fault{}}
	err := each("faults", func(code, word string) error {
		switch code {
		case "small":
			f.words[word] = TooSmall
		case "large":
			f.words[word] = TooLarge
		default:
			return fmt.Errorf("there is no fault %q", code)
		}
		return nil
	})
	return f, err
}

// Read finds what was wrong with a size, by the longest word of the table in a text.
func (f *Faults) Read(text string) Fault {
	fault, _ := longest(f.words, text)
	return fault
}
