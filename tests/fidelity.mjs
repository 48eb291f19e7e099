// All sites, pairings of engines, beside what rrweb's live replay reached on them: `node tests/fidelity.mjs [--only id]
// [--pairs chromium-chromium,firefox-chromium,…]`.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { launch } from "./lib/browsers.mjs";
import { CORPUS, SITES, install } from "./lib/corpus.mjs";
import { playSite } from "./lib/fidelity.mjs";
import { writeReport } from "./lib/report.mjs";
import { median } from "./lib/compare.mjs";

const option = (name, otherwise) => (process.argv.includes(name) ? process.argv[process.argv.indexOf(name) + 1] : otherwise);
const only = option("--only", "");
const pairs = option("--pairs", "chromium-chromium").split(",");
const sites = SITES.filter((s) => !only || only.split(",").includes(s.id));
install(sites);
// In per cent, Chromium at both ends; what rrweb could not play has no figure.
const THEIRS = JSON.parse(readFileSync(join(CORPUS, "rrweb.json"), "utf8"));

let passed = 0;
let failed = 0;
const all = [];
for (const pair of pairs) {
  const [ours, theirs] = pair.split("-");
  for (const site of sites) {
    // As people have it: in pictures of one engine's bars are left out on both sides.
    const hasBars = ours !== theirs;
    const customer = await launch(ours, { hasBars });
    const agent = ours === theirs && ours === "chromium" ? customer : await launch(theirs, { hasBars });
    const looks = [];
    console.log(`\n${site.id} · ${pair}`);
    const check = async (row, f) => {
      try { console.log(`  ok      ${row}  (${await f()})`); passed++; }
      catch (e) { console.log(`  FAILED  ${row}\n          ${String(e.message || e).slice(0, 400)}`); failed++; }
    };
    try { await playSite({ site, customer, agent, label: pair, check, looks, limits: ours === theirs ? {} : { boxes: 2, inkLimit: 1, mixed: true }, mixed: ours !== theirs }); }
    catch (e) { failed++; console.log(`  FAILED  ${site.id}: ${e.message}`); }
    finally { await customer.close().catch(() => {}); if (agent !== customer) await agent.close().catch(() => {}); }
    all.push({ site, pair, looks });
  }
}
const percent = (v) => `${(v * 100).toFixed(3)} %`;
console.log("\nsite                 pair                    looks  median      worst       rrweb: median, worst");
for (const { site, pair, looks } of all.filter((one) => one.looks.length)) {
  const shares = looks.map((l) => l.share);
  const [middle, worst] = [median(shares), Math.max(0, ...shares)];
  const theirs = THEIRS.sites[site.id];
  const [ours, agents] = pair.split("-");
  const isBehind = theirs && ours === agents && (middle * 100 > theirs.median + THEIRS.rounding || worst * 100 > theirs.worst + THEIRS.rounding);
  if (isBehind) failed++; else if (theirs && ours === agents) passed++;
  console.log(`${site.id.padEnd(20)} ${pair.padEnd(22)} ${String(looks.length).padStart(5)}  ${percent(middle).padEnd(10)}  ${percent(worst).padEnd(10)}  ${theirs ? `${theirs.median.toFixed(2)} %, ${theirs.worst.toFixed(2)} %` : "could not play it"}${isBehind ? "  BEHIND" : ""}`);
}
for (const pair of pairs) {
  const every = all.filter((one) => one.pair === pair).flatMap((s) => s.looks.map((l) => l.share)).sort((a, b) => a - b);
  if (every.length) console.log(`\n${pair}: ${every.length} looks, median ${percent(median(every))}, p95 ${percent(every[Math.min(every.length - 1, Math.floor(every.length * 0.95))])}, worst ${percent(every.at(-1))}`);
}
console.log(`report: ${writeReport(all)}`);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
