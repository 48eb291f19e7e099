// Nothing leaks, nothing runs.
import { between } from "../lib/between.mjs";
import { servePages } from "../lib/pages.mjs";
import { until, wait } from "../lib/browsers.mjs";
import { forms } from "../lib/leaks.mjs";
import * as S from "../lib/session.mjs";
import { SPY } from "../lib/tap.mjs";

// Canaries, each in a place of its own; a policy masks `.private`, blocks `.blocked`, leaves `.out` out.
const CANARIES = {
  password: "pw", card: "card", hiddenInput: "hid", typedText: "typed", textarea: "area", maskedText: "mtext", maskedAttribute: "mattr", placeholder: "place",
  title: "mtitle", option: "opt", queryString: "query", shadow: "shad", frame: "fram", blocked: "blok", leftOut: "lout", ariaLabel: "aria", dataAttribute: "datt",
  comment: "comm", scriptText: "scri", cssContent: "cssc", imageAddress: "imga", linkAddress: "hrefa", metaContent: "meta", template: "temp", lateText: "late", movedText: "movd",
  fileName: "file", hiddenName: "hnam",
};
const canary = (name) => `ca9a7y${CANARIES[name]}0x`;

const PAGE = () => `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Leak test</title><meta name="description" content="${canary("metaContent")}">
<style>.note::after{content:"ok"} .private .inner::after{content:"x"}</style></head><body>
<h1>Visible heading</h1>
<form><input id="pw" type="password" autocomplete="current-password"><input id="cc" autocomplete="cc-number"><input type="hidden" value="${canary("hiddenInput")}">
<input id="typed"><textarea id="area"></textarea>
<select id="sel" class="private"><option>one</option><option>${canary("option")}</option></select></form>
<div class="private" title="${canary("title")}" data-x="${canary("dataAttribute")}"><p id="mtext" class="inner" style="color:red;--said:'${canary("cssContent")}'">${canary("maskedText")}</p><span aria-label="${canary("ariaLabel")}" alt="${canary("maskedAttribute")}">a</span>
<input placeholder="${canary("placeholder")}"><img src="/img.png?x=${canary("imageAddress")}" alt="${canary("maskedAttribute")}"></div>
<a href="/next?token=${canary("linkAddress")}">a link</a>
<embed src="/files/${canary("fileName")}.svg" width="20" height="20"><div class="private"><embed src="/embed.svg" title="${canary("hiddenName")}" width="20" height="20"></div>
<div class="blocked">${canary("blocked")}</div><div class="out">${canary("leftOut")}</div>
<div id="host" class="private"></div><iframe id="fr" class="private" srcdoc="<p>${canary("frame")}</p>"></iframe>
<!-- ${canary("comment")} --><script>window.state="${canary("scriptText")}"</script><template>${canary("template")}</template>
<div id="late"></div><div id="inside" class="private"></div>
<script>document.getElementById("host").attachShadow({mode:"open"}).innerHTML="<b>${canary("shadow")}</b>"</script>
</body></html>`;

const POLICY = `default = "show"\ninputs = "mask"\n[[rule]]\nname = "p"\nmatch = [".private"]\ndo = "mask"\n[[rule]]\nname = "b"\nmatch = [".blocked"]\ndo = "block"\n[[rule]]\nname = "o"\nmatch = [".out"]\ndo = "leave-out"\n`;

const holds = (bytes, text) => { const all = Buffer.from(bytes).toString("latin1"); return forms(text).some((f) => all.includes(f)); };

export async function run(players) {
  const { check } = players;
  await between(players, { pages: { "/": PAGE(), "/img.png": "x" }, policy: POLICY, button: true }, (both) => canaries({ ...both, check }));
  await check("a broken policy: everything is masked, and both sides are told", () => broken(players, `default = "show"\n[[rule]]\nmatch = [".x["]\ndo = "mask"`));
  await check("a selector that the browser refuses: everything is masked, and both sides are told", () => broken(players, `default = "show"\n[[rule]]\nname = "bad one"\nmatch = [":no-such-thing(x)"]\ndo = "mask"`));
  await check("a route of a single-page app brings its own rules before anything of it is told", () => route(players));
  for (const [what, selectors] of Object.entries(REACHES)) await check(`rules that look at ${what} hit what they hit after any change`, () => reach(players, selectors));
  await check("a reading that fails and begins anew: what rules hide stays hidden", () => anew(players));
  for (const [what, inItsMidst] of Object.entries(BURSTS)) await check(`a burst too large for one slice: ${what} tells nothing on the way`, () => burst(players, inItsMidst));
  await check("where a field grows with what is typed, no places are told: they would tell its length", () => growing(players));
  await check("what stands behind hidden blocks lies where it lies", () => behind(players));
  await check("a title that is read late, and a password shown before it is read, are not told before", () => late(players));
  await check("a hidden canvas shows nothing, whatever the page's styles name", () => hiddenCanvas(players));
  await check("a hostile page: nothing runs at the agent's and no request leaves from there", () => hostile(players));
}

async function canaries({ c, a, relay, server, inside, check }) {
  await c.evaluateOnNewDocument(SPY);
  await c.goto(`${server.url}/?q=${canary("queryString")}`);
  await until(() => c.evaluate(() => Boolean(window.Beside)), "window.Beside");
  let allow;
  const asked = new Promise((done) => { allow = done; });
  await c.exposeFunction("testConsent", () => asked);
  await c.evaluate(() => { window.Beside.hooks.confirmSession = () => window.testConsent(); });
  const pin = await S.begin(c);
  await S.signIn(a, relay);
  await check("a wrong PIN opens nothing, and before Allow no page content is in any frame", async () => {
    await S.typePin(a, pin.slice(0, -1) + ((Number(pin.at(-1)) + 1) % 10));
    await until(() => a.evaluate(() => document.documentElement.dataset.besideError === "not-valid"), "not valid");
    await S.typePin(a, pin);
    await S.state(a, "waiting");
    await wait(600);
    const { sent, plain } = await c.evaluate(() => ({ sent: window.__sent, plain: window.__plain }));
    // Kinds that are sealed: KEY, PAGE, ASSET, CONTROL, LIVE.
    const sealed = sent.filter((f) => [0x24, 0x40, 0x41, 0x42, 0xc3].includes(f[1]));
    if (sealed.length || plain.length) throw new Error(`${sealed.length} sealed frames, ${plain.length} messages before Allow`);
    for (const word of ["Visible heading", "Leak test", "a link"]) if (sent.some((f) => holds(f, word))) throw new Error(`"${word}" left before Allow`);
    const digits = pin.slice(-7);
    if (sent.some((f) => holds(f, digits))) throw new Error("the secret digits left the browser");
    return `${sent.length} frames looked at`;
  });
  allow(true);
  await S.state(a, "live");
  await S.picture(a);
  await c.type("#pw", canary("password"));
  await c.evaluate(() => { document.getElementById("pw").type = "text"; });
  await c.type("#cc", canary("card"));
  await c.type("#typed", canary("typedText"));
  await c.type("#area", canary("textarea"));
  await c.select("#sel", canary("option"));
  await c.evaluate((late, moved) => {
    const p = document.createElement("p");
    p.textContent = late;
    p.className = "private";
    document.getElementById("late").append(p);
    const inside = document.getElementById("inside");
    inside.textContent = moved;
    document.body.append(inside);
    // The class goes and comes back in one task; then the element is cloned inside a private one.
    inside.className = ""; inside.className = "private";
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`.note::before{content:"ok"}`);
    document.adoptedStyleSheets = [sheet];
  }, canary("lateText"), canary("movedText"));
  await S.settled(c, a);
  await check(`${Object.keys(CANARIES).length} canaries: none in what was sealed, sent or shown`, async () => {
    const { sent, plain } = await c.evaluate(() => ({ sent: window.__sent, plain: window.__plain }));
    if (plain.filter(([what]) => what === "page").length < 3) throw new Error("the tap is empty: this test proves nothing");
    if (!plain.some(([, b]) => holds(b, "Visible heading"))) throw new Error("not even the heading was sent: this test proves nothing");
    const shown = await inside(() => document.documentElement.outerHTML + [...document.querySelectorAll("*")].map((e) => e.value || "").join());
    const found = [];
    for (const n of Object.keys(CANARIES)) {
      const text = canary(n);
      if (plain.some(([, b]) => holds(b, text)) || sent.some((f) => holds(f, text)) || shown.includes(text)) found.push(n);
    }
    if (found.length) throw new Error(`leaked: ${found.join(", ")}`);
    return `${plain.length} messages, ${sent.length} frames`;
  });
  await check("the relay lets an agent in before the agent is told: one that speaks too early is shown out", async () => {
    const kinds = await c.evaluate(() => window.__sent.map((f) => f[1]));
    const [admit, confirm] = [kinds.indexOf(0x12), kinds.indexOf(0x23)];
    if (admit < 0 || !(admit < confirm)) throw new Error(`ADMIT is frame ${admit}, CONFIRM_B frame ${confirm}`);
  });
  await check("no canary in the relay's log or data", async () => {
    const { readdirSync, readFileSync } = await import("node:fs");
    const { join } = await import("node:path");
    const all = relay.log.join("") + readdirSync(relay.folder).map((f) => readFileSync(join(relay.folder, f)).toString("latin1")).join("");
    for (const n of Object.keys(CANARIES)) if (all.includes(canary(n))) throw new Error(n);
    if (all.includes(pin)) throw new Error("the PIN");
  });
  await check("the outlines of what is hidden are on the page", () => until(() => c.evaluate(() => document.querySelector("beside-ui").shadowRoot.querySelectorAll(".hide").length > 4), "outlines"));
}

const broken = (players, policy) => between(players, { pages: { "/": "<!doctype html><html><head><title>Secret title</title></head><body><h1>Everything secret</h1><p>And this</p></body></html>" }, policy }, async ({ c, a, inside, connect }) => {
  const lines = [];
  c.on("console", (m) => lines.push(m.text()));
  await connect();
  const text = await inside(() => document.body.textContent);
  if (/secret|this/i.test(text)) throw new Error(`shown: ${text}`);
  await until(() => a.evaluate(() => document.querySelector(".banner.warn")?.textContent.includes("Everything is hidden")), "the agent to be told");
  await until(() => c.evaluate(() => document.querySelector("beside-ui").shadowRoot.textContent.includes("Everything is hidden")), "the customer to be told");
  if (!lines.some((l) => l.startsWith("Beside:") && l.includes("masked"))) throw new Error("the console says nothing");
});

// Places are operation 19, alone in a patch (2).
const growing = (players) => {
  const page = (style) => `<!doctype html><html><head><title>t</title></head><body><input id="f" style="${style}"> <b>behind</b><p id="w">words</p></body></html>`;
  return between(players, { pages: { "/": page("field-sizing:content"), "/plain": page("") }, policy: POLICY }, async ({ c, a, connect, fresh }) => {
    if (!await c.evaluate(() => CSS.supports("field-sizing", "content"))) return "this browser has no such fields";
    await c.evaluateOnNewDocument(SPY);
    await connect();
    const places = async () => {
      for (let n = 0; n < 6; n++) {
        await c.evaluate((n) => { document.getElementById("f").value += "typed"; document.getElementById("w").textContent = `words ${n}`; }, n);
        await S.settled(c, a);
        await wait(600);
      }
      return c.evaluate(() => window.__plain.filter(([what, bytes]) => what === "page" && bytes[0] === 2 && bytes[1] === 19).length);
    };
    const told = await places();
    if (told) throw new Error(`places were told ${told} times`);
    await fresh("/plain");
    const plain = await places();
    if (!plain) throw new Error("no places are told of any page: this test proves nothing");
    return `none; of the same page with a plain field ${plain} times`;
  });
};

// Blocks whose last margin goes through them, and such as keep it; a number whose bounds make its field narrow.
const BLOCKS = [
  "<div class=private><p>words</p></div>", "<div class=private><section><p style='margin-bottom:50px'>words</p></section></div>", "<ul class=private><li>a<li>b</ul>", "<div class=private style='padding-bottom:1px'><p>words</p></div>",
  "<div class=private style='display:flow-root'><p>words</p></div>", "<div class=private style='height:90px'><p>words</p></div>", "<div class=private style='margin-bottom:70px'><p>words</p></div>", "<div contenteditable><p>words</p></div>", "<div class=blocked><p>words</p></div>", "<input type=number min=1 max=5>",
];
const behind = (players) => between(players, { pages: { "/": `<!doctype html><html><head><title>t</title></head><body>${BLOCKS.map((html, n) => `${html}<div id="b${n}">behind</div>`).join("")}</body></html>` }, policy: POLICY }, async ({ c, a, inside, connect }) => {
  await connect();
  await S.settled(c, a);
  const places = () => [...document.querySelectorAll("[id^=b]")].map((el) => el.getBoundingClientRect().top);
  const [page, replica] = [await c.evaluate(places), await inside(places)];
  const off = page.map((top, n) => [n, Math.abs(top - replica[n])]).filter(([, by]) => by > 1);
  if (off.length) throw new Error(off.map(([n, by]) => `behind ${BLOCKS[n]}: off by ${by} px`).join("; "));
  return `${page.length} places`;
});

// The burst is read in slices, and what moved was shown before it. In its midst the picture begins anew.
const BURSTS = {
  "what moves into a hidden part": { act: () => {}, messages: 4 },
  "what is asked for anew in its midst": { act: () => { window.Beside.pause(); window.Beside.resume(); }, messages: 2 },
};
async function burst(players, { act, messages }) {
  const secret = canary("movedText");
  const many = Array.from({ length: 6000 }, () => "<i></i>").join("");
  return between(players, { pages: { "/": `<!doctype html><html><head><title>t</title></head><body><input id="code" value="1"><p id="note">open here</p><p id="list"></p><div id="vault" class="private"></div><div id="many">${many}</div></body></html>` }, policy: `${POLICY}[[rule]]\nname = "s"\nmatch = ["#code"]\ndo = "show"\n` }, async ({ c, a, inside, connect }) => {
    await c.evaluateOnNewDocument(SPY);
    await connect();
    await S.settled(c, a, 20_000);
    const shown = await inside(() => document.querySelector("#code").value);
    if (shown !== "1") throw new Error(`before the burst the field read ${shown}`);
    const told = () => c.evaluate(() => window.__plain.filter(([what]) => what === "page").length);
    const before = await told();
    await c.evaluate(async (text) => {
      const [code, note, list, vault] = ["code", "note", "list", "vault"].map((id) => document.getElementById(id));
      note.title = text;
      list.append(text);
      for (const i of document.querySelectorAll("#many i")) i.append("x");
      vault.append(code, note, list);
      code.value = text;
      code.placeholder = text;
      note.firstChild.data = text;
      // Some slices later it goes on.
      await new Promise((done) => setTimeout(done, 12));
      list.title = text;
      list.append(text);
    }, secret);
    await c.evaluate(`(${act})()`);
    await S.settled(c, a, 20_000);
    if (await told() < before + messages) throw new Error(`the burst was told in ${await told() - before} messages`);
    for (const [what, bytes] of await c.evaluate(() => window.__plain)) if (holds(bytes, secret)) throw new Error(`in the plaintext of ${what}`);
    const text = await inside(() => document.documentElement.outerHTML + [...document.querySelectorAll("input")].map((i) => i.value).join());
    if (text.includes(secret)) throw new Error("in the replica");
    return `${await told() - before} messages`;
  });
}

// What comes late in a page is read late; until then it is nobody's.
async function late(players) {
  const [titled, typed] = [canary("title"), canary("password")];
  const many = "<meta name=a content=b>".repeat(1500);
  return between(players, { pages: { "/": `<!doctype html><html><head>${many}<title class="private">${titled}</title></head><body><p>open</p><input id="late" type="password" value="${typed}"></body></html>` }, policy: `${POLICY}[[rule]]\nname = "s"\nmatch = ["#late"]\ndo = "show"\n` }, async ({ c, a, connect }) => {
    await c.evaluateOnNewDocument(SPY);
    // As soon as a first part of the page has been told, the page shows what is typed.
    await c.evaluateOnNewDocument(() => {
      const tap = window.__besideTap;
      window.__besideTap = (what, bytes) => { tap(what, bytes); if (what === "page") document.getElementById("late").type = "text"; };
    });
    await connect();
    await S.settled(c, a, 20_000);
    const plain = await c.evaluate(() => window.__plain);
    if (!plain.some(([what]) => what === "page")) throw new Error("the tap is empty: this test proves nothing");
    for (const secret of [titled, typed]) for (const [what, bytes] of plain) if (holds(bytes, secret)) throw new Error(`${secret} is in the plaintext of ${what}`);
    if (await c.$eval("#late", (el) => el.type) !== "text") throw new Error("the password was never shown: this test proves nothing");
  });
}

// A page may have changed what reading it calls. Everything is then read again from the start, rules included.
const anew = (players) => between(players, { pages: { "/": `<!doctype html><html><head><title>t</title></head><body><p id="open">open here</p><p class="private">${canary("maskedText")}</p></body></html>` }, policy: POLICY }, async ({ c, a, inside, connect }) => {
  await c.evaluateOnNewDocument(SPY);
  await connect();
  const before = (await S.stats(a)).keyframes;
  await c.evaluate(() => {
    const native = Element.prototype.getAttributeNames;
    Element.prototype.getAttributeNames = function () { Element.prototype.getAttributeNames = native; throw new Error("changed by the page"); };
    document.getElementById("open").title = "now";
  });
  await until(async () => (await S.stats(a)).keyframes > before, "a reading from the start");
  await c.evaluate(() => { document.getElementById("open").textContent = "open still"; });
  const text = async () => inside(() => document.body.textContent);
  await until(async () => (await text()).includes("open still"), "the page to go on");
  if ((await c.evaluate(() => window.__plain)).some(([, b]) => holds(b, canary("maskedText")))) throw new Error("what a rule hides was sent after the second reading");
});

async function hiddenCanvas(players) {
  const style = Array.from({ length: 6 }, (_, i) => Array.from({ length: 12 }, (_, j) => `url(beside-drawn:${i}/${j})`).join()).join();
  return between(players, { pages: { "/": `<!doctype html><html><head><title>t</title></head><body><canvas id="c" class="private" width="90" height="60"></canvas><p id="thief">p</p></body></html>` }, policy: POLICY }, async ({ c, inside, connect }) => {
    await c.evaluateOnNewDocument(SPY);
    await connect();
    await c.evaluate(() => { const x = document.getElementById("c").getContext("2d"); x.fillStyle = "red"; x.fillRect(0, 0, 60, 60); });
    await wait(900);
    await c.evaluate((style) => { document.getElementById("thief").style.backgroundImage = style; }, style);
    await wait(900);
    const sent = (await c.evaluate(() => window.__plain)).filter(([what]) => what === "asset" || what === "ASSET");
    if (!(await c.evaluate(() => window.__plain)).some(([what]) => what === "page")) throw new Error("the tap is empty: this test proves nothing");
    if (sent.some(([, b]) => holds(b, "PNG"))) throw new Error("the hidden canvas was sent");
    const shown = await inside(() => [...document.querySelectorAll("*")].filter((el) => /blob:/.test(el.getAttribute("style") || "") || /blob:/.test(getComputedStyle(el).backgroundImage)).map((el) => el.id || el.localName));
    if (shown.length) throw new Error(`shown at ${shown}`);
  });
}

// Rules that see an element only, what is above it too, what is beside or in it.
const REACHES = {
  "an element itself": ["[data-x]", "i.m"],
  "what is above it": [".on .m", "section > [data-x]"],
  "what is beside or in it": [".m + i", "b:has(> .on)", "i:nth-child(3)"],
};

// Random changes of classes, attributes and places; after each burst what is masked is what the browser says is hit. In the
// very first moment, too: a text that came under a rule in the same task was never told.
async function reach(players, selectors) {
  const policy = `default = "show"\n[[rule]]\nname = "r"\nmatch = ${JSON.stringify(selectors)}\ndo = "mask"`;
  const cells = Array.from({ length: 40 }, (_, n) => `<section id=s${n}><b id=b${n}><i id=i${n} class="${n % 2 ? "m" : ""}">w${n}</i></b><i id=j${n} class="${n % 3 ? "" : "m"}">v${n}</i><i id=k${n}>u${n}</i></section>`).join("");
  return between(players, { pages: { "/": `<!doctype html><html><head><title>t</title></head><body>${cells}</body></html>` }, policy }, async ({ c, a, inside, connect }) => {
    await c.evaluateOnNewDocument(SPY);
    await connect();
    const hit = () => c.evaluate((any) => { const hit = [...document.querySelectorAll(any)]; return [...document.querySelectorAll("section *")].filter((el) => el.textContent && !el.firstElementChild && hit.some((h) => h.contains(el))).map((el) => el.id).sort().join(" "); }, selectors.join(","));
    const masked = () => inside(() => [...document.querySelectorAll("section *")].filter((el) => el.textContent && !el.firstElementChild && !/[a-z]/.test(el.textContent)).map((el) => el.id).sort().join(" "));
    let most = 0;
    for (let round = 0; round < 12; round++) {
      await c.evaluate((seed) => {
        let x = seed * 7919 + 1;
        const r = (n) => { x = (Math.imul(x, 1103515245) + 12345) >>> 0; return (x >>> 8) % n; };
        const any = () => document.getElementById("ssbbijk"[r(7)] + r(40));
        for (let n = 0; n < 6; n++) {
          const [el, other] = [any(), any()];
          if (!el || !other) continue;
          const kind = r(6);
          if (kind < 2) el.classList.toggle(kind ? "on" : "m");
          else if (kind === 2) el.toggleAttribute("data-x");
          else if (kind === 3 && !el.contains(other) && el.localName !== "section") other.closest("section").append(el);
          else if (kind === 4) { const place = el.nextSibling; const parent = el.parentNode; el.remove(); parent.insertBefore(el, place); }
          else { const made = document.createElement("i"); made.id = `n${seed}-${n}`; made.className = "m"; made.textContent = "abc"; el.closest("section").append(made); }
        }
      }, round + 1);
      await S.settled(c, a);
      const [page, copy] = [await hit(), await masked()];
      if (page !== copy) throw new Error(`round ${round}: hit are ${page}; masked are ${copy}`);
      most = Math.max(most, page.split(" ").length);
    }
    // Both at once, as an element that came and as one that changed.
    await c.evaluate((t) => { const s = document.getElementById("s1"); s.className = "on"; s.innerHTML = `<b class=m>x</b><i class="m" data-x>${t}</i>`; const k = document.getElementById("k2"); k.textContent = t; k.dataset.x = ""; k.className = "m"; document.getElementById("s2").className = "on"; k.before(Object.assign(document.createElement("i"), { className: "m" })); }, canary("lateText"));
    // What changes on an element that stands nowhere makes no record.
    await c.evaluate(async (t) => { const el = document.getElementById("k3"); el.remove(); await null; el.className = "m"; el.dataset.x = ""; el.textContent = t; document.getElementById("s2").append(el); }, canary("lateText"));
    await S.settled(c, a);
    if ((await c.evaluate(() => window.__plain)).some(([, b]) => holds(b, canary("lateText")))) throw new Error("what came under a rule was told");
    return `${most} masked at most`;
  });
}

async function route(players) {
  const policy = `default = "show"\n[[rule]]\nname = "details"\non = ["/secret/**"]\nmatch = [".v"]\ndo = "mask"`;
  return between(players, { pages: { "/": `<!doctype html><html><head><title>t</title></head><body><p class="v">open here</p><div id="view"></div></body></html>` }, policy }, async ({ c, a, inside, connect }) => {
    await c.evaluateOnNewDocument(SPY);
    await connect();
    const text = async () => inside(() => document.body.textContent);
    if (!(await text()).includes("open here")) throw new Error("the open page is not shown");
    await c.evaluate((t) => { history.pushState({}, "", "/secret/1"); document.getElementById("view").innerHTML = `<p class="v">${t}</p>`; }, canary("typedText"));
    await S.settled(c, a);
    const plain = await c.evaluate(() => window.__plain);
    if (plain.some(([, b]) => holds(b, canary("typedText")))) throw new Error("the route's text was sent");
    if ((await text()).includes("open here")) throw new Error("what the new route hides is still shown");
    await c.evaluate(() => history.pushState({}, "", "/open"));
    await until(async () => (await text()).includes("open here"), "the open text to come back");
  });
}

// What a hostile customer's page may hold. Everything that could fetch points at `/evil…` of a server that counts; the
// page itself is opened by the customer first, and only requests after the replica stands are the agent's.
const HOSTILE = (evil) => `<!doctype html><html><head><base href="${evil}/base/"><title>x</title>
<link rel="stylesheet" href="${evil}/evil.css"><link rel="prefetch" href="${evil}/evil-prefetch"><link rel="preconnect" href="${evil}"><link rel="icon" href="${evil}/evil-icon">
<style>@import url("${evil}/evil-import.css"); body{background:url("${evil}/evil-bg.png")} .b{cursor:url("${evil}/evil-cursor"),auto;content:url(${evil}/evil-content)} @font-face{font-family:E;src:url(${evil}/evil-font)} p{font-family:E}</style></head>
<body onload="window.top.pwned=1" onclick="window.top.pwned=1"><p onmouseover="pwned=1">text</p>
<img src="${evil}/evil.png" onerror="window.top.pwned=1"><img srcset="${evil}/evil-srcset.png 1x"><picture><source srcset="${evil}/evil-source.png"><img></picture>
<a href="javascript:window.top.pwned=1">a</a><a href="${evil}/evil-link" ping="${evil}/evil-ping" target="_top">b</a><form action="${evil}/evil-form"><button formaction="javascript:pwned=1">x</button></form>
<iframe src="${evil}/evil-frame"></iframe><iframe srcdoc="<script>window.top.pwned=1</script><img src='${evil}/evil-srcdoc.png'>"></iframe>
<svg><script>window.top.pwned=1</script><image href="${evil}/evil-svg.png"/><use href="${evil}/evil-use.svg#x"/><a href="javascript:pwned=1"><text y="20">t</text></a><animate attributeName="href" values="javascript:pwned=1"/><foreignObject><img src="${evil}/evil-fo.png"></foreignObject></svg>
<object data="${evil}/evil-object"></object><embed src="${evil}/evil-embed"><video poster="${evil}/evil-poster" src="${evil}/evil-video"></video><audio src="${evil}/evil-audio" autoplay></audio>
<input type="image" src="${evil}/evil-input"><table background="${evil}/evil-table"><tr><td>t</td></tr></table><div style="background:image-set('${evil}/evil-set' 1x);--x:url(${evil}/evil-var)">d</div>
<math><mi href="javascript:pwned=1">m</mi></math><details open ontoggle="window.top.pwned=1"><summary>s</summary></details><input autofocus onfocus="window.top.pwned=1">
</body></html>`;

async function hostile(players) {
  const evil = await servePages({ pages: {} });
  try {
    return await between(players, { pages: { "/": HOSTILE(evil.url) }, policy: `default = "show"\ninputs = "show"` }, (both) => press({ ...both, evil }));
  } finally {
    await evil.close();
  }
}

async function press({ a, relay, inside, connect, evil }) {
  const asked = [];
  a.on("request", (r) => asked.push(r.url()));
  await connect();
  await wait(1500);
  // Ops that no page sends by itself: the replica is pressed, hovered and scrolled where it stands.
  const r = await a.evaluate(() => { const b = document.querySelector("[data-beside=replica]").getBoundingClientRect(); return [b.left, b.top]; });
  for (const [x, y] of [[40, 30], [60, 60], [30, 120], [100, 200]]) await a.mouse.click(r[0] + x, r[1] + y);
  await a.keyboard.press("Tab");
  await wait(500);
  const own = new URL(relay.relay).host;
  const foreign = asked.filter((u) => !u.startsWith("blob:") && !u.startsWith("data:") && !u.startsWith("about:") && new URL(u).host !== own);
  if (foreign.length) throw new Error(`the agent's browser asked for ${foreign.slice(0, 3)}`);
  const pwned = await a.evaluate(() => [window.pwned, document.querySelector("[data-beside=replica]").contentWindow.pwned, location.pathname]);
  if (pwned[0] || pwned[1] || pwned[2] !== "/agent/") throw new Error(`something ran: ${pwned}`);
  const left = await inside((evil) => {
    const bad = [];
    for (const el of document.querySelectorAll("*")) for (const at of el.attributes) if (at.value.includes(evil) || /^on/i.test(at.name) || /javascript:/i.test(at.value)) bad.push(`${el.localName} ${at.name}`);
    return bad;
  }, evil.url);
  if (left.length) throw new Error(`left in the replica: ${left.slice(0, 5)}`);
  const nodes = (await S.stats(a)).nodes;
  if (nodes < 50) throw new Error(`only ${nodes} nodes arrived: this test proves nothing`);
  return `${nodes} nodes, ${asked.length} requests, all to the relay`;
}
