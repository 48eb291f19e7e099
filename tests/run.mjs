// Runs the browser suites: `node tests/run.mjs [--only names] [--browsers chromium,firefox,webkit] [--jobs n] [--plain]`. A suite is a file in
// `suites/` that exports rows; a row is one thing that must hold, in each browser it names. Two run side by side, but for
// those that say they need the machine to themselves. Where few rows of a suite fail, it is played once more, alone, at the end;
// what then holds is called unsteady in the closing lines and passes.
import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Again, launch } from "./lib/browsers.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const option = (name) => (process.argv.includes(name) ? process.argv[process.argv.indexOf(name) + 1] : "");
const only = option("--only").split(",");
const asked = option("--browsers") ? option("--browsers").split(",") : null;
const atOnce = Number(option("--jobs")) || 2;
// What fails in a suite is played once more, alone, and if it then holds is called unsteady; more failures than these are no accident.
const ACCIDENTS = 3;

const jobs = [];
for (const file of readdirSync(join(here, "suites")).filter((f) => f.endsWith(".mjs")).sort()) {
  const suite = await import(pathToFileURL(join(here, "suites", file)));
  for (const name of asked || suite.browsers || ["chromium", "firefox"]) {
    const label = `${file.replace(".mjs", "")} · ${name}`;
    if (only.some((part) => label.includes(part))) jobs.push({ suite, name, label });
  }
}

if (!jobs.length) { console.log(`No suite is called ${only.join(" or ")}.`); process.exit(1); }

// What a job says is kept until its turn, so that two at once read like one after the other.
let speaks = null;
function voice() {
  const lines = [];
  return {
    say(line) { if (speaks === this) console.log(line); else lines.push(line); },
    begin() { speaks = this; for (const line of lines.splice(0)) console.log(line); },
  };
}

// Firefox takes seconds to start. It is used again by suites that come later, a few times, unless something failed in it. It
// slows down tabs that are not in front, so there each person has a browser of their own.
const SUITES_EACH = 4;
const resting = [];
async function engines(name) {
  if (name !== "firefox") { const browser = await launch(name); return { browser, second: browser, played: SUITES_EACH }; }
  const rested = resting.pop();
  if (rested?.browser.connected && rested.second.connected) return rested;
  const [browser, second] = await Promise.all([launch(name), launch(name)]);
  return { browser, second, played: 0 };
}
async function leave(both, isWell) {
  both.played++;
  if (isWell && both.played < SUITES_EACH) { resting.push(both); return; }
  await both.browser.close().catch(() => {});
  if (both.second !== both.browser) await both.second.close().catch(() => {});
}

// `failed`: the names of the rows for which it is played again; a suite of many rows that do not need each other plays no others.
async function play({ suite, name, label, out, rows }, failed = null) {
  out.say(`\n${label}${failed ? ", again" : ""}`);
  const started = Date.now();
  let both;
  const met = new Map();
  const note = (row, error) => {
    met.set(row, (met.get(row) || 0) + 1);
    rows.set(met.get(row) > 1 ? `${row} (${met.get(row)})` : row, error);
  };
  const fail = (what, e) => {
    note(what, String(e.message || e).slice(0, 300));
    out.say(`  FAILED  ${what}\n          ${String(e.stack || e).split("\n").slice(0, 6).join("\n          ")}`);
  };
  rows.delete(label);
  try {
    both = await engines(name);
    const { browser, second } = both;
    const check = async (row, f) => {
      const start = Date.now();
      try {
        const said = await f();
        note(row, null);
        out.say(`  ok      ${row}${said ? `  (${said})` : ""}  ${Date.now() - start} ms`);
        return true;
      } catch (e) {
        if (e instanceof Again) out.say(`  again   ${row}: ${e.message}`); else fail(row, e);
        return false;
      }
    };
    await suite.run({ browser, second, name, check, failed, say: (line) => out.say(`  ${line}`) });
  } catch (e) {
    fail(label, e);
  } finally {
    if (both) await leave(both, ![...rows.values()].some((error) => error !== null));
  }
  out.say(`  ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

async function playAll(list, width) {
  const waiting = [];
  for (const job of list) {
    job.out = voice();
    job.rows = new Map();
    job.done = new Promise((done) => { job.finish = done; });
    waiting.push(job);
  }
  const worker = async () => { for (let job = waiting.shift(); job; job = waiting.shift()) { await play(job); job.finish(); } };
  const workers = Array.from({ length: width }, worker);
  for (const job of list) { job.out.begin(); await job.done; }
  await Promise.all(workers);
}
// Whatever stands still for long comes before: it would stop the other's clock.
for (const suite of new Set(jobs.map((job) => job.suite))) await suite.prepare?.();
await playAll(jobs.filter((job) => !job.suite.alone), atOnce);
await playAll(jobs.filter((job) => job.suite.alone), 1);
const failing = (job) => [...job.rows].filter(([, error]) => error !== null);
const unsteady = [];
for (const job of jobs) {
  const before = failing(job);
  if (!before.length || before.length > ACCIDENTS) continue;
  job.out.begin();
  // Where the suite itself failed it is not known which of its rows have not been played.
  await play(job, before.some(([row]) => row === job.label) ? null : before.map(([row]) => row));
  for (const [row, error] of before) if (!job.rows.get(row)) unsteady.push(`${job.label}: ${row}: ${error}`);
}
for (const { browser, second } of resting) for (const one of [browser, second]) await one.close().catch(() => {});
for (const line of unsteady) console.log(`unsteady: ${line}`);
const failures = jobs.flatMap((job) => failing(job).map(([row, error]) => (row === job.label ? `${row}: ${error}` : `${job.label}: ${row}: ${error}`)));
for (const line of failures) console.log(`failed: ${line.replaceAll("\n", " ")}`);
const all = jobs.reduce((sum, job) => sum + job.rows.size, 0);
console.log(`${all - failures.length} passed, ${failures.length} failed`);
process.exit(failures.length ? 1 : 0);
