// Package servers puts real web servers and frameworks, whose apps fail, before Repli. Its tests send a
// text to each, compare the answer on the phone, the alert and the requests with a table, and what the
// servers sent with docs/servers.md, which they write.
//
// Without flags they play the servers that install quickly: nginx, PHP, Flask, Node.js and Go. With -all
// they play every server that this machine has, and name the others.
package servers
