package servers

import "testing"

// nodeRuns returns what starts one of this folder's scripts.
func nodeRuns(script string, args ...string) func(*testing.T, *place) {
	return func(t *testing.T, p *place) {
		p.runs(t, append(append([]string{"node", "apps/" + script}, args...), p.port)...)
	}
}

// npm returns a program that prints the version of a package.
func npm(name string) []string {
	return []string{"node", "-p", "require('./node_modules/" + name + "/package.json').version"}
}

func nodes() []software {
	needs := func(name string) []string { return []string{"node", "node_modules/" + name} }
	return []software{
		{
			name: "Express 4", quick: true, needs: needs("express4"), version: npm("express4"), starts: nodeRuns("express.js", "express4"),
			rows: append(express(), fails("a rejected promise, after which the process ends", "/reject", 11205, "Express 5, which answers 500")),
		},
		{
			name: "Express 5", quick: true, needs: needs("express5"), version: npm("express5"), starts: nodeRuns("express.js", "express5"),
			rows: append(express(),
				fails("a rejected promise", "/reject", 11217, ""),
				fails("a throw in a timer, after which the process ends", "/timer", 11205, "a supervisor that starts it again")),
		},
		{
			name: "Fastify", quick: true, needs: needs("fastify"), version: npm("fastify"), starts: nodeRuns("fastify.js"),
			rows: []row{
				sends("it returns TwiML as a string", "/string", "<Response><Message>"+balance, "`reply.type(\"text/xml\")`; a string is text/plain").warns(looksLikeAnError),
				fails("it throws", "/throw", 11217, ""),
				fails("it returns an object", "/object", 12300, ""),
			},
		},
		{
			name: "Koa", quick: true, needs: needs("koa"), version: npm("koa"), starts: nodeRuns("koa.js"),
			rows: []row{
				fine("TwiML as a string, which it calls text/html", "/string", ""),
				fails("it throws", "/throw", 11217, ""),
				fails("no middleware answers", "/", 11217, ""),
			},
		},
		{
			name: "Nest", quick: true, needs: needs("@nestjs/core"), version: npm("@nestjs/core"), starts: nodeRuns("nest.js"),
			rows: []row{
				fine("TwiML as a string, which it sends as 201 and text/html", "/string", ""),
				fails("it throws", "/throw", 11217, ""),
			},
		},
		{
			name: "Node.js cluster", quick: true, needs: []string{"node"}, version: []string{"node", "--version"}, starts: nodeRuns("cluster.js"),
			rows: []row{
				fails("a worker is killed in mid-request, on a kept connection", "/kill", 11205, "").onKept(),
				fine("the worker of a kept connection has gone, and the next one is asked", "/last", "").onKept(),
			},
		},
	}
}

// express returns the rows that Express 4 and 5 share.
func express() []row {
	xml := "`text/xml` and `<Response/>` for silence"
	return []row{
		fails("it throws", "/throw", 11217, ""),
		fails("it destroys the connection", "/destroy", 11205, ""),
		fails("it hangs", "/hang#rt=1500", 11205, ""),
		fails(dies, "/half", 11205, ""),
		silent("`response.end()`", "/end", xml).warns(silentByMistake),
		sends("`response.sendStatus(200)`", "/200", "OK", xml).warns(looksLikeAnError),
		sends("`response.sendStatus(202)`", "/202", "Accepted", xml).warns(looksLikeAnError),
		sends("`response.type(\"txt\").send(error)`", "/text", "Error: no such account", "`next(error)`, which answers 500"),
		fails("`response.send(error)`", "/html", 12100, "`next(error)`, which answers 500"),
		fails("`response.json(…)`", "/json", 12300, "`response.status(500)`"),
	}
}
