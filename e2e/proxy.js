// A program as a customer would write it for Twilio: it knows nothing of Repli, and takes its
// credentials from the environment. It asks Twilio for a call, by the library and by axios, and, if
// it is given a URL, that host for a page. It prints what it learned as JSON.
const { request } = require("node:https");
const { HttpsProxyAgent } = require("https-proxy-agent");
const axios = require("axios");
const twilio = require("twilio");

// told returns what a question to Twilio was refused with.
const told = (question) => question.then(
  () => ({}), ({ status, code, message }) => ({ status, code, message }));

// visit returns the page at a URL, and whose certificate was shown.
const visit = (url) => new Promise((resolve, reject) => {
  const agent = new HttpsProxyAgent(process.env.HTTPS_PROXY);
  request(url, { agent }, (response) => {
    const certificate = response.socket.getPeerCertificate().fingerprint256;
    response.setEncoding("utf8").on("data", (page) => resolve({ page, certificate }));
  }).on("error", reject).end();
});

const sid = "CA00000000000000000000000000000001";
const resource = `https://api.twilio.com/2010-04-01/Accounts/${process.env.TWILIO_ACCOUNT_SID}/Calls/${sid}.json`;

(async () => {
  const call = await told(twilio().calls(sid).fetch());
  const plain = await told(axios.get(resource).catch((error) => { throw error.response?.data ?? error; }));
  const url = process.argv[2];
  console.log(JSON.stringify({ call, plain, other: url ? await visit(url) : null }));
})();
