// A handler as a customer would write it: Express, behind the webhook() middleware of the
// twilio package. It answers GET and POST of /sms with the text it was sent, in brackets, and
// wants to hear at /status, by the same method, how its answer fares. At /told it is told what
// happens, in JSON, and at /debugger in the form of Twilio's debugger webhooks. It refuses (403)
// what the package refuses. The token comes from TWILIO_AUTH_TOKEN.
//
// It prints its port once it listens, and ends when its standard input does.
//
// The middleware takes the URL to check from the Host header, port included, and from the
// protocol of the connection, or what X-Forwarded-Proto says of it when a proxy on this machine
// ends TLS.
const express = require("express");
const twilio = require("twilio");

const app = express();
app.set("trust proxy", "loopback");
app.use(express.urlencoded({ extended: false }));

app.all("/sms", twilio.webhook(), (request, response) => {
  const params = request.method === "GET" ? request.query : request.body;
  const answer = new twilio.twiml.MessagingResponse();
  answer.message({ action: "/status", method: request.method }, `[${params.Body}]`);
  response.type("text/xml").send(answer.toString());
});

app.all("/status", twilio.webhook(), (request, response) => response.sendStatus(204));

app.post("/told", express.text({ type: "application/json" }), (request, response) => {
  const url = `http://${request.headers.host}${request.originalUrl}`;
  const signature = request.headers["x-twilio-signature"];
  const valid = twilio.validateRequestWithBody(process.env.TWILIO_AUTH_TOKEN, signature, url, request.body);
  response.sendStatus(valid && JSON.parse(request.body).test ? 204 : 403);
});

app.post("/debugger", twilio.webhook(), (request, response) => {
  const { Sid, Level, PayloadType, Payload } = request.body;
  const known = Sid.startsWith("NO") && ["ERROR", "WARNING"].includes(Level) && PayloadType === "application/json";
  response.sendStatus(known && JSON.parse(Payload).more_info ? 204 : 400);
});

const server = app.listen(0, "127.0.0.1", () => console.log(server.address().port));
process.stdin.resume().on("end", () => process.exit());
