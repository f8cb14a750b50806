// A Fastify app: node fastify.js PORT.
const app = require("fastify")();
const twiml = "<Response><Message>Your balance is 7.40.</Message></Response>";

app.addContentTypeParser("*", (request, payload, done) => { payload.resume(); done(); });
app.post("/string", async () => twiml);
app.post("/throw", async () => { throw new Error("no such account"); });
app.post("/object", async () => ({ answer: twiml }));
app.listen({ port: Number(process.argv[2]), host: "127.0.0.1" });
