import { expect, test } from "./test.js";

const password = "correct horse battery staple";

test.use({ command: "serve", password });

test("a console of a server lets in who knows its password", async ({ page, wrong }) => {
  wrong.expect(/status of (422|429) .*sign-in/); // the wrong passwords
  const give = async (typed) => {
    await page.getByLabel("Password").fill(typed);
    await page.getByRole("button", { name: "Sign in" }).click();
  };

  await page.goto("/console/bins/new");
  await expect(page).toHaveURL(/\/console\/sign-in\?to=/);
  await expect(page.getByRole("navigation")).toBeHidden();
  await give("wrong horse");
  await expect(page.getByRole("alert")).toContainText("Wrong password");
  await give(password);
  await expect(page, "whoever signs in gets what was asked for").toHaveURL(/\/console\/bins\/new$/);
  const [cookie] = (await page.context().cookies()).filter(({ name }) => name.includes("session"));
  expect({ httpOnly: cookie.httpOnly, sameSite: cookie.sameSite }).toEqual({ httpOnly: true, sameSite: "Lax" });

  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByRole("status")).toContainText("You are signed out");
  await page.goto("/console/bins");
  await expect(page, "nothing is left to come back to").toHaveURL(/\/console\/sign-in/);
});

test("a password cannot be tried without end", async ({ page, wrong }) => {
  wrong.expect(/status of (422|429) .*sign-in/);
  await page.goto("/console/sign-in");
  let status = 0;
  for (let i = 0; i < 20 && status !== 429; i++) { // six, or more where a machine takes its time for each
    await page.getByLabel("Password").fill(`guess ${i}`);
    const answer = page.waitForResponse((response) => response.request().method() === "POST");
    await page.getByRole("button", { name: "Sign in" }).click();
    status = (await answer).status();
  }
  await expect(page.getByRole("alert")).toContainText("Too many attempts");
});

test("who signs out in one tab is signed out in all", async ({ page, context, wrong }) => {
  wrong.expect(/status of 403 .*\/console\/live/);
  await page.goto("/console/messages");
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL(/\/console\/messages$/);
  const other = await context.newPage();
  await other.goto("/console/settings");
  await other.getByRole("button", { name: "Sign out" }).click();
  await expect(page, "a page with messages on it").toHaveURL(/\/console\/sign-in\?to=%2Fconsole%2Fmessages$/);
});
