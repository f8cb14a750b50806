import { number } from "./server.js";
import { phone } from "./pages.js";
import { expect, test } from "./test.js";

test.use({ timezoneId: "Asia/Kolkata" });

test("a clock is in the browser's zone, with the instant in UTC on hover", async ({ page, repli }) => {
  await repli.texts(phone, "hello");
  await page.goto(`/console/phone/${phone}/${number}`);
  const time = page.locator(".bubble.own time");
  const at = new Date(await time.getAttribute("datetime"));
  const here = at.toLocaleTimeString("en", { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Kolkata" });
  await expect(time).toHaveText(here);
  await expect(time).toHaveAttribute("title", / UTC$/);
  await page.screenshot({ path: "screenshots/clock.png" });
  await page.goto("/console/drills");
  await page.screenshot({ path: "screenshots/hack.png" });
  await page.setViewportSize({ width: 360, height: 800 });
  await page.screenshot({ path: "screenshots/hack-360.png" });
  await page.goto("/console/settings");
  await page.screenshot({ path: "screenshots/settings-360.png", fullPage: true });
});
