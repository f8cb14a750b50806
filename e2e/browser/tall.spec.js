// No page goes on below its content.
import { number } from "./server.js";
import { pages, phone } from "./pages.js";
import { expect, test } from "./test.js";

test("no page is taller than its content, at either width", async ({ page, repli, wrong }) => {
  wrong.expect(/status of 404 .*\/console\/nowhere/);
  const addresses = await pages(repli);
  for (let i = 0; i < 15; i++) await repli.texts(phone, `text ${i}`);
  const found = [];
  for (const width of [1440, 360]) {
    await page.setViewportSize({ width, height: 900 });
    for (const [name, address] of Object.entries(addresses)) {
      await page.goto(address);
      const over = await page.evaluate(() => document.documentElement.scrollHeight - Math.max(innerHeight, Math.ceil(document.body.getBoundingClientRect().bottom + scrollY)));
      if (over > 1) found.push(`${name} at ${width} px: ${over} px`);
      if (name === "phone-thread") await page.screenshot({ path: `screenshots/thread-${width}.png`, fullPage: true });
    }
  }
  expect(found, "pages with nothing below their content").toEqual([]);
  await page.goto(`/console/phone/${phone}/${number}`);
  await expect(page.locator(".bubble").last(), "the newest text is in sight").toBeInViewport();
});
