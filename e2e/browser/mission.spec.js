import { keyboard, mouse } from "./hands.js";
import { Mission, backupText } from "./mission.js";
import { expect, test } from "./test.js";
import { words } from "./words.js";

for (const { shows, width, locale, hand } of [
  { shows: "in English, on a wide screen", width: 1440, locale: "en", hand: mouse },
  { shows: "in English, on a phone", width: 360, locale: "en", hand: mouse },
  { shows: "in French, on a wide screen", width: 1440, locale: "fr", hand: mouse },
  { shows: "in French, on a phone", width: 360, locale: "fr", hand: mouse },
  { shows: "in English, by the keyboard alone", width: 1440, locale: "en", hand: keyboard },
]) {
  test.describe(shows, () => {
    test.use({ locale, viewport: { width, height: 800 } });

    test("the mission is played click by click", async ({ page, repli, wrong }) => {
      wrong.expect(/status of 422 .*\/console\/bins/); // a form that comes back with a warning
      await Mission.prepare(repli);
      const player = new Mission(page, hand, words[locale]);
      await page.goto("/console");
      await player.openNumber();
      await player.makeBackup();
      await player.isAskedBeforeLeaving();
      await player.save();
      await player.breakPrimary();
      await player.takePhone();
      const bubble = await player.texts("Are you open?", backupText);
      await player.looksWhy(bubble);
      await player.drills();
      await player.repair();
      await player.takePhone();
      const answered = await player.texts("And now?", "Hello!");
      await expect(answered).toContainText(player.words.primary);
    });
  });
}
