// Runs the browser suites: `node tests/run.mjs [--only name] [--browsers chromium,firefox,webkit]`. A suite is a file in `suites/` that exports rows; a row
// is one thing that must hold, in each browser it names.
import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { launch } from "./lib/browsers.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const only = process.argv.includes("--only") ? process.argv[process.argv.indexOf("--only") + 1] : "";
const asked = process.argv.includes("--browsers") ? process.argv[process.argv.indexOf("--browsers") + 1].split(",") : null;
const files = readdirSync(join(here, "suites")).filter((f) => f.endsWith(".mjs")).sort();
let passed = 0;
let failed = 0;
const failures = [];

for (const file of files) {
  const suite = await import(pathToFileURL(join(here, "suites", file)));
  const title = file.replace(".mjs", "");
  for (const name of asked || suite.browsers || ["chromium", "firefox"]) {
    const label = `${title} · ${name}`;
    if (only && !label.includes(only)) continue;
    console.log(`\n${label}`);
    const started = Date.now();
    let browser;
    let second;
    try {
      browser = await launch(name);
      // Firefox slows down tabs that are not in front, so there each person has a browser of their own.
      second = name === "firefox" ? await launch(name) : browser;
      const check = async (row, f) => {
        const start = Date.now();
        try {
          const note = await f();
          passed++;
          console.log(`  ok      ${row}${note ? `  (${note})` : ""}  ${Date.now() - start} ms`);
          return true;
        } catch (e) {
          failed++;
          failures.push(`${label}: ${row}`);
          console.log(`  FAILED  ${row}\n          ${String(e.stack || e).split("\n").slice(0, 6).join("\n          ")}`);
          return false;
        }
      };
      await suite.run({ browser, second, name, check });
    } catch (e) {
      failed++;
      failures.push(label);
      console.log(`  FAILED  ${label}: ${e.stack || e}`);
    } finally {
      await browser?.close().catch(() => {});
      if (second !== browser) await second?.close().catch(() => {});
    }
    console.log(`  ${((Date.now() - started) / 1000).toFixed(1)} s`);
  }
}
for (const f of failures) console.log(`failed: ${f}`);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
