// The picture in the README. It is compared with what the console looks like now, so that it
// does not go stale: after a change that is meant,
//
//	make browser BROWSER="picture --update-snapshots"
//
// draws it again.
import { createServer } from "node:http";
import { once } from "node:events";
import { backup } from "./server.js";
import { broken } from "./pages.js";
import { expect, test } from "./test.js";

const phone = "+15557770001";
const shop = "+15550002000";

test.use({ deviceScaleFactor: 1 });

// A slow handler answers after a while, with what cannot be used.
async function slowHandler() {
  const server = createServer((_, answer) => setTimeout(() => answer.setHeader("Content-Type", "text/xml").end(broken), 1500));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { url: `http://127.0.0.1:${server.address().port}/sms`, close: () => server.close() };
}

// settle makes what differs from run to run the same: times, durations, names and ports.
function settle() {
  document.activeElement?.blur();
  const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node.parentElement.closest(".scale")) continue;
    node.data = node.data
      .replace(/\b(SM|AT)[0-9a-f]{32}\b/g, "$1019a2b7c8d9e7f00a1b2c3d4e5f60718")
      .replace(/127\.0\.0\.1:\d+/g, "127.0.0.1:3000")
      .replace(/\b\d\d:\d\d(:\d\d\.\d+)?\b/g, "14:07")
      .replace(/^\s*(now|\d+ seconds? ago)\s*$/, "just now")
      .replace(/\b\d,\d\d\d ms/g, "1,504 ms").replace(/\b\d{1,3} ms/g, "2 ms").replace(/1,2 ms/g, "1,504 ms");
  }
}

test("the picture in the README shows what the console looks like", async ({ page, repli, context }) => {
  const handler = await slowHandler();
  await repli.call("POST", "/numbers", { number: shop, friendly_name: "Shop", steps: [{ url: handler.url }, { bin: backup }] });
  const sent = await repli.texts(phone, "Are you open on Sunday?", shop);
  handler.close();

  await page.setViewportSize({ width: 420, height: 800 });
  await page.goto(`/console/phone/${phone}/${shop}`);
  await expect(page.locator(".bubble.ours")).toContainText("Delivered");
  await page.evaluate(settle);
  const held = await page.locator(".device").screenshot();
  await page.setViewportSize({ width: 1100, height: 900 });
  await page.goto(`/console/messages/${sent.sid}`);
  await page.locator(".try summary .who").last().click(); // it is closed
  await page.evaluate(settle);
  const why = await page.locator(".timeline").screenshot();

  const paper = await context.newPage();
  const image = (png) => `<img src="data:image/png;base64,${png.toString("base64")}">`;
  await paper.setContent(`<body style="margin: 0"><div id="both" style="display: inline-flex; gap: 24px; padding: 24px; align-items: flex-start; background: #fff">${image(held)}${image(why)}`);
  await expect(paper.locator("#both")).toHaveScreenshot("phone-and-timeline.png", { maxDiffPixelRatio: 0.02 });
});
