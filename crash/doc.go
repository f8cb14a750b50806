// Package crash proves that Repli keeps its word when it is killed.
//
// A round runs the real binary on a store of its own. Two hundred phones text it while a
// customer takes his time to answer; then the process dies by SIGKILL, at a random moment or
// at a named point, and is started again on what it has left behind; and so on. When all is
// settled, every text that was acknowledged has exactly one answer in the phone network's
// journal, and whatever the store holds is accounted for.
//
// The binary differs from the product in what edits say: a few lines, laid over the sources
// while they are compiled. One set of edits lets the process die at a named point, which is
// package point; others break a promise, to show that this proof can fail. The product itself
// knows nothing of all this.
package crash
