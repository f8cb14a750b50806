package frame

// A Label is a state in words, and how good it is. The template "labelled" shows it.
type Label struct {
	Level string // good, warn, bad or dull
	Key   string // of a text, or ""
}
