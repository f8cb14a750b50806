import AxeBuilder from "@axe-core/playwright";
import { pages } from "./pages.js";
import { expect, test } from "./test.js";

for (const theme of ["light", "dark"]) {
  for (const width of [360, 1440]) {
    test.describe(`${theme}, ${width} px`, () => {
      test.use({ colorScheme: theme, viewport: { width, height: 800 } });

      test("axe finds nothing serious on any page", async ({ page, repli }) => {
        test.slow();
        const found = [];
        for (const [name, address] of Object.entries(await pages(repli))) {
          await page.goto(address);
          const { violations } = await new AxeBuilder({ page }).analyze();
          for (const v of violations.filter(({ impact }) => impact === "serious" || impact === "critical")) {
            found.push(`${name}: ${v.id}: ${v.nodes.map((n) => n.html.slice(0,200)+n.failureSummary).join("\n  ")}`);
          }
        }
        expect(found).toEqual([]);
      });
    });
  }
}
