// Every page, in both themes and languages, narrow and wide: read by axe, as wide as the screen, and pictured
// in screenshots/, for somebody to look at.
import AxeBuilder from "@axe-core/playwright";
import { emptyPages, pages } from "./pages.js";
import { expect, test } from "./test.js";

const themes = ["light", "dark"];

const kinds = [
  { width: 1440, locale: "en" },
  { width: 1440, locale: "fr" },
  { width: 360, locale: "en" },
  { width: 360, locale: "fr" },
];

const password = "correct horse battery staple";

test.describe("of a server", () => {
  test.use({ command: "serve", password });

  for (const kind of kinds) {
    test.describe(`${kind.width} px, ${kind.locale}`, () => {
      test.use({ viewport: { width: kind.width, height: 800 }, locale: kind.locale });

      test("the page to sign in", async ({ page }) => {
        expect(await look(page, "sign-in", "/console", kind)).toEqual([]);
        await page.locator("#password").fill(password);
        await page.locator("form button.primary").click();
        expect(await look(page, "signed-in", "/console/settings", kind)).toEqual([]);
      });
    });
  }
});

// look pictures a page in both themes, and returns what is wrong with it.
async function look(page, name, address, { width, locale }) {
  await page.goto(address);
  const wrong = [];
  for (const theme of themes) {
    await page.emulateMedia({ colorScheme: theme });
    await page.screenshot({ path: `screenshots/${name}-${theme}-${width}-${locale}.png`, fullPage: true });
    const { violations } = await new AxeBuilder({ page }).analyze();
    wrong.push(...violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .map((v) => `${name}, ${theme}: ${v.id}: ${v.nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join("\n")}`));
  }
  const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  if (over > 0) wrong.push(`${name}: ${over} px wider than the screen`);
  return wrong;
}

for (const kind of kinds) {
  test.describe(`${kind.width} px, ${kind.locale}`, () => {
    test.use({ viewport: { width: kind.width, height: 800 }, locale: kind.locale });

    test("every page may be shown to a customer", async ({ page, repli, wrong }) => {
      test.setTimeout(300_000); // it looks at much
      wrong.expect(/status of 404 .*\/console\/nowhere/);
      const found = [];
      for (const [name, address] of Object.entries(await pages(repli))) {
        found.push(...await look(page, name, address, kind));
      }
      expect(found).toEqual([]);
    });

    test("a page without anything to show says what to do next", async ({ page, repli }) => {
      test.setTimeout(300_000); // it looks at much
      for (const { number } of (await repli.call("GET", "/numbers")).numbers) await repli.call("DELETE", `/numbers/${number}`);
      for (const { sid } of (await repli.call("GET", "/bins")).bins) await repli.call("DELETE", `/bins/${sid}`);
      const found = [];
      for (const [name, address] of Object.entries(emptyPages)) {
        found.push(...await look(page, `empty-${name}`, address, kind));
      }
      expect(found).toEqual([]);
    });
  });
}
