import { hello } from "./server.js";
import { expect, test } from "./test.js";

test("new rows come by themselves, and wait when somebody reads further down", async ({ page, repli }) => {
  for (let i = 0; i < 15; i++) await repli.texts("+15557770001", `text ${i}`);
  await page.goto("/console/messages");
  await page.evaluate(() => { window.stayed = true; });
  const rows = page.locator("[data-rows] tr");
  await expect(rows).toHaveCount(30);
  await repli.texts("+15557770002", "a text that has just come");
  await expect(rows.filter({ hasText: "a text that has just come" }).first()).toBeVisible();
  await expect(rows).toHaveCount(32);

  await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
  const height = await page.evaluate(() => document.body.scrollHeight);
  await repli.texts("+15557770003", "a text that waits");
  const button = page.locator("[data-arrivals]");
  await expect(button).toHaveText("2 new");
  expect(await page.evaluate(() => document.body.scrollHeight), "nothing has moved").toBe(height);
  await button.click();
  await expect(rows.filter({ hasText: "a text that waits" }).first()).toBeVisible();
  expect(await page.evaluate(() => window.stayed), "the page was not loaded again").toBe(true);
});

test("every list is live: a bin that is broken elsewhere says so here", async ({ page, repli }) => {
  await page.goto("/console/bins");
  await expect(page.getByRole("row", { name: /Hello/ })).toContainText("Valid");
  await repli.call("PUT", `/bins/${hello}`, { friendly_name: "Hello", twiml: "<response/>" });
  await expect(page.getByRole("row", { name: /Hello/ })).toContainText("Invalid");
});

test("a page that was open when the server ended comes back with it", async ({ page, repli, wrong }) => {
  wrong.expect(/ERR_CONNECTION_REFUSED|ERR_EMPTY_RESPONSE|ERR_INCOMPLETE|ERR_CONNECTION_RESET/);
  await page.goto("/console/messages");
  const began = Date.now();
  repli.process.kill("SIGTERM");
  await repli.ended;
  expect(Date.now() - began, "ms the server took to end with a page open, who would have 5 s to go").toBeLessThan(5000);
});

test("a code of the debugger leads to its alerts, whatever is filtered", async ({ page, repli }) => {
  await repli.call("PUT", `/bins/${hello}`, { friendly_name: "Hello", twiml: "<response/>" });
  await repli.texts("+15557770001", "hello");
  await page.goto("/console/debugger?level=error&number=%2B15550001000");
  await page.getByRole("link", { name: "12102" }).click();
  await expect(page.getByRole("row", { name: /The root element is/ })).toBeVisible();
  await expect(page).toHaveURL(/code=12102.*level=error.*number=%2B15550001000/);
  await page.getByRole("row", { name: /The root element is/ }).getByRole("link").first().click();
  await page.getByRole("link", { name: "Show the timeline of the text" }).click();
  await expect(page.locator(".try").first()).toContainText("12102");
});
