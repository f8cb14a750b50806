// A handler as a customer would write it: Express, behind the webhook() middleware of the
// twilio package. It answers GET and POST of /sms with the text it was sent, in brackets, and
// wants to hear at /status, by the same method, how its answer fares. It refuses (403) what
// the middleware refuses. The token comes from TWILIO_AUTH_TOKEN.
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

const server = app.listen(0, "127.0.0.1", () => console.log(server.address().port));
process.stdin.resume().on("end", () => process.exit());
