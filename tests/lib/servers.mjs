// The relay and the demo bank of a test: real processes on loopback, ended by their pid.
import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), "../..");
const bin = (name) => join(ROOT, "target/debug", name);

export const freePort = () => new Promise((done, failed) => {
  const server = createServer();
  server.once("error", failed);
  server.listen(0, "127.0.0.1", () => { const { port } = server.address(); server.close(() => done(port)); });
});

function start(program, args) {
  const child = spawn(program, args, { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] });
  const log = [];
  child.stderr.on("data", (d) => { log.push(d.toString()); if (log.length > 400) log.shift(); });
  const ready = new Promise((done, failed) => {
    let text = "";
    child.stdout.on("data", (d) => { text += d; const line = text.split("\n")[0]; if (text.includes("\n")) done(line); });
    child.once("exit", (code) => failed(new Error(`${program} stopped with ${code}: ${log.join("")}`)));
  });
  const gone = new Promise((done) => child.once("exit", done));
  return { child, log, ready, gone, async stop(signal = "SIGTERM") { if (child.exitCode === null) { child.kill(signal); await gone; } } };
}

// The SDK that the tests drive; by `--plain` the one without WASM.
const WEB = join(ROOT, process.argv.includes("--plain") ? "target/web-plain" : "target/web-tap");
export const isPlain = WEB.endsWith("plain");
// The same folder with a core that cannot start: the loader then takes the JavaScript, as where a page forbids WASM.
if (isPlain) {
  cpSync(join(ROOT, "target/web-tap"), WEB, { recursive: true });
  writeFileSync(join(WEB, "sdk/core.js"), "export default () => Promise.reject(new Error('no WASM here'));");
}

export async function startRelay({ origins, policy, web = WEB, port = 0, data, pinSeconds, inside = [] } = {}) {
  const folder = data || mkdtempSync(join(tmpdir(), "beside-test-"));
  const args = ["serve", "--demo", "--json", "--listen", `127.0.0.1:${port}`, "--data", folder, "--web", web];
  for (const o of origins) args.push("--allow-origin", o);
  if (policy) args.push("--policy", policy);
  for (const network of inside) args.push("--fetch-inside", network);
  if (pinSeconds) args.push("--pin-seconds", pinSeconds);
  const server = start(bin("beside"), args);
  const info = JSON.parse(await server.ready);
  return {
    ...info,
    folder,
    log: server.log,
    port: Number(new URL(info.relay).port),
    pid: server.child.pid,
    stop: server.stop,
    async clean() { await server.stop(); if (!data) rmSync(folder, { recursive: true, force: true }); },
  };
}

export async function startSite({ script, tenant, port }) {
  const args = ["--listen", `127.0.0.1:${port}`];
  if (script) args.push("--script", script);
  if (tenant) args.push("--tenant", tenant);
  const server = start(bin("demo-site"), args);
  await server.ready;
  return { url: `http://127.0.0.1:${port}`, stop: server.stop };
}

// Relay and bank together, on different origins.
export async function startBoth(options = {}) {
  const sitePort = await freePort();
  const origin = `http://127.0.0.1:${sitePort}`;
  const relay = await startRelay({ origins: [origin, ...(options.origins || [])], ...options.relay });
  const site = await startSite({ script: relay.script, tenant: options.tenant || relay.tenant, port: sitePort });
  return { relay, site, async stop() { await site.stop(); await relay.clean(); } };
}
