// Canaries in every channel of a page, all at once, made by the parser or by a framework, by every way a page comes to an agent;
// searched for in all forms, in everything that leaves the browser, that the relay keeps and that the agent's browser holds. And
// the proof that this finds what leaks: with each protection switched off in turn. `--whole` plays all of it: each way with each
// framework; a run of all suites each way and each framework once, so that a channel has met each of them.
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

// By what the page is made.
const MAKERS = ["markup", "react", "vue", "angular", "svelte", "lit"];

// `/whole/BY` holds all channels when it comes, `/later/BY` once its `fill` is called, `/framed/BY` in a frame.
async function pagesOf() {
  const act = `window.act = () => { (${ACT})(${JSON.stringify(acts())}); };`;
  const serve = (type, text) => (_, r) => { r.writeHead(200, { "content-type": type }); r.end(text); };
  const pages = { "/": page(`<p>${VISIBLE}</p>`), "/body": body(), "/card": page(`<p>${VISIBLE}</p><form>${["number", "name", "exp-month", "exp-year", "csc"].map((what) => `<p><label>${what} <input autocomplete="cc-${what}" name="cc-${what}"></label></p>`).join("")}</form>`) };
  for (const name of ["open", "s", "i", ...CHANNELS.map(([n]) => canary(n))]) pages[`/leak/${name}.svg`] = picture;
  for (const [path, [type, text]] of Object.entries(await bundle(MAKERS.slice(1).map((by) => `leak-${by}.js`)))) pages[path] = serve(type, text);
  for (const by of MAKERS) {
    const made = (rest) => page(`<p>${VISIBLE}</p><p>${CONTROL}</p>${rest}`);
    pages[`/framed/${by}`] = page(`<p>${VISIBLE}</p><iframe src="/whole/${by}" width="900" height="700"></iframe>`);
    if (by !== "markup") pages[`/whole/${by}`] = pages[`/later/${by}`] = made(`<div id=app></div><script>${act}</script><script type=module src="/leak-${by}.js"></script>`);
  }
  pages["/whole/markup"] = page(`<p>${CONTROL}</p>${body()}<script>${act}act();window.filled=true</script>`);
  pages["/later/markup"] = page(`<p>${VISIBLE}</p><main></main><script>${act}window.ready=true;window.fill=async()=>{document.querySelector("main").innerHTML=await (await fetch("/body")).text();act();window.filled=true}</script>`);
  // One channel is the page's address, under which the page is, too.
  return new Proxy(pages, { get: (all, path) => all[path] ?? all[String(path).split("/of/")[0]] });
}

// Each protection by its number, and a channel that must be found without it.
const OFF = [
  [1, "the floor", 5, POLICY.replace('inputs = "mask"', 'inputs = "show"')], [2, "hiding what is typed", 1], [4, "rules", 18], [8, "detectors", 85], [16, "judging attributes", 27], [32, "judging the title", 25],
  [64, "cutting addresses", 67], [128, "judging styles", 37], [512, "echoes", 64], [1024, "the list of attributes", 42], [2048, "judging pictures", 43],
];

// By which way it comes: the page, and what is done in it.
const WAYS = [
  ["a keyframe", "/whole", async () => {}],
  ["changes of a page that is watched", "/later", async ({ c }) => { await until(() => c.evaluate(() => window.ready), "the page's program"); await c.evaluate(async () => { await window.fill(); }); }],
  ["a reload, and a line that broke", "/whole", async ({ c, a, line }) => { await c.reload(); await filled(c); await rest({ c, a }); line.cut(); await wait(200); line.mend(); await wait(300); await until(() => c.evaluate(() => window.Beside.state === "active"), "the line again", 20_000); }],
  ["taken out and put in, copied, built anew", "/whole", async ({ c, a }) => {
    await c.evaluate(() => { for (const s of document.querySelectorAll("section")) { const at = s.nextSibling; const from = s.parentNode; s.remove(); from.insertBefore(s, at); } });
    await rest({ c, a });
    await c.evaluate(() => { for (const s of [...document.querySelectorAll("section")]) s.before(s.cloneNode(true)); });
    await rest({ c, a });
    await c.evaluate(() => { document.body.innerHTML += ""; });
  }],
  ["over the border of a hidden part, in one task", "/whole", async ({ c, a }) => {
    await c.evaluate(() => { const p = document.createElement("div"); p.className = "private"; const all = [...document.querySelectorAll("section")]; document.body.append(p); p.append(...all); });
    await rest({ c, a });
    await c.evaluate(async () => { for (const el of document.querySelectorAll("section .private")) { el.className = ""; el.append(""); } await null; for (const el of document.querySelectorAll("section *")) el.classList.add("private"); document.querySelectorAll("body > div:not(#app)").forEach((el) => { el.className = "private"; }); });
  }],
  ["a frame", "/framed", async () => {}],
  ["going away and back, and a window that the page opens", "/whole", async ({ c, a, server }) => {
    await c.goto(`${server.url}/`);
    await rest({ c, a });
    await c.goBack();
    await rest({ c, a });
    const opened = new Promise((done) => { c.once("popup", done); });
    await c.evaluate((address) => { window.open(address); }, `${server.url}/whole/markup`);
    await filled(await opened);
    await wait(800);
    await (await opened).close();
    await c.bringToFront();
  }],
];
// Each with the page as it comes, then all of one with all of the other; a run of all suites takes of both what it can at once.
const played = (name) => (isWhole ? MAKERS.flatMap((by) => WAYS.map((way) => [by, way])) : WAYS.map((way, n) => [MAKERS[(n + (name === "chromium" ? 1 : 3)) % MAKERS.length], way]));

const filled = (c) => until(() => c.evaluate(() => (document.querySelector("iframe[src^='/whole']")?.contentWindow ?? window).filled), "all channels", 20_000);

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

export async function run({ check: play, failed, name, ...players }) {
  // No row needs another.
  const check = async (row, act) => { if (!failed || failed.includes(row)) await play(row, act); };
  const list = secrets();
  const pages = await pagesOf();
  const session = (policy, act) => between(players, { pages, policy }, async (both) => { await both.c.evaluateOnNewDocument(SPY); return act(both); });
  for (const [by, [what, path, act]] of played(name)) await check(`${CHANNELS.length} channels by ${what}${by === MAKERS[0] ? "" : `, made by ${by}`}`, () => session(POLICY, async (both) => {
    const { c, a, connect } = both;
    const lines = [];
    c.on("console", (m) => { if (m.text().startsWith("Beside")) lines.push(m.text()); });
    await connect(`${path}/${by}`);
    if (path !== "/later") await filled(c);
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
    await connect("/later/markup");
    await rest(both);
    await c.evaluate(async () => { await window.fill(); });
    await rest(both);
    await wait(1_200);
    const [bytes, held] = await c.evaluate(IN_MEMORY, [VISIBLE, ...list.map(([, , text]) => text)]);
    if (held[0] !== VISIBLE) throw new Error("not even what everybody may see is there: this proves nothing");
    if (held.length > 1) throw new Error(list.filter(([, , text]) => held.includes(text)).map(([n, what]) => `${n} ${what}`).join("; "));
    return `0 of ${list.length} canaries in ${(bytes / 1048576).toFixed(1)} MB`;
  }));
  await check("what the relay writes down: where it refuses, and when all is over", () => session(POLICY, async ({ c, a, relay, connect }) => {
    await connect("/whole/markup");
    await filled(c);
    await rest({ c, a });
    const said = canary(71);
    const { paths } = await (await fetch(`${relay.relay}/api/v1/openapi.json`)).json();
    const refused = new Map();
    for (const [path, methods] of Object.entries(paths)) for (const method of [...new Set([...Object.keys(methods), "post", "patch"])]) {
      const has = !["get", "head"].includes(method);
      for (const text of has ? [JSON.stringify({ email: said, password: said, pin: said, source: said, selector: said, [said]: said }), `{"${said}`] : [undefined]) {
        const headers = { "user-agent": said, referer: `http://${said}/`, cookie: `session=${said}`, authorization: `Bearer ${said}`, "x-forwarded-for": said, ...(has ? { "content-type": "application/json" } : {}) };
        const { status } = await fetch(`${relay.relay}${path.replaceAll(/\{[^}]*\}/g, said)}?ticket=${said}&q=${said}`, { method: method.toUpperCase(), headers, body: text });
        refused.set(status, (refused.get(status) || 0) + 1);
      }
    }
    await c.evaluate(async () => { await window.Beside.end(); });
    await S.state(a, "ended");
    await wait(1_200);
    const asked = [...refused].filter(([status]) => status >= 400);
    if (asked.reduce((sum, [, n]) => sum + n, 0) < 40) throw new Error(`too little was refused: ${JSON.stringify([...refused])}`);
    const hits = writtenBy(relay, [...list, [71, "what it was asked", said]]);
    if (hits.length) throw new Error(hits.join("; "));
    return `0 of ${list.length + 1}; refused ${asked.map(([status, n]) => `${n} × ${status}`).join(", ")}`;
  }));
  await check("forms of React, Vue, Angular, Svelte and Lit: typed, corrected, sent, repeated", () => frameworks(players));
  if (name !== "chromium") return;
  await check("a card that the browser itself fills in", () => session(POLICY, async (both) => {
    const { c, connect, server } = both;
    const card = { number: "4000056655665556", name: canary(914), expiryMonth: "12", expiryYear: "2031", cvc: "917" };
    const own = [[14, "its number", card.number], [14, "its holder", card.name]];
    await connect("/");
    await c.goto(`${server.url}/card`);
    await rest(both);
    await (await c.$("[autocomplete=cc-number]")).autofill({ creditCard: card });
    if (await c.$eval("[autocomplete=cc-number]", (el) => el.value) !== card.number) throw new Error("it was not filled in: this proves nothing");
    await rest(both);
    await wait(500);
    const [hits] = await everywhere(both, own);
    if (hits.length) throw new Error(hits.join("; "));
  }));
  await check("memory of the relay and of the agent's browser", async () => {
    const agents = await launch(name);
    try {
      return await between({ ...players, second: agents }, { pages, policy: POLICY }, async ({ c, a, relay, connect }) => {
        await connect("/whole/markup");
        await rest({ c, a });
        return `${memories("the agent's browser", family(agents.process().pid), true)}, ${memories("the relay", [relay.pid], false)}`;
      });
    } finally {
      await agents.close();
    }
  });
  for (const [n, [off, what, channel, policy = POLICY]] of [...OFF.entries()].slice(isWhole ? 0 : -SHORT)) await check(`without ${what} the leak is found`, async () => {
    const hitsOf = (without) => session(policy, async (both) => {
      const { c, a, connect } = both;
      await c.evaluateOnNewDocument((off) => { window.__besideOff = off; }, without);
      await connect(`/whole/${MAKERS[n % MAKERS.length]}`);
      await filled(c);
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
