// A help desk as a customer would write it for Twilio: it knows nothing of Repli, and takes its
// credentials from the environment.
//
//	node desk.js open PRIMARY FALLBACK PHONE PERSON
//	node desk.js review NUMBER PHONE MESSAGE
//
// open gets a number that is answered by the URLs PRIMARY and FALLBACK, sends 120 notes from it to
// PHONE, and one text through a messaging service to PERSON. review looks at what there is of that
// later. Each prints what it learned as JSON.
const client = require("twilio")();

const notes = 120;

const open = async (primary, fallback, phone, person) => {
  const [offered] = await client.availablePhoneNumbers("US").local.list({ areaCode: 510, limit: 1 });
  const bought = await client.incomingPhoneNumbers.create({ phoneNumber: offered.phoneNumber, smsUrl: primary });
  const number = await client.incomingPhoneNumbers(bought.sid).update({ smsFallbackUrl: fallback });
  let note;
  for (let i = 1; i <= notes; i++) {
    note = await client.messages.create({ from: number.phoneNumber, to: phone, body: `Note ${i}` });
  }
  const service = await client.messaging.v1.services.create({ friendlyName: "Desk", useInboundWebhookOnNumber: true });
  await client.messaging.v1.services(service.sid).phoneNumbers.create({ phoneNumberSid: number.sid });
  const members = await client.messaging.v1.services(service.sid).phoneNumbers.list();
  const message = await client.messages.create({ messagingServiceSid: service.sid, to: person, body: "Hello, this is the desk." });
  return {
    number: number.phoneNumber, primary: number.smsUrl, fallback: number.smsFallbackUrl,
    note: `${note.body} is ${note.status}`, members: members.map((m) => m.phoneNumber),
    message: message.sid, service: message.messagingServiceSid === service.sid, status: message.status,
  };
};

// bodies are the first and the last of a list, and how many there are.
const bodies = (list) => [list.length, list[0].body, list[list.length - 1].body].join(", ");

const each = (list, options) => new Promise((resolve, reject) => {
  const all = [];
  list.each({ ...options, callback: (item) => all.push(item), done: (err) => (err ? reject(err) : resolve(all)) });
});

const review = async (number, phone, message) => {
  const query = { from: number, to: phone, pageSize: 50 };
  const alerts = await client.monitor.v1.alerts.page({ pageSize: 1 });
  return {
    listed: bodies(await client.messages.list(query)),
    streamed: bodies(await each(client.messages, query)),
    onward: new URL(alerts.nextPageUrl).origin,
    alerts: (await client.monitor.v1.alerts.list({ logLevel: "error", pageSize: 1 })).map((a) => a.errorCode),
    sender: (await client.messages(message).fetch()).from,
  };
};

const [what, ...args] = process.argv.slice(2);
({ open, review })[what](...args).then((learned) => console.log(JSON.stringify(learned)));
