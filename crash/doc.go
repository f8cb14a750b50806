// Package crash proves that Repli keeps its promises when it is killed.
//
// A round runs the real binary on its own store. Two hundred phones text it while a customer
// answers slowly; the process is killed with SIGKILL, at a random moment or at a named point, and
// started again on the same store, several times. At the end, every acknowledged text must have
// exactly one answer in the phone network's journal, and every row of the store is accounted for.
//
// The tested binary differs from the product by edits: a few lines that replace others at build
// time. One set of edits makes the process die at a named point, in package point; others break a
// promise, to show that this proof can fail. The product itself contains no test code.
package crash
