import { pages } from "./pages.js";
import { expect, test } from "./test.js";

for (const [theme, width, locale] of [["light", 1440, "en"], ["dark", 1440, "fr"], ["light", 360, "fr"], ["dark", 360, "en"]]) {
  test.describe(`${theme}, ${width} px, ${locale}`, () => {
    test.use({ colorScheme: theme, viewport: { width, height: 800 }, locale });

    test("every page is as wide as the screen, and pictured", async ({ page, repli }) => {
      test.slow();
      for (const [name, address] of Object.entries(await pages(repli))) {
        await page.goto(address);
        await page.screenshot({ path: `screenshots/${name}-${theme}-${width}-${locale}.png`, fullPage: true });
        const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect.soft(over, `${name} is wider than the screen by`).toBeLessThanOrEqual(0);
      }
    });
  });
}
