// Canaries in every channel of a page, all at once, by every way a page comes to an agent; searched for in all forms, in
// everything that leaves the browser, that the relay keeps and that the agent's browser holds. And the proof that this finds
// what leaks: with each protection switched off in turn. `--whole` plays all of it, a run of all suites the first of each.
import { between } from "../lib/between.mjs";
import { launch, until, wait } from "../lib/browsers.mjs";
import { bundle } from "../lib/bundle.mjs";
import { KEPT, family, found, inMemory, writtenBy } from "../lib/leaks.mjs";
import * as S from "../lib/session.mjs";
import { SPY } from "../lib/tap.mjs";
import { CHANNELS, POLICY, VISIBLE, acts, body, canary, secrets } from "../leaks/channels.mjs";

const isWhole = process.argv.includes("--whole");
// How much of each is played in a run of all suites.
const SHORT = 3;

// Runs what is done with each channel, one after the other or all in one task.
const ACT = (list) => {
  for (const [n, c, act] of list) { const root = document.querySelector(`section[data-n="${n}"]`); try { new Function("root", "c", act)(root, c); } catch (e) { (window.__failed ||= []).push(`${n}: ${e.message}`); } }
};
// Begins like a canary, and everybody may see it.
const CONTROL = "kq0 is no canary";
const head = `<head><meta charset="utf-8"><title>t</title></head>`;
const page = (inside) => `<!doctype html><html lang="en">${head}<body>${inside}</body></html>`;
const picture = (_, r) => { r.writeHead(200, { "content-type": "image/svg+xml" }); r.end(`<svg xmlns='http://www.w3.org/2000/svg' width='40' height='20'><text>${decodeURIComponent(_.url.split("?")[0])}</text></svg>`); };

const PAGES = () => {
  const pictures = Object.fromEntries(["open", "s", "i", ...CHANNELS.map(([n]) => canary(n))].map((name) => [`/leak/${name}.svg`, picture]));
  return { "/": page(`<p>${VISIBLE}</p><main></main>`), "/whole": page(`<p>${CONTROL}</p>${body()}<script>(${ACT})(${JSON.stringify(acts())})</script>`), "/framed": page(`<p>${VISIBLE}</p><iframe src="/whole" width="900" height="700"></iframe>`), ...pictures };
};

// Each protection by its number, and a channel that must be found without it.
const OFF = [
  [1, "the floor", 5, POLICY.replace('inputs = "mask"', 'inputs = "show"')], [2, "hiding what is typed", 1], [4, "rules", 18], [8, "detectors", 85], [16, "judging attributes", 27], [32, "judging the title", 25],
  [64, "cutting addresses", 67], [128, "judging styles", 37], [512, "echoes", 64], [1024, "the list of attributes", 42], [2048, "judging pictures", 43],
];

// By which way it comes: the page, and what is done in it.
const WAYS = [
  ["a keyframe", "/whole", async () => {}],
  ["changes of a page that is watched", "/", async ({ c }) => { await c.evaluate((html) => { document.querySelector("main").innerHTML = html; }, body()); await c.evaluate(ACT, acts()); }],
  ["a reload, and a line that broke", "/whole", async ({ c, a, line, server }) => { await c.goto(`${server.url}/whole`); await rest({ c, a }); line.cut(); await wait(200); line.mend(); await wait(300); await until(() => c.evaluate(() => window.Beside.state === "active"), "the line again", 20_000); }],
  ["taken out and put in, copied, built anew", "/whole", async ({ c, a }) => {
    await c.evaluate(() => { for (const s of document.querySelectorAll("section")) { const at = s.nextSibling; s.remove(); document.body.insertBefore(s, at); } });
    await rest({ c, a });
    await c.evaluate(() => { for (const s of [...document.querySelectorAll("section")]) s.before(s.cloneNode(true)); });
    await rest({ c, a });
    await c.evaluate(() => { document.body.innerHTML += ""; });
  }],
  ["over the border of a hidden part, in one task", "/whole", async ({ c, a }) => {
    await c.evaluate(() => { const p = document.createElement("div"); p.className = "private"; const all = [...document.querySelectorAll("section")]; document.body.append(p); p.append(...all); });
    await rest({ c, a });
    await c.evaluate(async () => { for (const el of document.querySelectorAll("section .private")) { el.className = ""; el.append(""); } await null; for (const el of document.querySelectorAll("section *")) el.classList.add("private"); document.querySelectorAll("body > div").forEach((el) => { el.className = "private"; }); });
  }],
  ["a frame", "/framed", async () => {}],
];

// Keeps the memory of what WASM the page starts; what of some texts is in it, as bytes of a letter and of two.
const MEMORY = () => {
  for (const name of ["instantiate", "instantiateStreaming"]) {
    const native = WebAssembly[name];
    WebAssembly[name] = async (...given) => { const made = await native.apply(WebAssembly, given); window.__memory = (made.instance ?? made).exports.memory; return made; };
  }
};
const IN_MEMORY = (texts) => {
  const all = new TextDecoder("latin1").decode(window.__memory.buffer);
  return [all.length, texts.filter((text) => all.includes(text) || all.includes([...text].join("\0")))];
};

// Whether the picture is the page is another suite's question: not all of this page can be shown alike.
const rest = ({ c, a }) => S.settled(c, a, 6_000, { mixed: true });

// Gives what was found where, and how much was looked through.
async function everywhere({ c, a, relay }, list) {
  const { sent, plain } = await c.evaluate(() => ({ sent: window.__sent, plain: window.__plain }));
  const where = { "what is sealed": Buffer.from(plain.flatMap(([, bytes]) => bytes)), "what is sent": Buffer.from(sent.flat()), "the agent's page": await a.evaluate(KEPT) };
  for (const [place, bytes] of Object.entries(where)) if (place !== "what is sent" && !found(bytes, [[0, "", VISIBLE]], { split: false }).length) throw new Error(`not even what everybody may see is in ${place}: this proves nothing`);
  const hits = Object.entries(where).flatMap(([place, bytes]) => found(bytes, list, { split: place === "what is sealed" }).map((hit) => `${hit} (${place})`));
  return [[...hits, ...writtenBy(relay, list).map((hit) => `${hit} (the relay's disk)`)], Object.values(where).reduce((sum, b) => sum + b.length, 0)];
}

// Canaries begin alike; so must what proves that memory was looked at.
function memories(what, pids, control) {
  const texts = [...CHANNELS.map(([n]) => canary(n)), ...(control ? [CONTROL] : [])];
  const got = inMemory(pids, texts);
  if (!got) return "no look into memory here";
  if (control && !got.hits.delete(CONTROL)) throw new Error(`not even what everybody may see is in the memory of ${what}: this proves nothing`);
  if (got.hits.size) throw new Error(`in the memory of ${what}: ${CHANNELS.filter(([n]) => got.hits.has(canary(n))).map(([n, name]) => `${n} ${name}`).join("; ")}`);
  return `${(got.looked / 1048576).toFixed(0)} MB of ${what}`;
}

const FORMS = ["form-react.jsx", "form-vue.js", "form-angular.js", "form-svelte.js", "form-lit.js"];
async function frameworks(players) {
  const made = await bundle(FORMS);
  const pages = Object.fromEntries(Object.entries(made).map(([path, [type, text]]) => [path, (_, r) => { r.writeHead(200, { "content-type": type }); r.end(text); }]));
  for (const file of FORMS) pages[`/${file.split(".")[0]}.html`] = page(`<p>${VISIBLE}</p><div id=app></div><script type=module src=/${file.split(".")[0]}.js></script>`);
  pages["/begin"] = page("<p>begin</p>");
  return between(players, { pages, policy: POLICY }, async (both) => {
    const { c, a, connect, server } = both;
    await c.evaluateOnNewDocument(SPY);
    await connect("/begin");
    const bytes = [];
    for (const [n, file] of FORMS.entries()) {
      const list = [[n, file, canary(900 + n)], [n, `number in ${file}`, `9${n}71 3355`]];
      await c.goto(`${server.url}/${file.split(".")[0]}.html`);
      const at = (selector) => c.evaluateHandle((s) => (document.querySelector("x-form")?.shadowRoot ?? document).querySelector(s), selector);
      await until(async () => (await at("#go")).asElement(), "the form");
      await rest(both);
      await (await at("#name")).asElement().click();
      await c.keyboard.type(`${list[0][2]}x`);
      await c.keyboard.press("Backspace");
      await (await at("#number")).asElement().click();
      await c.keyboard.type(list[1][2]);
      await (await at("#go")).asElement().click();
      await until(async () => (await (await at("#out")).evaluate((el) => el.textContent)).includes(list[0][2].toUpperCase()), "what the page repeats");
      await rest(both);
      const [hits, looked] = await everywhere(both, list);
      if (hits.length) throw new Error(hits.join("; "));
      bytes.push(looked);
    }
    return `0 of ${2 * FORMS.length} canaries in ${(bytes.reduce((x, y) => x + y) / 1024).toFixed(0)} KB`;
  });
}

export async function run({ check, name, ...players }) {
  const list = secrets();
  const session = (policy, act) => between(players, { pages: PAGES(), policy }, async (both) => { await both.c.evaluateOnNewDocument(SPY); return act(both); });
  for (const [what, path, act] of isWhole ? WAYS : WAYS.slice(0, SHORT)) await check(`${CHANNELS.length} channels by ${what}`, () => session(POLICY, async (both) => {
    const { c, a, connect } = both;
    const lines = [];
    c.on("console", (m) => { if (m.text().startsWith("Beside")) lines.push(m.text()); });
    await connect(path);
    await rest(both);
    // What a page loaded before is looked at as long as it is there.
    const before = await everywhere(both, list);
    await act(both);
    await rest(both);
    await wait(1_200);
    const failed = await c.evaluate(() => window.__failed);
    if (failed?.length) throw new Error(`channels that did not happen: ${failed.join("; ")}`);
    const [hits, bytes] = await everywhere(both, list);
    const all = [...new Set([...before[0], ...hits, ...found(lines.join("\n"), list).map((hit) => `${hit} (our own log)`)])];
    if (all.length) throw new Error(all.join("; "));
    return `0 of ${list.length} canaries in ${((bytes + before[1]) / 1024).toFixed(0)} KB`;
  }));
  await check("memory of the page's own WASM, a moment after", () => session(POLICY, async (both) => {
    const { c, connect } = both;
    await c.evaluateOnNewDocument(MEMORY);
    await connect("/");
    await rest(both);
    await c.evaluate((html) => { document.querySelector("main").innerHTML = html; }, body());
    await c.evaluate(ACT, acts());
    await rest(both);
    await wait(1_200);
    const [bytes, held] = await c.evaluate(IN_MEMORY, [VISIBLE, ...list.map(([, , text]) => text)]);
    if (held[0] !== VISIBLE) throw new Error("not even what everybody may see is there: this proves nothing");
    if (held.length > 1) throw new Error(list.filter(([, , text]) => held.includes(text)).map(([n, what]) => `${n} ${what}`).join("; "));
    return `0 of ${list.length} canaries in ${(bytes / 1048576).toFixed(1)} MB`;
  }));
  await check("forms of React, Vue, Angular, Svelte and Lit: typed, corrected, sent, repeated", () => frameworks(players));
  if (name !== "chromium") return;
  await check("memory of the relay and of the agent's browser", async () => {
    const agents = await launch(name);
    try {
      return await between({ ...players, second: agents }, { pages: PAGES(), policy: POLICY }, async ({ c, a, relay, connect }) => {
        await connect("/whole");
        await rest({ c, a });
        return `${memories("the agent's browser", family(agents.process().pid), true)}, ${memories("the relay", [relay.pid], false)}`;
      });
    } finally {
      await agents.close();
    }
  });
  for (const [off, what, channel, policy = POLICY] of isWhole ? OFF : OFF.slice(-SHORT)) await check(`without ${what} the leak is found`, async () => {
    const hitsOf = (n) => session(policy, async (both) => {
      const { c, a, connect } = both;
      await c.evaluateOnNewDocument((off) => { window.__besideOff = off; }, n);
      await connect("/whole");
      await rest(both);
      await wait(800);
      return (await everywhere(both, list))[0];
    });
    const isIn = (hits) => hits.some((hit) => hit.startsWith(`${channel} `));
    if (policy !== POLICY && isIn(await hitsOf(0))) throw new Error(`channel ${channel} leaks with it`);
    const hits = await hitsOf(off);
    if (!isIn(hits)) throw new Error(`channel ${channel} is not among what was found: ${hits.join("; ") || "nothing"}`);
    return `${new Set(hits.map((hit) => hit.split(" (")[0])).size} channels`;
  });
}
