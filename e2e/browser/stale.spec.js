import { hello, number } from "./server.js";
import { broken } from "./pages.js";
import { expect, test } from "./test.js";

test("a number's page says at once that its primary was broken elsewhere, and that Saved is over", async ({ page, repli }) => {
  await page.goto(`/console/numbers/${number}`);
  await page.getByLabel(/^Last resort/).fill("Please call us.");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByRole("status")).toContainText("Saved");
  await page.getByLabel(/^Last resort/).fill("Please call us soon.");
  await repli.call("PUT", `/bins/${hello}`, { friendly_name: "Hello", twiml: broken });
  await expect(page.getByText("is no longer valid")).toBeVisible();
  await expect(page.getByRole("status")).toHaveCount(0);
  await expect(page.getByLabel(/^Last resort/), "what is being typed stays").toHaveValue("Please call us soon.");
  await page.reload();
  await repli.texts("+15557770001", "hello");
  await expect(page.getByText("has been on its fallback")).toBeVisible();
  await page.screenshot({ path: "screenshots/number-broken.png" });
  await page.getByRole("button", { name: "Restore version 1" }).click();
  await page.getByRole("button", { name: "Rehearse now" }).click();
  await expect(page.getByRole("status")).toContainText("The primary answers");
  await expect(page.getByText("has been on its fallback")).toHaveCount(0);
});
