// Beside against @rrweb/record and OpenReplay, side by side in one run: main-thread time, bytes, heap, medians with ranges.
//
// Every cell is a fresh page, peers in rotated order. `task` is CDP's TaskDuration and `script` its ScriptDuration, in time of
// the thread (wall time counts whatever else runs on the machine, our own agent's browser too), each minus the page alone. Ours
// includes sealing and sending. `--throttle 4` slows the page's processor down so many times.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { page as makePage } from "./page.mjs";
import { peers } from "./peers.mjs";
import { TABLES, WORKLOADS } from "./workloads.mjs";
import { ROOT, startRelay } from "../lib/servers.mjs";
import { servePages } from "../lib/pages.mjs";
import { bundle } from "../lib/bundle.mjs";
import { launch, person, wait } from "../lib/browsers.mjs";
import * as S from "../lib/session.mjs";

const option = (name, otherwise) => (process.argv.includes(name) ? process.argv[process.argv.indexOf(name) + 1] : otherwise);
const rounds = Number(option("--rounds", 5));
const throttle = Number(option("--throttle", 1));
const only = option("--only", "");

const ROWS = [
  ...[[1000, true], [10000, true], [50000, true], [1000, false], [10000, false]].map(([n, sheets]) => ({ id: `keyframe ${n / 1000}k${sheets ? " + sheets" : ""}`, nodes: n, sheets, keyframe: true })),
  ...Object.entries(WORKLOADS).map(([id, w]) => ({ id, nodes: 1000, sheets: false, ...w })),
  ...TABLES,
].filter((r) => !only || only.split(",").some((part) => r.id.includes(part)));

const median = (list) => { const s = [...list].sort((a, b) => a - b); return s[s.length >> 1]; };
const range = (list) => `${Math.min(...list).toFixed(0)}–${Math.max(...list).toFixed(0)}`;
const quiet = (c) => c.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => requestAnimationFrame(done), 60)))));

async function metrics(client) {
  const { metrics: list } = await client.send("Performance.getMetrics");
  const get = (n) => list.find((m) => m.name === n).value * 1000;
  return { task: get("TaskDuration"), script: get("ScriptDuration") };
}

// What lives on after a collection: objects, and what WASM and buffers hold beside them.
async function heap(client) {
  await client.send("HeapProfiler.collectGarbage");
  const { usedSize, backingStorageSize = 0 } = await client.send("Runtime.getHeapUsage");
  return (usedSize + backingStorageSize) / 1e6;
}

async function cell(browser, server, row, peer) {
  const c = await person(browser);
  const client = await c.createCDPSession();
  await client.send("Performance.enable", { timeDomain: "threadTicks" });
  server.inject = peer.script || "";
  const known = { url: server.url, keyframe: Boolean(row.keyframe) };
  try {
    await c.goto(server.url + (row.page || `/${row.nodes}${row.sheets ? "s" : ""}`));
    if (row.before) await c.evaluate(`(${row.before})()`);
    await peer.prepare(c, known);
    if (throttle > 1) await client.send("Emulation.setCPUThrottlingRate", { rate: throttle });
    await wait(300);
    await quiet(c);
    let at;
    if (row.keyframe) {
      at = await metrics(client);
      await peer.begin(c, known);
      await quiet(c);
    } else {
      await peer.begin(c, known);
      await quiet(c);
      await peer.clear(c);
      await wait(200);
      await quiet(c);
      at = await metrics(client);
      await c.evaluate(`(${row.run})()`);
      await quiet(c);
    }
    // What a peer puts off is its work too.
    await wait(row.keyframe ? 500 : 300);
    const end = await metrics(client);
    await client.send("Emulation.setCPUThrottlingRate", { rate: 1 });
    const out = { task: end.task - at.task, script: end.script - at.script, bytes: await peer.bytes(c, known), heap: await heap(client), longest: await peer.longest?.(c) };
    await peer.verify?.(c, row);
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
const programs = await bundle(["react.jsx", "vue.js", "svelte.js"].map((name) => `table-${name}`));
for (const [path, [type, text]] of Object.entries(programs)) {
  pages[path] = (_, response) => { response.writeHead(200, { "content-type": type }); response.end(text); };
  pages[path.replace(/\.js$/, "")] = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>bench</title><style>td{padding:8px;border-top:1px solid #ddd}.danger td{background:#f2dede}</style></head><body><h1>Rows</h1><div id="stage"></div><textarea id="area"></textarea><script src="${path}" type="module"></script></body></html>`;
}
const server = await servePages({ pages });
const relay = await startRelay({ origins: [server.url], web: option("--web", "target/web"), policy: "policies/balanced.toml" });
const browser = await launch("chromium");
const second = await launch("chromium");
const agent = await person(second, { width: 1640, height: 1000 });
const results = [];
try {
  await S.signIn(agent, relay);
  const all = peers({ relay, agent });
  for (const peer of all) Object.assign(pages, peer.routes);
  const measured = all.filter((p) => p.name !== "none");
  const others = measured.filter((p) => p.name !== "beside");
  console.log(`Chromium, ${rounds} rounds${throttle > 1 ? `, processor ${throttle} times slower` : ""}, ${others.map((p) => `${p.name} ${p.version}`).join(", ")}, policy balanced.`);
  console.log("Milliseconds of main thread minus the page alone [range]; bytes; megabytes of heap minus the page alone. × is ours against the better of the others.");
  console.log(`${"row".padEnd(34)} ${measured.map((p) => `${p.name}: task [range] script bytes heap`.padEnd(46)).join(" ")} task ×  script ×  bytes ×  heap ×  longest`);
  for (const row of ROWS) {
    const got = Object.fromEntries(all.map((p) => [p.name, []]));
    for (let r = 0; r < rounds; r++) for (let k = 0; k < all.length; k++) { const peer = all[(r + k) % all.length]; got[peer.name].push(await cell(browser, server, row, peer)); }
    const alone = Object.fromEntries(["task", "script", "heap"].map((key) => [key, median(got.none.map((x) => x[key]))]));
    const line = { row: row.id, what: row.what || "whole page", rounds, throttle };
    for (const { name } of measured) {
      const of = (key) => got[name].map((x) => x[key] - (alone[key] || 0));
      line[name] = { task: median(of("task")), taskRange: range(of("task")), script: median(of("script")), bytes: median(got[name].map((x) => x.bytes)), heap: median(of("heap")) };
    }
    line.longest = median(got.beside.map((x) => x.longest));
    // A first snapshot runs inside the driver's own call, which ScriptDuration leaves out; sheets are not in OpenReplay's bytes.
    const rivals = { task: others, script: row.keyframe ? [] : others, bytes: others.filter((p) => !(row.sheets && p.name === "openreplay")), heap: others };
    line.ratio = Object.fromEntries(Object.entries(rivals).map(([key, list]) => [key, list.length ? line.beside[key] / Math.min(...list.map((p) => line[p.name][key])) : null]));
    results.push(line);
    const f = (v, n = 1) => v.toFixed(n);
    const cells = measured.map(({ name }) => { const x = line[name]; return `${f(x.task)} [${x.taskRange}] ${f(x.script)} ${x.bytes} ${f(x.heap)}`.padEnd(46); });
    console.log(`${row.id.padEnd(34)} ${cells.join(" ")} ${["task", "script", "bytes", "heap"].map((key) => (line.ratio[key] === null ? "–" : f(line.ratio[key], 2)).padEnd(8)).join(" ")} ${f(line.longest)}`);
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
