// With scripts off, everything but the phone's haste and the editor's helpers works.
import { hello, token } from "./server.js";
import { expect, test } from "./test.js";

test.use({ javaScriptEnabled: false });

const press = (page, name) => page.getByRole("button", { name, exact: true }).click();

test("a number is added, given handlers, and deleted", async ({ page, wrong }) => {
  wrong.expect(/status of 422 .*\/console\/numbers/);
  await page.goto("/console/numbers");
  await page.getByLabel("Add a number").fill("hello");
  await press(page, "Add");
  await expect(page.getByRole("alert")).toBeVisible();
  await page.getByLabel("Add a number").fill("+1 (555) 000-3000");
  await press(page, "Add");
  await expect(page.getByRole("heading", { level: 1 })).toContainText("+15550003000");

  const comesIn = page.getByRole("group", { name: "A message comes in" });
  await comesIn.getByRole("combobox").first().selectOption({ label: "Webhook" });
  await comesIn.getByRole("textbox", { name: "URL" }).fill("http://127.0.0.1:9/sms");
  const fails = page.getByRole("group", { name: "Primary handler fails" });
  await fails.getByRole("combobox").first().selectOption({ label: "TwiML (TwiML Bin)" });
  await fails.getByRole("combobox", { name: "TwiML Bin" }).selectOption({ label: "Backup Message bin" });
  await press(page, "Save");
  await expect(page.getByRole("status")).toContainText("Saved");
  await page.goto("/console/numbers?number=3000");
  const rows = page.locator("tbody tr");
  await expect(rows).toHaveCount(1);
  await expect(rows).toContainText("Backup Message bin");

  await rows.getByRole("link", { name: "+15550003000" }).click();
  await page.locator("details", { hasText: "Delete" }).locator("summary").click();
  await press(page, "Delete this number");
  await expect(page.getByRole("status")).toContainText("+15550003000 was deleted");
});

test("a bin is made, broken, restored, duplicated and deleted", async ({ page, wrong }) => {
  wrong.expect(/status of 422 .*\/console\/bins/);
  await page.goto("/console/bins");
  await page.getByRole("link", { name: "Create a TwiML Bin" }).click();
  await page.getByLabel("Friendly name").fill("Mine");
  await page.getByLabel("TwiML", { exact: true }).fill("<Response><Message>Hi</Message></Response>");
  await press(page, "Check");
  await expect(page.getByText("1 segment")).toBeVisible();
  await press(page, "Create");
  await expect(page.getByRole("status")).toContainText("Created");
  await page.getByLabel("TwiML", { exact: true }).fill("<response/>");
  await press(page, "Save");
  await press(page, "Save anyway");
  await press(page, "Restore");
  await expect(page.getByRole("status")).toContainText("was restored to the earlier version");
  await expect(page.getByLabel("TwiML", { exact: true })).toHaveValue("<Response><Message>Hi</Message></Response>");
  await press(page, "Duplicate");
  await expect(page.getByRole("status")).toContainText("Bin duplicated. This is the copy");
  await press(page, "Delete");
  await expect(page.getByRole("status")).toContainText("was deleted");
  await page.goto(`/console/bins/${hello}`);
  await expect(page.getByRole("button", { name: "Delete", exact: true })).toBeDisabled();
});

test("messages are filtered and paged, and a text is sent from the phone", async ({ page, repli }) => {
  for (let i = 0; i < 60; i++) await repli.call("POST", "/phones/+15557770001/messages", { to: "+15550001000", body: `text ${i}` });
  await repli.texts("+15557770002", "the last one");
  await page.goto("/console/messages");
  const first = await page.locator("tbody tr").count();
  await page.getByRole("link", { name: "Older" }).click();
  await expect(page.getByRole("link", { name: "Newest" })).toBeVisible();
  expect(await page.locator("tbody tr").count()).toBeGreaterThan(0);
  expect(first).toBe(50);
  await page.goto("/console/messages");
  await page.getByLabel("Number or phone").fill("+15557770002");
  await page.getByRole("button", { name: "Filter" }).click();
  await expect(page.locator("tbody tr")).toHaveCount(2);

  await page.goto("/console/phone/+15557770003/+15550001000");
  await page.getByRole("textbox", { name: "Text", exact: true }).fill("without a script");
  await press(page, "Send");
  await expect(page.getByText("without a script").first()).toBeVisible();
});

test("a number is drilled, broken on purpose and rested", async ({ page }) => {
  await page.goto("/console/drills");
  await page.getByLabel("Number", { exact: true }).fill("+1 555 000 1000");
  await press(page, "Run drill");
  await expect(async () => {
    await page.reload();
    await expect(page.getByRole("main")).toContainText("17 of 17 passed", { timeout: 500 });
  }).toPass();

  await page.goto("/console/numbers/+15550001000");
  await page.getByRole("radio", { name: /^Status 404/ }).check();
  await page.getByLabel("For the next").fill("3");
  await press(page, "Break it");
  await expect(page.getByRole("complementary").first()).toContainText("fails on purpose, for 3 more texts");
  await page.getByRole("complementary").getByRole("button", { name: "End now" }).click();
  await expect(page.getByRole("status")).toContainText("simulated failure has ended");
  await press(page, "Start maintenance");
  await expect(page.getByRole("status")).toContainText("in maintenance");
  await press(page, "Rehearse");
  await expect(page.getByRole("status")).toContainText("The primary answers");
});

test("a key is made and taken back, and the token is shown when it is asked for", async ({ page }) => {
  await page.goto("/console/settings");
  await expect(page.getByText(token, { exact: true })).toHaveCount(0);
  await press(page, "Show the token");
  await expect(page.getByText(token, { exact: true })).toBeVisible();
  await page.goto("/console/settings");
  await page.getByLabel("Friendly name").fill("Shop");
  await press(page, "Create a key");
  await expect(page.getByRole("main")).toContainText(/SK[0-9a-f]{32}/);
  await page.getByRole("row", { name: /Shop/ }).locator("summary").click();
  await page.getByRole("row", { name: /Shop/ }).getByRole("button", { name: "Revoke" }).click();
  await expect(page.getByText("No keys yet")).toBeVisible();
});

test("the language and the colours are chosen, and stay", async ({ page }) => {
  await page.goto("/console/bins");
  await press(page, "Français");
  await expect(page.locator("html")).toHaveAttribute("lang", "fr");
  await press(page, "Sombre");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await page.goto("/console/numbers");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Numéros");
});
