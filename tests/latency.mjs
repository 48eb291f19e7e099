// From a change on the customer's page to the frame that shows it at the agent's, one machine: `node tests/latency.mjs`.
// `--only P1,R5` plays some loads. A stamp is written into the page; a frame callback beside the replica reads it. Both clocks
// are the machine's own. Where a load holds the page's own thread up, or the agent's, that time is in the figure too.
import { launch, person, wait } from "./lib/browsers.mjs";
import { servePages } from "./lib/pages.mjs";
import { startRelay } from "./lib/servers.mjs";
import { POLICY } from "./lib/fidelity.mjs";
import { page as makePage } from "./bench/page.mjs";
import { WORKLOADS } from "./bench/workloads.mjs";
import * as S from "./lib/session.mjs";

// The benchmark's workloads, each begun anew as often as it ends, a tenth of a second apart.
const again = ({ before, run }) => `async () => {
  const stage = document.getElementById("stage");
  const pause = () => new Promise((done) => setTimeout(done, 50));
  for (;;) { stage.replaceChildren(); ${before ? `(${before})();` : ""} await pause(); await (${run})(); await pause(); }
}`;
const LOADS = {
  quiet: "() => {}",
  ...Object.fromEntries(Object.entries(WORKLOADS).map(([id, w]) => [`${id} ${w.what}`, again(w)])),
  "50 rows added and removed a frame": () => { const s = document.getElementById("stage"); const step = () => { while (s.children.length > 500) s.firstChild.remove(); for (let i = 0; i < 50; i++) { const d = document.createElement("div"); d.textContent = `row ${i}`; s.append(d); } requestAnimationFrame(step); }; step(); },
};
const only = process.argv.includes("--only") ? process.argv[process.argv.indexOf("--only") + 1].split(",") : null;
const rows = Object.entries(LOADS).filter(([name]) => !only || only.includes(name.split(" ")[0]));
const server = await servePages({ pages: { "/": makePage(1000, false).html } });
const relay = await startRelay({ origins: [server.url], policy: POLICY, web: "target/web-tap" });
server.inject = `<script src="${relay.script}" data-tenant="acme-bank" data-button="none" async></script>`;
const browser = await launch("chromium");
const second = await launch("chromium");
let ok = 0;
try {
  for (const [name, load] of rows) {
    const c = await person(browser);
    const a = await person(second, { width: 1640, height: 1000 });
    await S.connect(c, a, relay, `${server.url}/`);
    await c.evaluate(() => { const p = document.createElement("p"); p.id = "stamp"; p.textContent = "0"; document.body.prepend(p); });
    await c.evaluate(`(async () => { try { await (${load})(); } catch (e) { window.broke = String(e); } })(); 0`);
    await wait(800);
    await a.evaluate(() => {
      window.times = [];
      let last = "";
      const look = () => { const text = document.querySelector("[data-beside=replica]").contentDocument.getElementById("stamp")?.textContent || ""; if (text !== last) { last = text; const at = performance.timeOrigin + performance.now(); requestAnimationFrame(() => window.times.push(at - Number(text))); } requestAnimationFrame(look); };
      look();
    });
    await c.evaluate(() => new Promise((done) => { let n = 0; const go = () => { document.getElementById("stamp").textContent = String(performance.timeOrigin + performance.now()); if (++n < 120) setTimeout(go, 40 + Math.random() * 40); else done(); }; go(); }));
    await wait(500);
    const times = (await a.evaluate(() => window.times)).slice(1).sort((x, y) => x - y);
    const { flushes, slowFlushes, longestFlush } = await c.evaluate(() => window.Beside.stats());
    console.log(`${name.padEnd(64)} ${String(times.length).padStart(4)} changes seen   p50 ${times[times.length >> 1]?.toFixed(0)} ms   p99 ${times[Math.floor(times.length * 0.99)]?.toFixed(0)} ms   ${flushes} flushes, ${slowFlushes} over 8 ms, the longest ${longestFlush.toFixed(1)} ms`);
    const broke = await c.evaluate(() => window.broke);
    if (broke) times.length = 0;
    // A change may be merged with the next; most must be seen one by one, or the figure is of something else.
    if (times.length >= 100) ok++; else console.log(`  FAILED  ${broke || `only ${times.length} of 120 changes were seen`}`);
    await c.close();
    await a.close();
  }
} finally {
  await browser.close();
  await second.close();
  await server.close();
  await relay.clean();
}
console.log(`${ok} passed, ${rows.length - ok} failed`);
process.exit(ok === rows.length ? 0 : 1);
