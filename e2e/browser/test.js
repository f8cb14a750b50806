// What every test here gets: a server of its own, and a page on which nothing may go wrong
// unseen. A console error, which a breach of the content security policy is too, or a request
// that leaves the server fails the test.
import { test as base, expect } from "@playwright/test";
import { Server } from "./server.js";

export { expect };

export const test = base.extend({
  command: ["dev", { option: true }],
  password: ["", { option: true }],

  repli: async ({ command, password }, use) => {
    const server = await Server.start(command, password);
    await use(server);
    await server.stop();
  },

  baseURL: async ({ repli }, use) => use(repli.url),

  // wrong is what went wrong on a page. A test that provokes something says so with
  // wrong.expect.
  wrong: async ({}, use) => {
    const wrong = { seen: [], expected: [], expect: (pattern) => wrong.expected.push(pattern) };
    await use(wrong);
    const rest = wrong.seen.filter((said) => !wrong.expected.some((pattern) => pattern.test(said)));
    expect(rest, "what the browser complained of").toEqual([]);
  },

  context: async ({ context, repli, wrong }, use) => {
    await watch(context, repli.url, wrong);
    await use(context);
  },
});

// shared is test with one server for all tests of a worker, for files whose tests change nothing on it.
export const shared = test.extend({
  kept: [async ({}, use) => {
    const server = await Server.start();
    await use(server);
    await server.stop();
  }, { scope: "worker", timeout: 120_000 }],

  repli: async ({ kept }, use) => use(kept),
});

// watch notes what goes wrong on the pages of a context, and lets no request leave origin.
export async function watch(context, origin, wrong) {
  context.on("console", (message) => {
    if (message.type() === "error" || /security policy/i.test(message.text())) {
      wrong.seen.push(`${message.text()} (${message.location().url})`);
    }
  });
  context.on("weberror", (error) => wrong.seen.push(`${error.error()}`));
  await context.route((url) => url.origin !== origin, (route) => {
    wrong.seen.push(`a request left the server: ${route.request().url()}`);
    return route.abort();
  });
}
