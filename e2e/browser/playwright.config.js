import { defineConfig } from "@playwright/test";

// Debian's Chromium, and nobody else on the line: no test may depend on the world.
export default defineConfig({
  testDir: ".",
  testMatch: "*.spec.js",
  fullyParallel: true,
  forbidOnly: true,
  retries: 0,
  workers: 2,
  // Bounds on hanging, not measures: the machine may have much else to do.
  timeout: 600_000,
  expect: { timeout: 60_000, toPass: { timeout: 60_000 } },
  reporter: [["line"]],
  outputDir: "traces",
  snapshotPathTemplate: "../../docs/{arg}{ext}",
  use: {
    locale: "en-US",
    timezoneId: "UTC",
    actionTimeout: 60_000,
    viewport: { width: 1440, height: 900 },
    trace: { mode: "retain-on-failure", screenshots: false },
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: ["--no-sandbox", "--disable-quic", "--disable-background-networking"],
    },
  },
});
