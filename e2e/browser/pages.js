// The pages of the console, for the tests that look at each.
import { backup, hello, number, patience } from "./server.js";

export const phone = "+15557770001";

// A broken document, as people break one.
export const broken = '<?xml version="1.0" encoding="UTF-8"?>\n<response><Message>Hello!</Message></response>';

// pages returns every page's name and address, on a server that has something to show: texts
// that were answered by the primary, by the fallback and by nobody.
export async function pages(repli) {
  await repli.call("POST", "/numbers", { number: "+15550002000", steps: [{ url: "http://127.0.0.1:9/sms" }], friendly_name: "Shop" });
  await repli.texts(phone, "Hello, are you there?");
  await repli.call("PUT", `/bins/${hello}`, { friendly_name: "Hello", twiml: broken });
  const failed = await repli.texts(phone, "Are you open on Sunday?");
  await repli.texts("+15557770002", "Anybody?", "+15550002000");
  const { alerts: [alert] } = await repli.call("GET", "/alerts");
  const { numbers } = await repli.call("GET", "/numbers");
  const { sid } = numbers.find((n) => n.number === number);
  const drill = await drilled(repli);
  return {
    overview: "/console",
    numbers: "/console/numbers",
    number: `/console/numbers/${sid}`,
    bins: "/console/bins",
    bin: `/console/bins/${backup}`,
    "bin-broken": `/console/bins/${hello}`,
    "bin-new": "/console/bins/new",
    phone: "/console/phone",
    "phone-thread": `/console/phone/${phone}/${number}`,
    messages: "/console/messages",
    timeline: `/console/messages/${failed.sid}`,
    debugger: "/console/debugger",
    alert: `/console/debugger/${alert.sid}`,
    drills: "/console/drills",
    drill: `/console/drills/${drill}`,
    "drill-result": `/console/drills/${drill}/status_500`,
    carriers: "/console/carriers",
    settings: "/console/settings",
    nowhere: "/console/nowhere",
  };
}

// drilled drills a number, and returns the name of the drill once it has ended.
async function drilled(repli) {
  const { sid } = await repli.call("POST", "/drills", { number });
  for (const end = Date.now() + patience; Date.now() < end; await new Promise((r) => setTimeout(r, 50))) {
    if ((await repli.call("GET", `/drills/${sid}`)).status !== "running") return sid;
  }
  throw new Error(`the drill ${sid} does not end in ${patience} ms`);
}

// emptyPages are the lists of a server with nothing in them.
export const emptyPages = {
  overview: "/console", numbers: "/console/numbers?number=999", bins: "/console/bins", messages: "/console/messages",
  debugger: "/console/debugger", phone: "/console/phone", drills: "/console/drills",
};
