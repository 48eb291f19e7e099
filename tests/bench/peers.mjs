// The recorders that are measured side by side. Each is prepared before its cell's clock runs, begun, and asked for the bytes
// it made of what happened since it was cleared, all packed by gzip 6 where it does not pack by itself.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync, gzipSync } from "node:zlib";
import { until, wait } from "../lib/browsers.mjs";
import { ROOT } from "../lib/servers.mjs";
import * as S from "../lib/session.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const packed = (bytes) => (bytes.length ? gzipSync(bytes, { level: 6 }).length : 0);
const installed = (name) => JSON.parse(readFileSync(join(here, "node_modules", name, "package.json"))).version;

function install() {
  if (["@rrweb/record", "@openreplay/tracker"].every((name) => existsSync(join(here, "node_modules", name)))) return;
  execFileSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: here, stdio: "ignore" });
}

const none = { name: "none", async prepare() {}, async begin() {}, async clear() {}, async bytes() { return 0; } };

function rrweb() {
  const file = ["umd/record.min.cjs", "umd/record.min.js", "dist/record.umd.min.cjs", "umd/record.js", "dist/record.umd.cjs"].map((f) => join(here, "node_modules/@rrweb/record", f)).find(existsSync);
  const source = readFileSync(file, "utf8");
  return {
    name: "rrweb",
    version: installed("@rrweb/record"),
    prepare: (c) => c.evaluate(source),
    begin: (c) => c.evaluate(() => { window.events = []; const r = window.rrwebRecord?.record || window.rrwebRecord || window.rrweb?.record; r({ emit: (e) => window.events.push(JSON.stringify(e)), maskAllInputs: true }); }),
    clear: (c) => c.evaluate(() => { window.events.length = 0; }),
    bytes: async (c) => packed(await c.evaluate(() => window.events.join("\n"))),
  };
}

// With a server of ours in place of its own, which takes everything. Its masking is what it is by default. What a sheet says
// is not in its bytes: its server fetches that.
function openreplay() {
  const out = join(ROOT, "tests/out/bench");
  mkdirSync(out, { recursive: true });
  execFileSync(join(ROOT, "node_modules/.bin/esbuild"), [join(here, "node_modules/@openreplay/tracker/dist/lib/index.js"), "--bundle", "--minify", "--format=iife", "--global-name=OpenReplay", `--outfile=${join(out, "openreplay.js")}`, "--log-level=error"]);
  const source = readFileSync(join(out, "openreplay.js"), "utf8");
  const bodies = [];
  const answer = { token: "t", userUUID: "u", sessionID: "1", projectID: "1", delay: 0, startTimestamp: Date.now(), beaconSizeLimit: 1_000_000, compressionThreshold: 24_000 };
  // In the worker and in what the page collects of a moment.
  const flush = async (c) => { await wait(700); await c.evaluate(() => window.tracker.forceFlushBatch()); await wait(300); };
  return {
    name: "openreplay",
    version: installed("@openreplay/tracker"),
    routes: {
      "/v1/web/start": (_, r) => { r.writeHead(200, { "content-type": "application/json" }); r.end(JSON.stringify(answer)); },
      "/v1/web/i": (request, r) => { const parts = []; request.on("data", (d) => parts.push(d)); request.on("end", () => { const body = Buffer.concat(parts); bodies.push(request.headers["content-encoding"] === "gzip" ? gunzipSync(body) : body); r.writeHead(200); r.end(); }); },
    },
    prepare: (c) => c.evaluate(source),
    begin: async (c, { url }) => {
      const said = await c.evaluate(async (ingestPoint) => { window.tracker = new window.OpenReplay.default({ projectKey: "k", ingestPoint, __DISABLE_SECURE_MODE: true, respectDoNotTrack: false }); return JSON.stringify(await window.tracker.start()); }, url);
      if (!JSON.parse(said).success) throw new Error(`OpenReplay did not start: ${said}`);
    },
    clear: async (c) => { await flush(c); bodies.length = 0; },
    bytes: async (c) => { await flush(c); const all = Buffer.concat(bodies.splice(0)); return packed(all); },
  };
}

// Ours goes all the way: to an agent whose replica must read as the page does, or the row fails. Its bytes are those that are
// ready for sealing.
function beside({ relay, agent }) {
  let before = 0;
  const sent = (c) => c.evaluate(() => { const s = window.Beside.stats(); return s.bytes + s.liveBytes; });
  return {
    name: "beside",
    script: `<script src="${relay.script}" data-tenant="acme-bank" data-button="none" async></script>`,
    async prepare(c) {
      await until(() => c.evaluate(() => Boolean(window.Beside)), "window.Beside");
      await c.evaluate(() => { window.Beside.hooks.confirmSession = () => new Promise((done) => { window.allowNow = () => done(true); }); });
      const pin = await S.begin(c);
      await agent.evaluate(() => document.querySelector("[data-beside=end], button.main.wide")?.click());
      await agent.goto(relay.agent);
      await S.state(agent, "ready");
      await S.typePin(agent, pin);
      await S.state(agent, "waiting");
      before = 0;
    },
    async begin(c) {
      await c.evaluate(() => window.allowNow());
      await until(() => c.evaluate(() => { const s = window.Beside.stats(); return s.messages > 0 && !s.behind; }), "a keyframe", 20_000);
    },
    async clear(c) { await S.picture(agent, 20_000); before = await sent(c); },
    bytes: async (c, { keyframe }) => (keyframe ? c.evaluate(() => window.Beside.stats().keyframeBytes) : (await sent(c)) - before),
    longest: (c) => c.evaluate(() => window.Beside.stats().longestFlush),
    async verify(c, row) {
      await S.settled(c, agent, 30_000);
      const text = () => document.getElementById("stage").textContent.replace(/\s+/g, " ");
      const frame = await (await agent.$("[data-beside=replica]")).contentFrame();
      if ((await c.evaluate(text)) !== (await frame.evaluate(text))) throw new Error(`${row.id}: the bytes do not rebuild the page`);
      await c.evaluate(() => window.Beside.end());
    },
  };
}

export function peers(ours) {
  install();
  return [none, rrweb(), openreplay(), beside(ours)];
}
