// Beside against @rrweb/record, side by side in one run: main-thread time and bytes, medians with ranges.
//
// Every cell is a fresh page, peers in rotated order. `task` is CDP's TaskDuration and `script` its ScriptDuration, in time
// of the thread (wall time counts whatever else runs on the machine, our own agent's browser too), each minus the page alone. Ours includes sealing and sending; our bytes are those that are ready for sealing, and the run
// decodes them: the agent's replica must read as the page does, or the row fails. rrweb's bytes are its JSON, gzip 6.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { page as makePage } from "./page.mjs";
import { WORKLOADS } from "./workloads.mjs";
import { ROOT, startRelay } from "../lib/servers.mjs";
import { servePages } from "../lib/pages.mjs";
import { launch, person, until, wait } from "../lib/browsers.mjs";
import * as S from "../lib/session.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const option = (name, otherwise) => (process.argv.includes(name) ? process.argv[process.argv.indexOf(name) + 1] : otherwise);
const rounds = Number(option("--rounds", 5));
const only = option("--only", "");
if (!existsSync(join(here, "node_modules/@rrweb/record"))) execFileSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: here, stdio: "ignore" });
const rrwebFile = ["umd/record.min.cjs", "umd/record.min.js", "dist/record.umd.min.cjs", "umd/record.js", "dist/record.umd.cjs"].map((f) => join(here, "node_modules/@rrweb/record", f)).find(existsSync);
const rrwebVersion = JSON.parse(readFileSync(join(here, "node_modules/@rrweb/record/package.json"))).version;
const rrweb = readFileSync(rrwebFile, "utf8");

const ROWS = [
  ...[[1000, true], [10000, true], [50000, true], [1000, false], [10000, false]].map(([n, sheets]) => ({ id: `keyframe ${n / 1000}k${sheets ? " + sheets" : ""}`, nodes: n, sheets, keyframe: true })),
  ...Object.entries(WORKLOADS).map(([id, w]) => ({ id, nodes: 1000, sheets: false, ...w })),
].filter((r) => !only || r.id.includes(only));

const median = (list) => { const s = [...list].sort((a, b) => a - b); return s[s.length >> 1]; };
const range = (list) => `${Math.min(...list).toFixed(0)}–${Math.max(...list).toFixed(0)}`;
const quiet = (c) => c.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => requestAnimationFrame(done), 60)))));

async function metrics(client) {
  const { metrics: list } = await client.send("Performance.getMetrics");
  const get = (n) => list.find((m) => m.name === n).value * 1000;
  return { task: get("TaskDuration"), script: get("ScriptDuration") };
}

async function cell(browser, agent, relay, server, row, peer) {
  const c = await person(browser);
  const client = await c.createCDPSession();
  await client.send("Performance.enable", { timeDomain: "threadTicks" });
  server.inject = peer === "beside" ? `<script src="${relay.script}" data-tenant="acme-bank" data-button="none" async></script>` : "";
  try {
    await c.goto(`${server.url}/${row.nodes}${row.sheets ? "s" : ""}`);
    if (row.before) await c.evaluate(`(${row.before})()`);
    if (peer === "rrweb") await c.evaluate(rrweb);
    let allow = () => {};
    if (peer === "beside") {
      await until(() => c.evaluate(() => Boolean(window.Beside)), "window.Beside");
      await c.evaluate(() => { window.Beside.hooks.confirmSession = () => new Promise((done) => { window.allowNow = () => done(true); }); });
      const pin = await S.begin(c);
      await agent.evaluate(() => document.querySelector("[data-beside=end], button.main.wide")?.click());
      await agent.goto(relay.agent);
      await S.state(agent, "ready");
      await S.typePin(agent, pin);
      await S.state(agent, "waiting");
      allow = () => c.evaluate(() => window.allowNow());
    }
    await wait(300);
    await quiet(c);
    const begin = async () => {
      if (peer === "rrweb") await c.evaluate(() => { window.events = []; const r = window.rrwebRecord?.record || window.rrwebRecord || window.rrweb?.record; r({ emit: (e) => window.events.push(JSON.stringify(e)), maskAllInputs: true }); });
      else if (peer === "beside") { await allow(); await until(() => c.evaluate(() => { const s = window.Beside.stats(); return s.messages > 0 && !s.behind; }), "a keyframe", 20_000); }
      await quiet(c);
    };
    let at;
    if (row.keyframe) { at = await metrics(client); await begin(); } else {
      await begin();
      if (peer === "beside") await S.picture(agent, 20_000);
      await wait(200);
      await quiet(c);
      await c.evaluate(() => { if (window.events) window.events.length = 0; });
      at = await metrics(client);
      at.bytes = await c.evaluate(() => { const s = window.Beside?.stats(); return s ? s.bytes + s.liveBytes : 0; });
      await c.evaluate(`(${row.run})()`);
      await quiet(c);
      await wait(150);
    }
    const end = await metrics(client);
    const out = { task: end.task - at.task, script: end.script - at.script };
    if (peer === "rrweb") { const text = await c.evaluate(() => window.events.join("\n")); out.bytes = text.length ? gzipSync(text, { level: 6 }).length : 0; }
    if (peer === "beside") {
      const stats = await c.evaluate(() => window.Beside.stats());
      out.bytes = row.keyframe ? stats.keyframeBytes : stats.bytes + stats.liveBytes - at.bytes;
      out.longest = stats.longestFlush;
      await S.settled(c, agent, 30_000);
      const text = () => document.body.textContent.replace(/\s+/g, " ").length + "|" + document.querySelectorAll("*").length + "|" + document.getElementById("stage").textContent.replace(/\s+/g, " ");
      const frame = await (await agent.$("[data-beside=replica]")).contentFrame();
      const [page, copy] = [await c.evaluate(text), await frame.evaluate(text)];
      const strip = (t) => t.split("|")[2];
      if (strip(page) !== strip(copy)) throw new Error(`${row.id}: the bytes do not rebuild the page`);
      await c.evaluate(() => window.Beside.end());
    }
    return out;
  } finally {
    await c.close();
  }
}

const pages = {};
for (const [n, s] of [[1000, 0], [10000, 0], [50000, 0], [1000, 1], [10000, 1], [50000, 1]]) {
  const made = makePage(n, Boolean(s));
  pages[`/${n}${s ? "s" : ""}`] = made.html;
  if (s) made.sheets.forEach((text, k) => { pages[`/sheet${k}.css`] = (_, response) => { response.writeHead(200, { "content-type": "text/css" }); response.end(text); }; });
}
const server = await servePages({ pages });
const relay = await startRelay({ origins: [server.url], web: option("--web", "target/web"), policy: "policies/balanced.toml" });
const browser = await launch("chromium");
const second = await launch("chromium");
const agent = await person(second, { width: 1640, height: 1000 });
const results = [];
try {
  await S.signIn(agent, relay);
  console.log(`Chromium, ${rounds} rounds, @rrweb/record ${rrwebVersion}, policy balanced. Milliseconds of main thread minus the page alone; bytes.`);
  console.log("row                    rrweb task [range] script    beside task [range] script     task ×  script ×   rrweb gz    beside    bytes ×  longest");
  const peers = ["none", "rrweb", "beside"];
  for (const row of ROWS) {
    const got = { none: [], rrweb: [], beside: [] };
    for (let r = 0; r < rounds; r++) for (let k = 0; k < 3; k++) { const peer = peers[(r + k) % 3]; got[peer].push(await cell(browser, agent, relay, server, row, peer)); }
    const alone = { task: median(got.none.map((x) => x.task)), script: median(got.none.map((x) => x.script)) };
    const of = (peer, key) => got[peer].map((x) => x[key] - (alone[key] || 0));
    const line = { row: row.id, what: row.what || "whole page", rounds };
    for (const peer of ["rrweb", "beside"]) line[peer] = { task: median(of(peer, "task")), taskRange: range(of(peer, "task")), script: median(of(peer, "script")), bytes: median(got[peer].map((x) => x.bytes)) };
    line.longest = median(got.beside.map((x) => x.longest));
    line.ratio = { task: line.beside.task / line.rrweb.task, // rrweb's first snapshot runs inside the driver's own call, which ScriptDuration leaves out.
      script: row.keyframe ? null : line.beside.script / line.rrweb.script, bytes: line.beside.bytes / line.rrweb.bytes };
    results.push(line);
    const f = (v, n = 1) => v.toFixed(n).padStart(8);
    console.log(`${row.id.padEnd(20)} ${f(line.rrweb.task)} [${line.rrweb.taskRange}] ${f(line.rrweb.script)}   ${f(line.beside.task)} [${line.beside.taskRange}] ${f(line.beside.script)}   ${f(line.ratio.task, 2)} ${line.ratio.script === null ? "       –" : f(line.ratio.script, 2)}  ${String(line.rrweb.bytes).padStart(9)} ${String(line.beside.bytes).padStart(9)} ${f(line.ratio.bytes, 3)} ${f(line.longest)}`);
  }
} finally {
  await browser.close();
  await second.close();
  await server.close();
  await relay.clean();
}
mkdirSync(join(ROOT, "tests/out"), { recursive: true });
writeFileSync(join(ROOT, "tests/out/bench.json"), JSON.stringify(results, null, 2));
console.log("tests/out/bench.json has the figures.");
