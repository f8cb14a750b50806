// The pages of the console, for the tests that look at each.
import { backup, number } from "./server.js";

// pages returns every page's name and address, on a server that has something to show.
export async function pages(repli) {
  await repli.texts("+15557770001", "hello");
  await repli.call("PUT", "/bins/EH00000000000000000000000000000001", {
    friendly_name: "Hello", twiml: '<?xml version="1.0"?>\n<response><Message>Hello!</Message></response>',
  });
  const failed = await repli.texts("+15557770001", "Are you open on Sunday?");
  const { numbers } = await repli.call("GET", "/numbers");
  const shop = numbers.find((n) => n.number === number);
  return {
    overview: "/console",
    numbers: "/console/numbers",
    number: `/console/numbers/${shop.sid}`,
    bins: "/console/bins",
    bin: `/console/bins/${backup}`,
    "new-bin": "/console/bins/new",
    broken: "/console/bins/EH00000000000000000000000000000001",
  };
}
