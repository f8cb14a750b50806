// What a page says when the server stops, hangs, and comes back.
import { number } from "./server.js";
import { phone } from "./pages.js";
import { expect, test } from "./test.js";

const patience = { timeout: 20_000 };
const banner = (page) => page.getByRole("alert").filter({ hasText: /Not connected since \d\d:\d\d.*; what stands here is old\./ });

const colour = (locator) => locator.evaluate((e) => getComputedStyle(e).color);

test("a page says within 5 s that the server hangs, and is itself again when it answers", async ({ page, repli }) => {
  await repli.texts("+15557770001", "hello");
  await page.goto("/console");
  const yes = page.locator(".overview-answer .state.good");
  await expect(yes).toContainText("Yes");
  const [green, title, icon] = [await colour(yes), await page.title(), await page.locator("link[rel=icon]").getAttribute("href")];
  await page.waitForTimeout(6000); // nothing happens, and all is well
  await expect(banner(page)).toBeHidden();
  const began = Date.now();
  repli.process.kill("SIGSTOP");
  await expect(banner(page)).toBeVisible(patience);
  expect(Date.now() - began, "ms until the page says so").toBeLessThan(6000);
  expect(await colour(yes), "the verdict is greyed").not.toBe(green);
  await expect(page).toHaveTitle(/^Not connected · /);
  await expect(page.locator("link[rel=icon]")).not.toHaveAttribute("href", icon);
  repli.process.kill("SIGCONT");
  await expect(banner(page)).toBeHidden();
  await expect(page).toHaveTitle(title);
  await expect(page.locator("link[rel=icon]")).toHaveAttribute("href", icon);
  expect(await colour(yes)).toBe(green);
});

test("a page says that the server has stopped, whether it is live or a form", async ({ context, page, repli, wrong }) => {
  wrong.expect(/ERR_/);
  const tabs = [page, await context.newPage(), await context.newPage()];
  for (const [i, address] of ["/console/settings", `/console/phone/${phone}/${number}`, `/console/numbers/${number}`].entries()) await tabs[i].goto(address);
  repli.process.kill("SIGTERM");
  await repli.ended;
  for (const tab of tabs) {
    await expect(banner(tab), tab.url()).toBeVisible();
    await tab.screenshot({ path: `screenshots/lost-${tabs.indexOf(tab)}.png` });
  }
});
