// What sessions leave behind: many of them one after the other on one page, each with 20,000 nodes that come and go.
// `node tests/memory.mjs [--sessions n]`. Heap, nodes and listeners after each, when the garbage was collected. What a page keeps
// is told beside it: the heap without the code that the engine compiles as functions grow hot.
import { launch, person, until, wait } from "./lib/browsers.mjs";
import { servePages } from "./lib/pages.mjs";
import { startRelay } from "./lib/servers.mjs";
import { POLICY } from "./lib/fidelity.mjs";
import * as S from "./lib/session.mjs";

const SESSIONS = Number(process.argv.includes("--sessions") ? process.argv[process.argv.indexOf("--sessions") + 1] : 50);
const server = await servePages({ pages: { "/": "<!doctype html><head></head><h1>memory</h1><div id=stage></div><form><input><select><option>a<option>b</select></form>" } });
const relay = await startRelay({ origins: [server.url], policy: POLICY });
server.inject = `<script src="${relay.script}" data-tenant="acme-bank" data-button="none" async></script>`;
const browser = await launch("chromium");
const c = await person(browser);
const a = await person(browser, { width: 1640, height: 1000 });
const client = await c.createCDPSession();
await client.send("Performance.enable");
const look = async () => {
  for (let n = 0; n < 3; n++) { await client.send("HeapProfiler.collectGarbage"); await wait(60); }
  const { metrics } = await client.send("Performance.getMetrics");
  const get = (name) => metrics.find((m) => m.name === name).value;
  return { heap: get("JSHeapUsedSize"), nodes: get("Nodes"), listeners: get("JSEventListeners") };
};
// What the heap holds but for the engine's code.
const kept = async () => {
  let text = "";
  const hear = ({ chunk }) => { text += chunk; };
  client.on("HeapProfiler.addHeapSnapshotChunk", hear);
  await client.send("HeapProfiler.enable");
  await client.send("HeapProfiler.takeHeapSnapshot", { reportProgress: false });
  await client.send("HeapProfiler.disable");
  client.off("HeapProfiler.addHeapSnapshotChunk", hear);
  const { snapshot: { meta }, nodes } = JSON.parse(text);
  const [width, type, size] = [meta.node_fields.length, meta.node_fields.indexOf("type"), meta.node_fields.indexOf("self_size")];
  let sum = 0;
  for (let at = 0; at < nodes.length; at += width) if (meta.node_types[type][nodes[at + type]] !== "code") sum += nodes[at + size];
  return sum;
};
const EARLY = Math.min(2, SESSIONS - 1);
const seen = [];
let failed = 0;
try {
  await S.connect(c, a, relay, `${server.url}/`);
  for (let n = 0; n < SESSIONS; n++) {
    if (n) {
      const pin = await S.begin(c);
      await a.goto(relay.agent);
      await S.state(a, "ready");
      await S.typePin(a, pin);
      await S.state(a, "live");
      await S.picture(a);
    }
    await c.evaluate(() => { const list = document.createDocumentFragment(); for (let i = 0; i < 10_000; i++) { const d = document.createElement("div"); d.textContent = `row ${i}`; list.append(d); } document.getElementById("stage").append(list); });
    await until(async () => { const s = await S.stats(a); return s.same && s.nodes > 20_000; }, "all nodes", 30_000);
    await c.evaluate(() => { document.getElementById("stage").textContent = ""; });
    await until(async () => { const s = await S.stats(a); return s.same && s.nodes < 100; }, "none of them", 30_000);
    await c.evaluate(() => window.Beside.end());
    await S.state(a, "ended");
    seen.push(await look());
    if (n === EARLY || n === SESSIONS - 1) seen.at(-1).kept = await kept();
  }
} finally {
  await browser.close();
  await server.close();
  await relay.clean();
}
const mb = (v) => `${(v / 1e6).toFixed(2)} MB`;
const [first, last] = [seen[EARLY], seen.at(-1)];
for (const [n, s] of seen.entries()) if (n < 3 || n === seen.length - 1 || n % 10 === 9) console.log(`after session ${String(n + 1).padStart(3)}   heap ${mb(s.heap)}${s.kept ? `, ${mb(s.kept)} without code` : ""}   ${s.nodes} nodes   ${s.listeners} listeners`);
const rows = [["heap", "heap"], ["what the page keeps", "kept"], ["nodes", "nodes"], ["listeners", "listeners"]];
for (const [what, of] of rows) {
  const grown = last[of] / first[of];
  const ok = grown <= 1.1;
  failed += ok ? 0 : 1;
  console.log(`  ${ok ? "ok    " : "FAILED"}  ${what} after ${seen.length} sessions ×${grown.toFixed(3)} of what the third left`);
}
console.log(`${rows.length - failed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
