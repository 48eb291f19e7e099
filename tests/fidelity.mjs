// All sites and case pages, every pairing of engines: `node tests/fidelity.mjs [--only id] [--pairs chromium-chromium,…]`.
import { launch } from "./lib/browsers.mjs";
import { SITES, install } from "./lib/corpus.mjs";
import { playSite } from "./lib/fidelity.mjs";
import { writeReport } from "./lib/report.mjs";
import { median } from "./lib/compare.mjs";

const option = (name, otherwise) => (process.argv.includes(name) ? process.argv[process.argv.indexOf(name) + 1] : otherwise);
const only = option("--only", "");
const pairs = option("--pairs", "chromium-chromium").split(",");
const sites = SITES.filter((s) => !only || only.split(",").includes(s.id));
install(sites);

let passed = 0;
let failed = 0;
const all = [];
for (const pair of pairs) {
  const [ours, theirs] = pair.split("-");
  for (const site of sites) {
    const customer = await launch(ours);
    const agent = ours === theirs && ours === "chromium" ? customer : await launch(theirs);
    const looks = [];
    console.log(`\n${site.id} · ${pair}`);
    const check = async (row, f) => {
      try { console.log(`  ok      ${row}  (${await f()})`); passed++; }
      catch (e) { console.log(`  FAILED  ${row}\n          ${String(e.message || e).slice(0, 400)}`); failed++; }
    };
    try { await playSite({ site, customer, agent, label: pair, check, looks, limits: ours === theirs ? {} : { boxes: 2, inkLimit: 1 } }); }
    catch (e) { failed++; console.log(`  FAILED  ${site.id}: ${e.message}`); }
    finally { await customer.close().catch(() => {}); if (agent !== customer) await agent.close().catch(() => {}); }
    all.push({ site, pair, looks });
  }
}
const percent = (v) => `${(v * 100).toFixed(3)} %`;
console.log("\nsite                 pair                    looks  median      worst");
for (const { site, pair, looks } of all) {
  const shares = looks.map((l) => l.share);
  console.log(`${site.id.padEnd(20)} ${pair.padEnd(22)} ${String(looks.length).padStart(5)}  ${percent(median(shares)).padEnd(10)}  ${percent(Math.max(0, ...shares))}`);
}
const every = all.flatMap((s) => s.looks.map((l) => l.share)).sort((a, b) => a - b);
if (every.length) console.log(`\nall looks: median ${percent(median(every))}, p95 ${percent(every[Math.min(every.length - 1, Math.floor(every.length * 0.95))])}, worst ${percent(every.at(-1))}`);
console.log(`report: ${writeReport(all)}`);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
