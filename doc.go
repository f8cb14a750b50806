// Package repli holds the nouns of a two-way messaging server: an account and its numbers,
// a number's chain of handlers, the messages that pass, the attempts made to answer them,
// and the alerts that say what went wrong.
//
// The files of this folder are the nouns; the folders beside them are what is done with
// them. Nothing here does I/O. A decision returns a [Change]; the store makes it durable,
// all of it or none of it.
package repli
