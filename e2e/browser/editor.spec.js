import { expect, test } from "./test.js";

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
