// The script of a customer's own CI: only stable names, from start to end.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { ROOT } from "../lib/servers.mjs";

export const alone = true;
export const browsers = ["chromium"];

export async function run({ check }) {
  await check("a short script that knows only the stable names runs a session", () => {
    const done = spawnSync("node", ["tests/twenty-lines.mjs", join(ROOT, "target/debug/beside"), "--web", "target/web"], { cwd: ROOT, encoding: "utf8", timeout: 60_000, env: process.env });
    if (!done.stdout.includes("the agent sees: Hello") || !done.stdout.includes("state: ended")) throw new Error(done.stdout + done.stderr);
  });
}
