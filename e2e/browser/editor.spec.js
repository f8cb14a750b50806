// These tests keep nothing, so they share a server.
import { expect, shared as test } from "./test.js";

test("the editor suggests what messaging allows, and nothing else", async ({ page }) => {
  await page.goto("/console/bins/new");
  const editor = page.locator(".cm-content");
  await editor.click();
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.press("Delete");
  await page.keyboard.type("<Response><");
  const options = page.getByRole("option");
  await expect(options.filter({ hasText: /^Message$/ })).toBeVisible();
  await expect(options.filter({ hasText: /^Redirect$/ })).toBeVisible();
  await expect(options.filter({ hasText: /^(Say|Play|Dial|Gather)$/ }), "verbs of voice").toHaveCount(0);
  await page.keyboard.type("Message ");
  await expect(options.filter({ hasText: /^action/ })).toBeVisible();
  await expect(options.filter({ hasText: /^voice/ })).toHaveCount(0);
});

test("a problem is underlined at its place while one types", async ({ page }) => {
  await page.goto("/console/bins/new");
  const editor = page.locator(".cm-content");
  await editor.click();
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.press("Delete");
  await page.keyboard.insertText("<Response>\n  <Mesage>Hi</Mesage>\n</Response>");
  await expect(page.locator(".cm-lintRange")).toHaveText("<Mesage");
  await expect(page.locator(".verdict")).toContainText("line 2, column 3");
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.press("Delete");
  await page.keyboard.insertText("<Response><Message>Hi 🍰</Message></Response>");
  await expect(page.locator(".cm-lintRange")).toHaveCount(0);
  await expect(page.locator(".verdict")).toContainText("UCS-2");
});

// The rest of the 300 ms are for the server, which has a test of its own (console/editor/verdict_test.go).
test("a verdict is asked for within 150 ms of the last key, and not at each", async ({ page }) => {
  await page.goto("/console/bins/new");
  const editor = page.locator(".cm-content");
  await editor.click();
  const asked = [];
  page.on("request", (request) => { if (request.url().endsWith("/bins/check")) asked.push(request.postData()); });
  await page.clock.install();
  await page.clock.pauseAt(Date.now() + 60_000);
  await page.keyboard.press("ControlOrMeta+a");
  for (const key of "<Response/>") {
    await page.keyboard.insertText(key);
    await page.clock.runFor(50);
  }
  expect(asked, "while one types").toEqual([]);
  const answer = page.waitForResponse("**/console/bins/check");
  await page.clock.runFor(100);
  await answer;
  expect(asked).toEqual(["twiml=%3CResponse%2F%3E"]);
  await expect(page.locator(".verdict")).toContainText("Valid, sends nothing");
});
