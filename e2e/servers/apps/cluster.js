// Two workers behind one port, of which one dies when it is told to: node cluster.js PORT.
const cluster = require("node:cluster");
const http = require("node:http");
const twiml = "<Response><Message>Your balance is 7.40.</Message></Response>";

if (cluster.isPrimary) {
  cluster.fork();
  cluster.fork();
  cluster.on("exit", () => cluster.fork());
} else {
  http.createServer((request, response) => {
    if (request.url === "/kill") { setTimeout(() => process.kill(process.pid, "SIGKILL"), 500); return; }
    response.writeHead(200, { "Content-Type": "text/xml" }).end(twiml);
    if (request.url === "/last") setTimeout(() => process.exit(), 50);
  }).listen(Number(process.argv[2]), "127.0.0.1");
}
