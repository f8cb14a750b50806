// An Express app that fails as its path says: node express.js express4|express5 PORT.
const [, , version, port] = process.argv;
const app = require(version)();
const twiml = "<Response><Message>Your balance is 7.40.</Message></Response>";

app.post("/ok", (request, response) => response.type("text/xml").send(twiml));
app.post("/throw", () => { throw new Error("no such account"); });
app.post("/reject", async () => { throw new Error("no such account"); });
app.post("/destroy", (request, response) => response.destroy());
app.post("/hang", () => {});
app.post("/end", (request, response) => response.end());
app.post("/200", (request, response) => response.sendStatus(200));
app.post("/202", (request, response) => response.sendStatus(202));
app.post("/text", (request, response) => response.type("txt").send("Error: no such account"));
app.post("/html", (request, response) => response.send("Error: no such account"));
app.post("/json", (request, response) => response.json({ error: "no such account" }));
app.post("/half", (request, response) => {
  response.type("txt").write("Your balance is");
  setTimeout(() => response.destroy(), 200);
});
app.post("/timer", () => setTimeout(() => { throw new Error("no such account"); }, 100));

app.listen(Number(port), "127.0.0.1");
