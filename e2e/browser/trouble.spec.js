// Bad input, and two people at once.
import { backup, hello } from "./server.js";
import { Mission, document, shop } from "./mission.js";
import { mouse } from "./hands.js";
import { expect, test } from "./test.js";
import { words } from "./words.js";

const hostile = '</textarea><script>document.title = "taken"</script><img src=x onerror="document.title=1"> \u202Eesrever\u202C \u2066left\u2069 {{.}} 👩‍👩‍👧‍👦🍰 &amp; \'"`';

test("hostile text shows as text wherever it comes", async ({ page, repli }) => {
  const twiml = `<?xml version="1.0"?>\n<Response><Message>${hostile.replaceAll("&", "&amp;").replaceAll("<", "&lt;")}</Message></Response>`;
  await repli.call("PUT", `/bins/${hello}`, { friendly_name: hostile.slice(0, 64), twiml });
  await repli.call("PUT", `/bins/${backup}`, { friendly_name: "Raw", twiml: hostile }); // not even XML
  const sent = await repli.texts("+15557770001", hostile);
  const { numbers: [{ sid }] } = await repli.call("GET", "/numbers");
  for (const address of [
    "/console", "/console/numbers", `/console/numbers/${sid}`, "/console/bins", `/console/bins/${hello}`, `/console/bins/${backup}`,
    "/console/messages", `/console/messages/${sent.sid}`, "/console/phone/+15557770001/+15550001000",
  ]) {
    await page.goto(address);
    expect(await page.locator("main script, main img[src=x]").count(), `${address} has elements made of text`).toBe(0);
    await expect(page, `${address} ran a script`).not.toHaveTitle(/^(taken|1)$/);
    if (address !== "/console" && address !== `/console/bins/${backup}`) {
      await expect(page.locator("main").getByText("</textarea><script>").first(), address).toBeAttached();
    }
  }
  await page.goto(`/console/bins/${backup}`);
  await expect(page.locator("textarea[name=twiml]"), "what is edited is what was kept").toHaveValue(hostile);
});

test("a document of 64 kB is kept, and a larger one comes back with a reason", async ({ page, wrong }) => {
  wrong.expect(/status of (413|422) .*\/console\/bins/);
  const open = document("").length;
  await page.goto("/console/bins/new");
  await page.getByLabel("Friendly name").fill("Large");
  const editor = page.locator(".cm-content");
  const fill = async (size) => {
    await editor.click();
    await page.keyboard.press("ControlOrMeta+a");
    await page.keyboard.insertText(document("x".repeat(size - open)));
    await page.getByRole("button", { name: "Create", exact: true }).click();
  };
  await fill(70_000);
  await expect(page.getByRole("alert").first()).toBeVisible();
  await expect(page.getByLabel("Friendly name")).toHaveValue("Large");
  expect((await page.locator("textarea[name=twiml]").inputValue()).length, "what was typed is still there").toBe(70_000);
  await fill(64_000);
  await expect(page.getByRole("status")).toContainText("Created");
  expect((await page.locator("textarea[name=twiml]").inputValue()).length).toBe(64_000);
});

test("of two people who edit one bin the second sees a conflict and keeps what was typed", async ({ page, context, wrong }) => {
  wrong.expect(/status of (409|422) .*\/console\/bins/);
  const second = await context.newPage();
  for (const tab of [page, second]) await tab.goto(`/console/bins/${backup}`);
  const write = async (tab, text) => {
    await mouse.write(tab.locator(".cm-content"), document(text));
    await tab.getByRole("button", { name: /^Save/ }).click();
  };
  await write(page, "from the first");
  await expect(page.getByRole("status")).toContainText("Saved");
  await write(second, "from the second");
  await expect(second.getByRole("alert")).toContainText("Someone else changed this bin");
  await expect(second.locator("textarea[name=twiml]")).toHaveValue(document("from the second"));
  await page.reload();
  await expect(page.locator("textarea[name=twiml]"), "nothing is lost").toHaveValue(document("from the first"));
  await second.getByRole("button", { name: "Overwrite with my version" }).click();
  await expect(second.getByRole("status")).toContainText("Saved");
  await page.reload();
  await expect(page.locator("textarea[name=twiml]")).toHaveValue(document("from the second"));
});

test("of two people who edit one number the second sees a conflict and keeps what was typed", async ({ page, context, repli, wrong }) => {
  wrong.expect(/status of (409|422) .*\/console\/numbers/);
  const { numbers: [{ sid }] } = await repli.call("GET", "/numbers");
  const second = await context.newPage();
  for (const tab of [page, second]) await tab.goto(`/console/numbers/${sid}`);
  const write = async (tab, text) => {
    await tab.getByLabel(/^Last resort/).fill(text);
    await tab.getByRole("button", { name: /^Save/ }).click();
  };
  await write(page, "from the first");
  await expect(page.getByRole("status")).toContainText("Saved");
  await write(second, "from the second");
  await expect(second.getByRole("alert")).toContainText("Someone else changed this number");
  await expect(second.getByLabel(/^Last resort/)).toHaveValue("from the second");
});

test("another site can neither post a form nor put the console in a frame", async ({ page, repli, browser }) => {
  for (const [headers, want] of [
    [{ "Sec-Fetch-Site": "cross-site", Origin: "https://evil.example" }, 403],
    [{ "Sec-Fetch-Site": "same-site", Origin: "http://other.localhost" }, 403],
    [{ Origin: "https://evil.example" }, 403],
    [{ "Sec-Fetch-Site": "same-origin", Origin: repli.url }, 303],
  ]) {
    const answer = await fetch(`${repli.url}/console/bins/${backup}/duplicate`, { method: "POST", headers, redirect: "manual" });
    expect(answer.status, JSON.stringify(headers)).toBe(want);
  }
  await page.goto("/console/bins");
  await expect(page.getByRole("row")).toHaveCount(4); // the head, two bins, and the one copy

  const evil = await browser.newPage();
  await evil.setContent(`<form method="post" action="${repli.url}/console/bins/${backup}/duplicate"><button>Win</button></form><iframe src="${repli.url}/console/bins"></iframe>`);
  await expect(evil.frameLocator("iframe").getByRole("main")).toHaveCount(0);
  await evil.getByRole("button").click();
  await expect(evil).toHaveURL(/duplicate/);
  await evil.close();
  await page.reload();
  await expect(page.getByRole("row")).toHaveCount(4);
});

test("what was typed is not lost by leaving, nor by a refusal", async ({ page, repli, wrong }) => {
  wrong.expect(/status of 422 .*\/console/);
  await Mission.prepare(repli);
  const player = new Mission(page, mouse, words.en);
  await page.goto("/console");
  await player.openNumber();
  await page.getByLabel(/^Last resort/).fill("Please call us.");
  const fails = player.handler("Primary handler fails");
  await fails.getByRole("combobox").first().selectOption({ label: "Webhook" });
  await fails.getByRole("textbox", { name: "URL" }).fill("ftp://shop.example/sms");
  await player.isAskedBeforeLeaving();
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(fails.getByRole("alert")).toBeVisible();
  await expect(fails.getByRole("textbox", { name: "URL" })).toHaveValue("ftp://shop.example/sms");
  await expect(page.getByLabel(/^Last resort/)).toHaveValue("Please call us.");
  const { numbers } = await repli.call("GET", "/numbers");
  expect(numbers.find((n) => n.number === shop).steps).toHaveLength(1);
});

test("the dialog leaves what was typed behind it, and makes an invalid bin once that is confirmed", async ({ page, repli, wrong }) => {
  wrong.expect(/status of 422 .*\/console\/bins\/choice/); // the warning
  await Mission.prepare(repli);
  const player = new Mission(page, mouse, words.en);
  await page.goto("/console");
  await player.openNumber();
  await page.getByLabel(/^Last resort/).fill("Please call us.");
  const fails = player.handler("Primary handler fails");
  await fails.getByRole("combobox").first().selectOption({ label: "TwiML (TwiML Bin)" });
  await fails.getByRole("link", { name: "New TwiML Bin" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Friendly name").fill("Broken");
  await mouse.write(player.editor(dialog), "<response/>");
  await player.button("Create", dialog).click();
  await expect(dialog.getByRole("alert")).toContainText("This document is not valid");
  await player.button("Create anyway", dialog).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByLabel(/^Last resort/)).toHaveValue("Please call us.");

  await fails.getByRole("link", { name: "New TwiML Bin" }).click();
  await expect(dialog.getByLabel("Friendly name"), "the next one begins afresh").toBeEmpty();
  await expect(player.editor(dialog)).toContainText("<Response>");
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await player.save();
  const { numbers } = await repli.call("GET", "/numbers");
  const { steps, last_resort: lastResort } = numbers.find((n) => n.number === shop);
  expect([steps.length, lastResort]).toEqual([2, "Please call us."]);
});

test("what is pressed twice is done once", async ({ page, repli }) => {
  await page.goto("/console/bins/new");
  await page.getByLabel("Friendly name").fill("Once");
  let sent = 0;
  await page.route("**/console/bins", async (route) => {
    sent += route.request().method() === "POST";
    await new Promise((r) => setTimeout(r, 300)); // it takes a while
    await route.continue().catch(() => {}); // another form has taken its place
  });
  await page.locator("unsaved-changes form").evaluate((f) => {
    setTimeout(() => f.requestSubmit(), 100);
    f.requestSubmit();
  });
  await expect(page.getByRole("status")).toContainText("Created");
  expect(sent, "how often the form was sent").toBe(1);

  await page.goto(`/console/numbers/${(await repli.call("GET", "/numbers")).numbers[0].sid}`);
  const fails = page.getByRole("group", { name: "Primary handler fails" });
  await fails.getByRole("link", { name: "New TwiML Bin" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Friendly name").fill("Once in the dialog");
  await dialog.locator("form").evaluate((f) => { f.requestSubmit(); f.requestSubmit(); });
  await expect(dialog).toBeHidden();

  const names = (await repli.call("GET", "/bins")).bins.map((b) => b.friendly_name);
  expect(names.filter((name) => name.startsWith("Once")).sort()).toEqual(["Once", "Once in the dialog"]);

  await page.goto("/console/bins");
  await page.goBack(); // and once more, if it is meant
  await page.goto("/console/bins/new");
  await page.getByLabel("Friendly name").fill("Again");
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await expect(page.getByRole("status")).toContainText("Created");
});
