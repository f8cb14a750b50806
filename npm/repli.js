#!/usr/bin/env node
// Runs the repli of this platform, which lies beside this file, as if it had been called itself.
"use strict";

const { spawn } = require("node:child_process");
const { existsSync } = require("node:fs");
const path = require("node:path");

const platform = `${process.platform}-${process.arch}`;
const program = process.platform === "win32" ? "repli.exe" : "repli";
const binary = path.join(__dirname, "bin", platform, program);

if (!existsSync(binary)) {
  fail(`this package has no binary for ${platform}; "go install github.com/repli-sms/repli/cmd/repli@latest" builds one`);
}

// What repli shows to be typed begins with its own name.
const argv0 = process.env.npm_command ? "npx repli" : process.argv[1];
const child = spawn(binary, process.argv.slice(2), { stdio: "inherit", argv0 });

// A terminal sends Ctrl-C to both of us; told again, repli would not finish what it has in hand.
const terminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
process.on("SIGINT", () => terminal || child.kill("SIGINT"));
process.on("SIGTERM", () => child.kill("SIGTERM"));
process.on("SIGHUP", () => child.kill("SIGHUP"));

child.on("error", (err) => fail(`${binary} cannot be run: ${err.message}`));
child.on("exit", (code, signal) => {
  if (signal === null) {
    process.exit(code);
  }
  process.removeAllListeners(signal);
  process.kill(process.pid, signal); // whoever waits for us learns how it ended
});

function fail(sentence) {
  console.error(`repli: ${sentence}`);
  process.exit(3);
}
