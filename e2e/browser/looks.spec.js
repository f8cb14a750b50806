// Every page, in both languages, narrow and wide, and in both themes: read by axe, as wide as the screen, and pictured
// in screenshots/, for somebody to look at. These tests change nothing, so each worker has one server of a kind
// for all of them, and no trace: what is wrong is in the message, and the picture shows it.
import AxeBuilder from "@axe-core/playwright";
import { Server } from "./server.js";
import { emptyPages, pages } from "./pages.js";
import { expect, test as base } from "./test.js";

const password = "correct horse battery staple";

const screens = [ // those that take longest first
  { width: 1440, locale: "en" },
  { width: 360, locale: "en" },
  { width: 1440, locale: "fr" },
  { width: 360, locale: "fr" },
];

// kept is a server with the addresses of its pages by name, for all tests of a worker.
const kept = (start) => [async ({}, use) => {
  const [repli, addresses] = await start();
  await use({ repli, addresses });
  await repli.stop();
}, { scope: "worker", timeout: 120_000 }];

const test = base.extend({
  full: kept(async () => {
    const repli = await Server.start();
    return [repli, await pages(repli)];
  }),

  empty: kept(async () => {
    const repli = await Server.start();
    for (const { number } of (await repli.call("GET", "/numbers")).numbers) await repli.call("DELETE", `/numbers/${number}`);
    for (const { sid } of (await repli.call("GET", "/bins")).bins) await repli.call("DELETE", `/bins/${sid}`);
    return [repli, emptyPages];
  }),

  locked: kept(async () => {
    const repli = await Server.start("serve", password);
    return [repli, { "sign-in": "/console", "signed-in": "/console/settings" }];
  }),
});

test.use({ trace: "off" });

// look pictures a page, and returns what is wrong with it. Axe reads each page in English, at both widths: the two
// languages share templates and keys. In the dark, only colours can differ, at any width and in any language alike, so
// one screen shows that theme.
async function look(page, name, address, { width, locale }) {
  await page.goto(address);
  const wrong = [];
  for (const theme of locale === "en" && width > 1000 ? ["light", "dark"] : ["light"]) {
    await page.emulateMedia({ colorScheme: theme });
    await page.screenshot({ path: `screenshots/${name}-${theme}-${width}-${locale}.png`, fullPage: true });
    if (locale !== "en") continue;
    const axe = new AxeBuilder({ page }).setLegacyMode(true).options({ resultTypes: ["violations"] });
    if (theme === "dark") axe.withRules(["color-contrast"]);
    const { violations } = await axe.analyze();
    wrong.push(...violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .map((v) => `${name}, ${theme}: ${v.id}: ${v.nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join("\n")}`));
  }
  const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  if (over > 0) wrong.push(`${name}: ${over} px wider than the screen`);
  return wrong;
}

for (const screen of screens) {
  test.describe(`${screen.width} px, ${screen.locale}`, () => {
    test.use({ viewport: { width: screen.width, height: 800 }, locale: screen.locale });

    test.describe("full", () => {
      test.use({ repli: async ({ full }, use) => use(full.repli) });

      test("every page may be shown to a customer", async ({ page, full, wrong }) => {
        wrong.expect(/status of 404 .*\/console\/nowhere/);
        const found = [];
        for (const [name, address] of Object.entries(full.addresses)) found.push(...await look(page, name, address, screen));
        expect(found).toEqual([]);
      });
    });

    test.describe("of a server", () => {
      test.use({ repli: async ({ locked }, use) => use(locked.repli) });

      test("the page to sign in", async ({ page, locked: { repli, addresses } }) => {
        expect(await look(page, "sign-in", addresses["sign-in"], screen)).toEqual([]);
        await page.context().addCookies(await repli.signedIn(password));
        expect(await look(page, "signed-in", addresses["signed-in"], screen)).toEqual([]);
      });
    });

    test.describe("empty", () => {
      test.use({ repli: async ({ empty }, use) => use(empty.repli) });

      test("a page without anything to show says what to do next", async ({ page, empty }) => {
        const found = [];
        for (const [name, address] of Object.entries(empty.addresses)) found.push(...await look(page, `empty-${name}`, address, screen));
        expect(found).toEqual([]);
      });
    });
  });
}
