// Two ways to use a page. A hand reaches what a locator names, and does something with it.
import { expect } from "./test.js";

// A mouse clicks, and types where it has clicked.
export const mouse = {
  press: (what) => what.click(),
  choose: (list, label) => list.selectOption({ label }),

  // write replaces what a field holds, as somebody does who pastes over everything.
  async write(field, text) {
    await field.click();
    await retype(field, text);
  },
};

// A keyboard goes from field to field with the tabulator, and never points.
export const keyboard = {
  async press(what) {
    await reach(what);
    await what.page().keyboard.press("Enter");
  },

  async choose(list, label) {
    await reach(list);
    const wanted = await list.evaluate((l, text) => [...l.options].findIndex((o) => o.label === text), label);
    expect(wanted, `the place of ${label} in the list`).toBeGreaterThanOrEqual(0);
    await list.page().keyboard.press("Home");
    for (let i = 0; i < wanted; i++) await list.page().keyboard.press("ArrowDown");
    expect(await list.evaluate((l) => l.selectedIndex), `what is chosen when ${label} is`).toBe(wanted);
  },

  async write(field, text) {
    await reach(field);
    await retype(field, text);
  },
};

// reach presses the tabulator until something has the focus. Everything that can be used must
// be reached so, and show that it is.
async function reach(what) {
  await expect(what).toBeVisible();
  // Finding an element by its role takes a while, so it is found again only when a live part
  // of the page has been replaced meanwhile.
  let element = await what.elementHandle();
  const here = async () => {
    if (!(await element.evaluate((e) => e.isConnected))) element = await what.elementHandle();
    return element.evaluate((e) => e === e.getRootNode().activeElement);
  };
  for (let i = 0; i < 120 && !(await here()); i++) await what.page().keyboard.press("Tab");
  await expect(what, `${what} is reached by the keyboard`).toBeFocused();
}

async function retype(field, text) {
  const { keyboard: keys } = field.page();
  await keys.press("ControlOrMeta+a");
  await keys.press("Delete");
  await keys.insertText(text);
}
