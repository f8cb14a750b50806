// Package repli defines the nouns of a two-way messaging server: an account and its numbers, a
// number's chain of handlers, its messages, the attempts to answer them, and the alerts about
// failures.
//
// The files of this package are the nouns; other packages implement what is done with them.
// Nothing here does I/O. A decision returns a [Change], which the store commits as a whole or not
// at all.
package repli
