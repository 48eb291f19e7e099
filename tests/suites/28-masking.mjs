// What the policy that ships, `balanced`, hides on sites that nobody here wrote and on the demo bank: not too much; and the
// command line, which judges saved pages without a browser, says the same as the browser does. Some sites in every run, all with
// `--whole`.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { between } from "../lib/between.mjs";
import { person, until, wait } from "../lib/browsers.mjs";
import { CORPUS, SITES, install } from "../lib/corpus.mjs";
import { ROOT, startBoth } from "../lib/servers.mjs";
import * as S from "../lib/session.mjs";

const whole = process.argv.includes("--whole");
const SHORT = ["sb-admin-2", "swagger-ui", "govuk", "jsoneditor"];
const BALANCED = join(ROOT, "policies/balanced.toml");
// Of the texts that nobody typed, over all sites. A site that repeats what stands in its own editors hides more by itself.
const MOST_FALSE = 0.02;
// What looks like an account or card number is to be hidden, whoever wrote the page.
const PRIVATE = /\b[A-Z]{2}\d{2} ?(?:[A-Z0-9]{4} ?){2,7}|\b(?:\d{4} ?){4}\b/;

const sites = SITES.filter((site) => whole || SHORT.includes(site.id));
export const prepare = () => install(sites);
export const browsers = whole ? ["chromium", "firefox"] : ["chromium"];

// Runs on both sides: texts in order, those that stand side by side as one, with what is typed marked; without shadow roots and
// frames, which no saved page holds.
function texts() {
  const hollow = new Set(["SCRIPT", "STYLE", "TEMPLATE", "NOSCRIPT", "BESIDE-UI", "BESIDE-STYLE", "TITLE", "TEXTAREA"]);
  const out = [];
  const walk = (node, typed) => {
    let before = false;
    for (const kid of node.childNodes) {
      if (kid.nodeType === 3) {
        if (before) out[out.length - 1][0] += kid.data; else out.push([kid.data, typed]);
        before = true;
      } else if (kid.nodeType === 1) {
        before = false;
        const name = kid.localName.toUpperCase();
        const isTyped = typed || name === "SELECT" || (kid.getAttribute("contenteditable") ?? kid.getAttribute("data-beside-a-contenteditable") ?? "false") !== "false";
        if (!hollow.has(name)) walk(kid, isTyped);
      }
    }
  };
  walk(document, false);
  return out.filter(([text]) => text.trim());
}

async function look({ c, a, inside }, folder, path) {
  await S.settled(c, a, 15_000, { mixed: true });
  const page = await c.evaluate(texts);
  const replica = await inside(texts);
  const isHidden = (n) => replica[n]?.[0] !== page[n][0];
  const hidden = page.map(([text, typed], n) => ({ text, typed, is: isHidden(n), as: replica[n]?.[0] }));
  const odd = hidden.filter((one) => one.is && !/^[•\s\u200b]*$/.test(one.as ?? ""));
  if (odd.length) throw new Error(`the replica holds other texts: ${JSON.stringify(odd.slice(0, 3))}`);
  const written = hidden.filter((one) => !one.typed);
  const wrong = written.filter((one) => one.is && !PRIVATE.test(one.text));
  const html = await c.evaluate(() => { const all = document.documentElement.cloneNode(true); for (const el of all.querySelectorAll("beside-ui, script[data-tenant]")) el.remove(); return all.outerHTML; });
  const file = join(folder, "page.html");
  writeFileSync(file, `<!doctype html>${html}`);
  const { stdout, stderr } = spawnSync(join(ROOT, "target/debug/beside"), ["policy", "preview", BALANCED, file, "--path", path, "--json"], { encoding: "utf8", maxBuffer: 1 << 26 });
  if (!stdout) throw new Error(stderr);
  // What fields and editable parts hold is hidden where the page repeats it, which a saved page does not tell.
  const values = await c.evaluate(() => {
    const out = [...document.querySelectorAll("input,textarea")].map((el) => el.value);
    for (const { contentDocument: inner } of document.querySelectorAll("iframe")) {
      if (!inner?.body || inner.designMode !== "on" && !inner.body.isContentEditable) continue;
      const all = inner.createTreeWalker(inner.body, NodeFilter.SHOW_TEXT);
      while (all.nextNode()) out.push(all.currentNode.data);
    }
    return out;
  });
  const held = [...values, ...page.filter(([, typed]) => typed).map(([text]) => text)].flatMap((text) => [text, ...text.split("\n")]).map((text) => text.trim()).filter((text) => text.replace(/[^\p{L}\p{N}]/gu, "").length >= 4);
  return { written, wrong, hidden, held, saved: JSON.parse(stdout) };
}

// Where both have a text, do they say the same of it? A serialised page is read anew, so that a script's odd tree may come out
// otherwise; then its texts are looked up, in order.
function compare({ hidden, held, saved }) {
  const repeats = (wanted) => letters(wanted) && held.some((text) => letters(text).includes(letters(wanted)) || letters(wanted).includes(letters(text)));
  const letters = (text) => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
  const plain = (text) => text.replace(/\s+/g, " ").trim();
  let at = 0;
  let both = 0;
  let echoes = 0;
  const differ = [];
  for (const one of hidden) {
    const wanted = plain(one.text);
    let found = at;
    while (found < saved.length && found < at + 40 && plain(saved[found][0]) !== wanted) found++;
    if (found >= saved.length || plain(saved[found][0]) !== wanted) continue;
    at = found + 1;
    both++;
    if (saved[found][1] === one.is) continue;
    if (one.is && repeats(wanted)) echoes++;
    else differ.push(`${JSON.stringify(wanted.slice(0, 60))} is ${one.is ? "hidden" : "shown"} in the browser, not on the command line`);
  }
  return { both, echoes, differ };
}

const PAGES = ["/", "/accounts", "/payment", "/card", "/settings/profile", "/help/travel"];
async function bank({ browser, second }, tell, folder) {
  const { relay, site, stop } = await startBoth({ relay: { policy: BALANCED } });
  const [c, a] = [await person(browser), await person(second, { width: 1640, height: 1000 })];
  const inside = async (f) => (await (await a.$("[data-beside=replica]")).contentFrame()).evaluate(f);
  try {
    await S.connect(c, a, relay, site.url + PAGES[0]);
    for (const path of PAGES) {
      const before = (await S.stats(a)).keyframes;
      await c.goto(site.url + path, { waitUntil: "load" });
      await until(async () => (await S.stats(a)).keyframes > before, "the page's keyframe");
      await tell(path, await look({ c, a, inside }, folder, path));
    }
  } finally {
    await c.close();
    await a.close();
    await stop();
  }
}

export async function run({ check, ...players }) {
  const policy = readFileSync(BALANCED, "utf8");
  const folder = mkdtempSync(join(tmpdir(), "beside-saved-"));
  const all = { written: 0, wrong: 0, both: 0, differ: 0, echoes: 0 };
  const rows = async (id, path, found) => {
    await check(`${id}: what is hidden that need not be`, async () => {
      const { written, wrong } = found;
      all.written += written.length;
      all.wrong += wrong.length;
      if (!written.length) throw new Error("there are no texts");
      const list = wrong.slice(0, 8).map((one) => JSON.stringify(one.text.trim().slice(0, 50))).join(", ");
      return `${wrong.length} of ${written.length} texts${wrong.length ? `: ${list}` : ""}`;
    });
    await check(`${id}: the command line says the same`, async () => {
      const { both, echoes, differ } = compare(found);
      all.both += both;
      all.differ += differ.length;
      if (both < found.hidden.length * 0.95) throw new Error(`only ${both} of ${found.hidden.length} texts are found in the saved page`);
      if (differ.length) throw new Error(`${differ.length} of ${both}: ${differ.slice(0, 4).join("; ")}`);
      all.echoes += echoes;
      return `${both} texts${echoes ? `, ${echoes} that repeat what a field holds` : ""}`;
    });
  };
  try {
    for (const site of sites) {
      await between(players, { pages: site.pages, root: join(CORPUS, site.root), policy }, async (both) => {
        const { c, connect } = both;
        if (site.needs && !(await c.evaluate((name) => Boolean(document.createElement("canvas").getContext(name)), site.needs))) return;
        await connect(site.entry);
        await wait(site.settle || 1_500);
        const path = site.entry.split("?")[0];
        await rows(site.id, path, await look(both, folder, path));
      });
    }
    await bank(players, async (path, found) => rows(`the demo bank, ${path}`, path, found), folder);
    await check("all sites together", async () => {
      if (all.wrong > all.written * MOST_FALSE) throw new Error(`${all.wrong} of ${all.written}`);
      return `${all.wrong} of ${all.written} texts hidden that need not be; command line and browser differ on ${all.differ} of ${all.both}, and on ${all.echoes} that repeat what a field holds`;
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
