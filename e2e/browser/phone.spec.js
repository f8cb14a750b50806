import { createServer } from "node:http";
import { once } from "node:events";
import { number } from "./server.js";
import { phone } from "./pages.js";
import { expect, test } from "./test.js";

// A small picture, 1 by 1 pixel.
const picture = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==", "base64");

const write = async (page, text) => {
  await page.getByRole("textbox", { name: "Text", exact: true }).fill(text);
  await page.keyboard.press("Enter");
};

test("a text stands there at once, and its answer comes when it comes", async ({ page, repli }) => {
  let answer;
  const handler = createServer((_, response) => { answer = () => response.setHeader("Content-Type", "text/plain").end("Here I am."); });
  handler.listen(0, "127.0.0.1");
  await once(handler, "listening");
  await repli.call("POST", "/numbers", { number: "+15550002000", steps: [{ url: `http://127.0.0.1:${handler.address().port}/` }] });
  await page.goto(`/console/phone/${phone}/+15550002000`);
  await write(page, "Are you there?");
  await expect(page.locator(".bubble.own")).toContainText("Are you there?");
  await expect(page.getByRole("textbox", { name: "Text", exact: true })).toBeEmpty();
  await expect(page.locator(".bubble.ours")).toHaveCount(0);
  await expect.poll(() => answer !== undefined, "the handler is asked").toBe(true);
  answer();
  await expect(page.locator(".bubble.ours")).toContainText("Here I am.");
  await expect(page.locator(".bubble.ours")).toContainText("Delivered");
  handler.close();
});

test("handsets have threads of their own, pictures are shown, and STOP is heeded", async ({ page, repli }) => {
  await page.goto("/console/phone");
  await page.getByRole("button", { name: "New handset" }).click();
  await expect(page.locator(".handsets [aria-current]")).toHaveCount(1);
  await page.getByRole("link", { name: number }).click();
  await page.locator(".attach summary").click();
  await page.locator("input[type=file]").setInputFiles({ name: "cake.png", mimeType: "image/png", buffer: picture });
  await write(page, "Look at this");
  await expect(page.locator(".bubble.own img")).toBeVisible();
  await expect.poll(() => page.locator(".bubble.own img").evaluate((i) => i.naturalWidth)).toBe(1);
  await expect(page.locator(".bubble.ours")).toContainText("Hello!");
  await page.getByRole("button", { name: "STOP" }).click();
  await expect(page.locator(".bubble.ours").last()).toContainText(/unsubscribed|START/i);
  await write(page, "Anybody?");
  await expect(page.locator(".bubble.own").last()).toContainText("Answered");
  await expect(page.locator(".bubble.ours", { hasText: "You said: Anybody?" })).toHaveCount(0);
});

test("the same text twice stands there twice", async ({ page }) => {
  await page.goto(`/console/phone/${phone}/${number}`);
  await write(page, "hello");
  await write(page, "hello");
  await expect(page.locator(".bubble.ours")).toHaveCount(2);
  await expect(page.locator(".bubble.own")).toHaveCount(2);
});
