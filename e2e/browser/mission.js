// The mission: give a number a backup message, break its primary handler, and see the backup
// message arrive; then repair it.
import { hello } from "./server.js";
import { expect } from "./test.js";

export const shop = "+15550002000";

export const document = (text) => `<?xml version="1.0" encoding="UTF-8"?>\n<Response>\n   <Message>${text}</Message>\n</Response>`;

// backupText is the lesson's message de sauvegarde.
export const backupText = "We are having a problem. Have some cake. 🍰";

// A Mission is somebody who plays it on a page, with a hand, by the words of a language.
export class Mission {
  constructor(page, hand, words) {
    Object.assign(this, { page, hand, words });
  }

  // prepare makes the number of the mission, whose only handler is a bin.
  static async prepare(repli) {
    await repli.call("POST", "/numbers", { number: shop, steps: [{ bin: hello }] });
  }

  button(name, where = this.page) {
    return where.getByRole("button", { name, exact: true });
  }

  go(section) {
    return this.hand.press(this.page.getByRole("navigation").getByRole("link", { name: section, exact: true }));
  }

  handler(name) {
    return this.page.getByRole("group", { name });
  }

  // editor is the one with suggestions, which takes the place of a plain field.
  editor(where = this.page) {
    return where.getByRole("textbox", { name: "TwiML" }).and(this.page.locator(".cm-content"));
  }

  async openNumber() {
    const { page, words } = this;
    await this.go(words.numbers);
    await this.hand.press(page.getByRole("link", { name: shop }));
    await expect(page.getByRole("heading", { name: words.messaging, exact: true })).toBeVisible();
  }

  // makeBackup makes a bin in the dialog that "+" opens, with a mistake at first.
  async makeBackup() {
    const { page, hand, words } = this;
    const fails = this.handler(words.fails);
    await hand.choose(fails.getByRole("combobox").first(), words.kind);
    await hand.press(fails.getByRole("link", { name: words.plus }));
    const dialog = page.getByRole("dialog", { name: words.plus });
    const editor = this.editor(dialog);
    await expect(dialog).toBeVisible();
    await hand.write(dialog.getByRole("textbox", { name: words.name }), "Backup Message");
    await expect(editor).toContainText("<Message></Message>");
    await expect(dialog).toContainText(words.silent);

    await hand.write(editor, document(backupText).replaceAll("Message", "Mesage"));
    await expect(dialog).toContainText(words.place);
    await hand.write(editor, document(backupText));
    await expect(dialog).toContainText(words.valid);
    await expect(dialog).toContainText(words.segments);
    await expect(dialog).toContainText(words.wide);

    await hand.press(this.button(words.create, dialog));
    await expect(dialog).toBeHidden();
    await expect(fails.getByRole("combobox", { name: words.list })).toHaveText(/Backup Message/);
    expect(await fails.getByRole("combobox", { name: words.list }).evaluate((l) => l.selectedOptions[0].label)).toBe("Backup Message");
  }

  // isAskedBeforeLeaving tries to leave with what is not saved, and stays.
  async isAskedBeforeLeaving() {
    const asked = new Promise((resolve) => this.page.once("dialog", async (d) => {
      await d.dismiss();
      resolve(d.type());
    }));
    await this.go(this.words.numbers);
    expect(await asked).toBe("beforeunload");
  }

  async save() {
    await this.hand.press(this.button(this.words.save));
    await expect(this.page.getByRole("status")).toContainText(this.words.saved);
  }

  // breakPrimary has the primary bin answer with <response>, which is warned of.
  async breakPrimary() {
    const { page, hand, words } = this;
    const opened = page.waitForEvent("popup");
    await hand.press(this.handler(words.comesIn).getByRole("link", { name: words.edit }));
    const tab = await opened;
    const there = new Mission(tab, hand, words);
    await hand.write(there.editor(), '<?xml version="1.0" encoding="UTF-8"?>\n<response><Message>Hello!</Message></response>');
    await expect(tab.getByRole("main")).toContainText("<Response>, ");
    await hand.press(there.button(words.save));
    await expect(tab.getByRole("main")).toContainText(words.warning);
    await hand.press(there.button(words.anyway));
    await expect(there.button(words.restore)).toBeVisible();
    await tab.close();
  }

  // takePhone opens the phone and a thread with the number.
  async takePhone() {
    const { page, hand, words } = this;
    await this.go(words.phone);
    await hand.write(page.getByRole("combobox", { name: words.to }), shop);
    await hand.press(this.button(words.begin));
    await expect(page.getByRole("textbox", { name: words.text, exact: true })).toBeVisible();
  }

  // texts sends a text, and waits for an answer to come by itself.
  async texts(text, answer) {
    const { page, hand, words } = this;
    await page.evaluate(() => { window.stayed = true; });
    await hand.write(page.getByRole("textbox", { name: words.text, exact: true }), text);
    await hand.press(this.button(words.send));
    const bubble = page.locator(".bubble.ours", { hasText: answer }).last();
    await expect(bubble).toBeVisible();
    expect(await page.evaluate(() => window.stayed), "the answer came without the page being loaded again").toBe(true);
    return bubble;
  }

  // looksWhy goes from a bubble to its timeline, which tells of both attempts.
  async looksWhy(bubble) {
    const { page, hand, words } = this;
    await hand.press(bubble.getByRole("link", { name: words.fallback }));
    const [primary, fallback] = [page.locator(".try").nth(0), page.locator(".try").nth(1)];
    await expect(primary).toContainText("12102");
    await expect(primary).toContainText(words.line);
    await expect(fallback).toContainText(backupText);
  }

  // drills asks the fallback under every fault, and sees each row come.
  async drills() {
    const { page, hand, words } = this;
    await this.go(words.drills);
    await hand.write(page.getByRole("combobox", { name: words.number, exact: true }), "+1 (555) 000-2000");
    await hand.press(this.button(words.drill));
    await expect(page.getByRole("main")).toContainText(words.drilled);
    await expect(page.getByRole("row", { name: "<response>" })).toContainText(backupText);
  }

  // repair brings the primary's first version back by the banner on the number's page.
  async repair() {
    await this.openNumber();
    await this.hand.press(this.button(this.words.restore));
    await expect(this.button(this.words.restore)).toBeHidden();
  }
}
