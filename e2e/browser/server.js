// Starts the built program, and talks to it as a customer's code would.
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const binary = process.env.REPLI ?? new URL("../../bin/repli", import.meta.url).pathname;

// What `repli dev` begins with.
export const account = "AC00000000000000000000000000000001";
export const token = "00000000000000000000000000000001";
export const number = "+15550001000";
export const hello = "EH00000000000000000000000000000001";
export const backup = "EH00000000000000000000000000000002";

// patience is for how long, in ms, a test waits for the server to do something: a bound on hanging, not a measure.
export const patience = 60_000;

// A Server is a running repli with a store of its own.
export class Server {
  // start starts `repli dev` or `repli serve`, and returns when it says where it listens. A
  // console of `repli serve` has the password given.
  static async start(command = "dev", password = "") {
    const s = new Server();
    s.dir = await mkdtemp(join(tmpdir(), "repli-browser-"));
    s.process = spawn(binary, [command, "--store=repli.db", "--listen=127.0.0.1:0"], { cwd: s.dir, env: environment(password) });
    s.said = "";
    s.ended = new Promise((resolve) => s.process.once("close", resolve));
    s.url = await new Promise((resolve, reject) => {
      const hear = (line) => {
        s.said += `${line}\n`;
        const [, a, b] = /listening on (http:\/\/\S+)|repli is ready" listen=(\S+)/.exec(line) ?? [];
        if (a || b) resolve(a ?? `http://${b}`);
      };
      createInterface({ input: s.process.stdout }).on("line", hear);
      createInterface({ input: s.process.stderr }).on("line", hear);
      s.process.once("error", reject);
      s.ended.then(() => reject(new Error(`repli ${command} ended:\n${s.said}`)));
    });
    return s;
  }

  // stop ends the program as a service manager does, and removes what it kept.
  async stop() {
    this.process.kill("SIGTERM");
    await this.ended;
    await rm(this.dir, { recursive: true });
  }

  // call asks Repli's own API, and returns what it answers.
  async call(method, path, body) {
    const answer = await fetch(`${this.url}/repli/v1${path}`, {
      method,
      headers: { Authorization: `Basic ${btoa(`${account}:${token}`)}`, "Content-Type": "application/json" },
      body: body && JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.status === 204 ? undefined : answer.json();
  }

  // signedIn returns the cookies of somebody who has given the password, who gives it once.
  signedIn(password) {
    return this.cookies ??= this.signIn(password);
  }

  async signIn(password) {
    const answer = await fetch(`${this.url}/console/sign-in`, { method: "POST", body: new URLSearchParams({ password }), redirect: "manual" });
    if (answer.status !== 303) throw new Error(`signing in: ${answer.status}`);
    return answer.headers.getSetCookie().map((line) => {
      const [name, value] = line.split(";")[0].split("=");
      return { name, value, url: this.url };
    });
  }

  // texts has a phone text a number, and returns once that is answered.
  async texts(from, body, to = number) {
    const { sid } = await this.call("POST", `/phones/${from}/messages`, { to, body });
    for (const end = Date.now() + patience; Date.now() < end; await new Promise((r) => setTimeout(r, 20))) {
      const m = await this.call("GET", `/messages/${sid}`);
      if (m.answer !== "pending") return m;
    }
    throw new Error(`${sid} is not answered in ${patience} ms`);
  }
}

// environment returns that of this process without what would set up the program, but with a
// password if there is one.
function environment(password) {
  const others = Object.entries(process.env).filter(([name]) => !name.startsWith("REPLI"));
  return { ...Object.fromEntries(others), ...(password && { REPLI_PASSWORD: password }) };
}
