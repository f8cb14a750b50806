import { number } from "./server.js";
import { phone } from "./pages.js";
import { expect, test } from "./test.js";

const banner = (page) => page.getByRole("complementary").filter({ hasText: "fails on purpose" });

test("a fault on purpose stands on every page, counts down, and ends by itself", async ({ page, repli }) => {
  await page.goto(`/console/numbers/${number}`);
  await page.getByRole("radio", { name: /^<response>/ }).check();
  await page.getByLabel("For the next").fill("2");
  await page.getByRole("button", { name: "Break it" }).click();
  for (const address of ["/console/bins", "/console/settings", "/console"]) {
    await page.goto(address);
    await expect(banner(page), address).toContainText("for 2 more texts");
  }
  for (let i = 0; i < 2; i++) expect((await repli.texts(phone, "hello")).answered_by).toBe("fallback");
  expect((await repli.texts(phone, "hello")).answered_by).toBe("primary");
  await expect(banner(page), "it ends without the page being loaded again").toHaveCount(0);
});

test("a fault for some minutes counts down, and is ended by its button", async ({ page }) => {
  await page.goto(`/console/numbers/${number}`);
  await page.getByLabel("For the next").fill("2");
  await page.getByLabel("Messages or minutes").selectOption("minutes");
  await page.getByRole("button", { name: "Break it" }).click();
  await page.goto("/console/bins");
  const left = banner(page).locator("count-down");
  await expect(left).toHaveText(/^1:\d\d$/);
  const first = await left.textContent();
  await expect(left).not.toHaveText(first);
  await banner(page).getByRole("button", { name: "End now" }).click();
  await expect(page, "one stays where one was").toHaveURL(/\/console\/bins$/);
  await expect(banner(page)).toHaveCount(0);
});

test("a primary that is proved in a rehearsal ends the time on the fallback", async ({ page, repli }) => {
  await repli.call("POST", `/numbers/${number}/faults`, { kind: "status_500", messages: 1 });
  await repli.texts(phone, "hello");
  await page.goto(`/console/numbers/${number}`);
  await expect(page.getByText("has been on its fallback")).toBeVisible();
  await page.getByRole("button", { name: "Rehearse", exact: true }).click();
  await expect(page.getByRole("status")).toContainText("The primary answers");
  await expect(page.getByText("has been on its fallback")).toHaveCount(0);
});

test("a page with nothing else that is live shows a fault that is set elsewhere, and its end", async ({ page, repli, wrong }) => {
  wrong.expect(/status of 404 .*\/console\/nowhere/);
  for (const address of ["/console/settings", `/console/numbers/${number}`, "/console/nowhere"]) {
    await page.goto(address);
    await repli.call("POST", `/numbers/${number}/faults`, { kind: "status_500", messages: 1 });
    await expect(banner(page), address).toContainText("for 1 more text");
    await repli.call("DELETE", `/numbers/${number}/faults`);
    await expect(banner(page), address).toHaveCount(0);
  }
});
