// Package e2e drives the built program from outside: by the command line, by HTTP, and by
// handlers made with Twilio's own libraries, since what they accept, refuse and count is the
// measure. It is a module of its own, so that the product does not depend on them.
//
// The tests need Node.js, the packages of each package-lock.json here, Python with Twilio's library, curl,
// nginx and, on Linux, strace; `make test` installs them.
package e2e
