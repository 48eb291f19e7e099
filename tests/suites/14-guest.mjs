// A good guest: whatever a page is like, the tag works in it, and the page is as it would be without.
import { servePages } from "../lib/pages.mjs";
import { POLICY } from "../lib/fidelity.mjs";
import { isPlain, startRelay } from "../lib/servers.mjs";
import { person, until, wait } from "../lib/browsers.mjs";
import * as S from "../lib/session.mjs";

// What the page does and notices by itself; `window.log` at the end. Nothing in it knows of a tag.
const ACTS = `
  window.log = [];
  const note = (...what) => window.log.push(what.join(" "));
  const own = (n) => n.nodeType === 1 && (n.localName === "beside-ui" || n.localName === "script");
  new MutationObserver((list) => { for (const r of list) for (const n of [...r.addedNodes, ...r.removedNodes]) if (!own(n)) note(r.type, r.target.nodeName, n.nodeName); for (const r of list) if (r.type !== "childList" && !own(r.target)) note(r.type, r.target.nodeName, r.attributeName); })
    .observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  for (const type of ["scroll", "resize", "focusin", "focusout", "input", "change", "click", "toggle", "load", "error", "beforetoggle", "hashchange", "popstate", "visibilitychange", "selectionchange", "transitionend", "animationend", "slotchange", "message", "securitypolicyviolation"])
    addEventListener(type, (e) => { const t = e.target; if (!(t.nodeType === 1 && own(t))) note("event", type, t.nodeName || t.constructor.name); }, true);
  window.act = async () => {
    const pause = (ms) => new Promise((d) => setTimeout(d, ms));
    const stage = document.getElementById("stage");
    for (let n = 0; n < 6; n++) { const p = document.createElement("p"); p.textContent = "line " + n; stage.append(p); p.className = "c" + n; await pause(40); }
    const field = document.getElementById("field");
    field.focus(); field.value = "typed"; field.dispatchEvent(new Event("input", { bubbles: true })); await pause(40);
    field.blur();
    document.getElementById("box").scrollTop = 30; await pause(60);
    scrollTo(0, 50); await pause(60);
    location.hash = "there"; await pause(60);
    const d = document.getElementById("dialog"); d.showModal(); await pause(40); d.close(); await pause(40);
    stage.firstChild.firstChild.data = "edited"; stage.lastChild.remove();
    const host = document.createElement("div"); stage.append(host);
    host.attachShadow({ mode: "closed" }).append(document.createElement("slot")); host.append("slotted"); await pause(40);
    getSelection().selectAllChildren(stage); await pause(40); getSelection().removeAllRanges();
    // A policy may forbid the first of these; the second is script's and counts under any.
    stage.setAttribute("style", "margin-left: 9px"); document.getElementById("there").style.paddingLeft = "3px";
    document.getElementById("fade").className = "on"; await pause(200);
    // What script can see of the page.
    note("globals", Object.keys(window).filter((k) => !window.__known.has(k) && !["log", "act", "__known", "__sent", "__plain", "__besideTap"].includes(k)));
    note("styles", document.documentElement.getAttribute("style"), document.body.getAttribute("style"), document.documentElement.className, document.styleSheets.length, document.adoptedStyleSheets.length);
    note("children", [...document.body.children].map((n) => n.localName));
    note("size", document.documentElement.scrollWidth, document.documentElement.scrollHeight, innerWidth, document.getElementById("stage").getBoundingClientRect().bottom);
    note("active", document.activeElement.localName, "root", host.shadowRoot);
    note("enumerable", Object.keys(Element.prototype).length, Object.keys(document).length, JSON.stringify(Object.keys(Object.prototype)));
    for (const name of ["attachShadow", "append", "getAttribute"]) note(name, Element.prototype[name].name, Element.prototype[name].length);
    note("font", new FontFace("x", "local(x)") instanceof FontFace, FontFace.name, FontFace.length);
    let thrown = ""; try { document.createElement("input").attachShadow({ mode: "open" }); } catch (e) { thrown = e.name; } note("throws", thrown);
  };`;
const BODY = `<style>.x{color:red}#fade{opacity:1;transition:opacity .1s}#fade.on{opacity:.5}</style><h1>Guest</h1><div id=stage></div><input id=field><div id=box style="height:60px;overflow:auto"><p style="height:300px">tall</p></div><dialog id=dialog>dialog</dialog><p id=fade>fade</p><p id=there style="margin-top:1200px">there</p>`;
const known = "<script>window.__known=new Set(Object.keys(window))</script>";

// Pages with something peculiar: what runs before everything else, headers, attributes of the tag.
const PECULIAR = {
  "frozen prototypes": { first: "for (const o of [Element, Node, EventTarget, Document, Array, Object, Function, String, HTMLElement, MutationObserver, Map, Set, Promise]) Object.freeze(o.prototype);" },
  "built-ins patched as Prototype.js did": { first: `
    Object.prototype.extend = function () {}; Array.prototype.each = function (f) { this.forEach(f); }; Array.prototype.toJSON = function () { return "[patched]"; }; String.prototype.toJSON = function () { return "patched"; };
    Array.from = function (x) { return x ? [].slice.call(x) : []; }; Function.prototype.bind = function (that) { const f = this, a = [].slice.call(arguments, 1); return function () { return f.apply(that, a.concat([].slice.call(arguments))); }; };
    Element.prototype.remove = function () { if (this.parentNode) this.parentNode.removeChild(this); }; document.getElementsByClassName = function () { return []; }; window.$ = function (id) { return document.getElementById(id); };
    Array.prototype.map = function (f, t) { const out = []; for (let i = 0; i < this.length; i++) out.push(f.call(t, this[i], i, this)); return out; };` },
  "timers and observers wrapped as zone.js does": { first: `
    window.ofOurs = [];
    for (const name of ["setTimeout", "setInterval", "requestAnimationFrame", "queueMicrotask", "MutationObserver", "ResizeObserver"]) {
      const native = window[name];
      window["__zone_symbol__" + name] = native;
      const used = () => { if (/\\/sdk\\//.test(new Error().stack)) window.ofOurs.push(name); };
      window[name] = native.prototype ? class extends native { constructor(...a) { used(); super(...a); } } : function (...a) { used(); return native.apply(window, a); };
    }
    for (const name of ["addEventListener", "removeEventListener"]) { const native = EventTarget.prototype[name]; EventTarget.prototype[name] = function (...a) { return native.apply(this, a); }; }`, after: () => { if (window.ofOurs.length) throw new Error("used: " + [...new Set(window.ofOurs)]); } },
  "Trusted Types": { headers: { "content-security-policy": "require-trusted-types-for 'script'; trusted-types 'none'" } },
  "a strict policy with a nonce": { headers: { "content-security-policy": "default-src 'none'; script-src 'nonce-n0' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'nonce-n0'; img-src 'self' data:; connect-src RELAY WSRELAY; base-uri 'none'; form-action 'none'" }, nonce: "n0" },
  "a policy that forbids WASM": { headers: { "content-security-policy": "script-src 'nonce-n0' 'strict-dynamic'; connect-src RELAY WSRELAY" }, nonce: "n0", plain: true },
};

export async function run({ browser, second, name, check, say }) {
  let relay;
  const route = {};
  const origin = () => new URL(relay.script).origin;
  const page = (path, { first = "", headers = {}, nonce = "", speculates = false }, withTag = true) => {
    route[path] = (_, r) => {
      const sent = Object.fromEntries(Object.entries(headers).map(([k, v]) => [k, v.replaceAll("WSRELAY", origin().replace("http", "ws")).replaceAll("RELAY", origin())]));
      const own = (s) => s.replaceAll("<script>", `<script nonce="${nonce}">`).replaceAll("<style>", `<style nonce="${nonce}">`);
      r.writeHead(200, { "content-type": "text/html", ...sent });
      r.end(`<!doctype html><html><head><meta charset=utf-8><title>guest</title>${own(`<script>${first}</script>${known}`)}${withTag ? `<script nonce="${nonce}" src="${relay.script}" data-tenant="acme-bank" data-button="none" async></script>` : ""}</head><body>${speculates ? '<a id=go href="/next">go on</a><script type=speculationrules>{"prerender":[{"urls":["/next"],"eagerness":"immediate"}]}</script>' : ""}${own(BODY)}${own(`<script>${ACTS}</script>`)}</body></html>`);
    };
  };
  page("/with", {});
  page("/without", {}, false);
  for (const [n, peculiar] of Object.values(PECULIAR).entries()) page(`/p${n}`, peculiar);
  route["/away"] = "<!doctype html><head></head><p>away</p>";
  route["/holder"] = "<!doctype html><head></head><p>holder</p><iframe sandbox=allow-scripts src=/with width=600 height=400></iframe>";
  // Half of it comes when the tag has long begun.
  for (const tagged of [true, false]) {
    route[tagged ? "/slow-with" : "/slow-without"] = (_, r) => {
      r.writeHead(200, { "content-type": "text/html" });
      r.write(`<!doctype html><html><head><meta charset=utf-8>${tagged ? `<script src="${relay.script}" data-tenant="acme-bank" async></script>` : ""}</head><body><i></i>`);
      setTimeout(() => r.end("<i></i><i></i></body></html>"), 1200);
    };
  }
  // The driver may lose the frame of a page that had been prepared, so that the page tells by itself that it lives on.
  page("/next", { first: `
    let n = 0;
    const begin = () => setInterval(() => { const stage = document.getElementById("stage"); if (stage) stage.textContent = "there " + ++n + (performance.getEntriesByType("navigation")[0].activationStart > 0 ? " prepared" : ""); }, 300);
    if (document.prerendering) document.addEventListener("prerenderingchange", begin); else begin();` });
  page("/from", { speculates: true });
  const server = await servePages({ pages: route });
  relay = await startRelay({ origins: [server.url], policy: POLICY });
  server.inject = "";
  let c;
  let a;
  const alone = async (f) => {
    c = await person(browser);
    a = await person(second, { width: 1640, height: 1000 });
    try { return await f(); } finally { await c.close().catch(() => {}); await a.close().catch(() => {}); }
  };
  const shown = async () => (await (await a.$("[data-beside=replica]")).contentFrame()).evaluate(() => document.body?.innerText.replace(/\s+/g, " ").trim() || "");
  const theirs = () => c.evaluate(() => document.body.innerText.replace(/\s+/g, " ").trim());
  // Where the page's own elements lie.
  const boxes = (page) => page.evaluate(() => [...document.querySelectorAll("body *")].filter((e) => !/^(beside-|script|style)/.test(e.localName)).map((e) => { const r = e.getBoundingClientRect(); return `${e.localName} ${[r.x + scrollX, r.y + scrollY, r.width, r.height].map(Math.round)}`; }).join("; "));
  const acts = async () => { await c.evaluate(() => window.act()); return c.evaluate(() => window.log); };
  // Nobody's mouse moves, so that what differs is the tag's.
  try {
    await check("a page's own log of records, events and what script can see is the same with a session as without a tag, and everything is undone at the end", () => alone(async () => {
      await c.goto(`${server.url}/without`);
      await wait(300);
      const without = await acts();
      await S.connect(c, a, relay, `${server.url}/with`);
      await S.settled(c, a);
      await c.evaluate(() => { window.log.length = 0; });
      const before = (await S.stats(a)).messages;
      const during = await acts();
      await S.settled(c, a);
      if (!((await S.stats(a)).messages > before + 5)) throw new Error("nothing was sent meanwhile: this test proves nothing");
      // Where the page's own clock puts them may differ; which there are, and what was seen, may not.
      const sorted = (log) => [...log].filter((l) => !/^event (load|visibilitychange)/.test(l)).sort();
      const [one, two] = [sorted(without), sorted(during)];
      const extra = two.filter((l, i) => l !== one[i]).slice(0, 4);
      if (one.join("\n") !== two.join("\n")) throw new Error(`${one.length} lines without, ${two.length} with; from ${JSON.stringify(one.find((l, i) => l !== two[i]))} against ${JSON.stringify(extra)}`);
      const told = await c.evaluate(() => window.Beside.stats().messages);
      await c.evaluate(() => window.Beside.end());
      await c.evaluate(() => window.act());
      await wait(600);
      const left = await c.evaluate(() => ({ state: window.Beside.state, messages: window.Beside.stats().messages || 0, ui: document.querySelector("beside-ui")?.shadowRoot?.querySelectorAll(".hide, .cursor").length || 0, watched: document.documentElement.hasAttribute("style") }));
      await S.state(a, "ended");
      if (left.state !== "ended" || left.ui || left.watched || left.messages > told) throw new Error(JSON.stringify(left));
      return `${one.length} lines`;
    }));
    for (const [n, [what, peculiar]] of Object.entries(PECULIAR).entries()) {
      await check(`a page with ${what}`, () => alone(async () => {
        const asked = [];
        const listen = (r) => asked.push(r.url());
        c.on("request", listen);
        await S.connect(c, a, relay, `${server.url}/p${n}`);
        await c.evaluate(() => window.act());
        await S.settled(c, a, 20_000);
        await until(async () => (await shown()) === (await theirs()), "the same words", 8_000).catch(async (e) => { throw new Error(`${e.message}: ${JSON.stringify(await shown())} against ${JSON.stringify(await theirs())}`); });
        c.off("request", listen);
        const lie = [await boxes(c), await boxes(await (await a.$("[data-beside=replica]")).contentFrame())];
        if (lie[0] !== lie[1]) throw new Error(`the page: ${lie[0]}; the replica: ${lie[1]}`);
        const wrong = c.errors.filter((e) => !/favicon|404|WebAssembly|wasm-unsafe-eval|Content.Security|CSP/i.test(e));
        if (wrong.length) throw new Error(`the page's console says ${wrong[0]}`);
        if ((isPlain || Boolean(peculiar.plain)) !== asked.some((u) => u.endsWith("core-plain.js"))) throw new Error(`asked for ${asked.filter((u) => u.includes("/sdk/"))}`);
        if (peculiar.after) await c.evaluate(`(${peculiar.after})()`);
      }));
    }
    if (name === "chromium") await check("a page that changes twice a frame is laid out as often as without a session", () => alone(async () => {
      const layouts = async (path, begin) => {
        await begin(path);
        const cdp = await c.createCDPSession();
        await cdp.send("Performance.enable");
        const count = async () => (await cdp.send("Performance.getMetrics")).metrics.find((m) => m.name === "LayoutCount").value;
        const before = await count();
        // Between the two there is time to read the first, which must not lay it out.
        const between = await c.evaluate(async () => {
          const add = () => document.body.append(Object.assign(document.createElement("i"), { textContent: "x" }));
          const later = (ms) => new Promise((done) => setTimeout(done, ms));
          const flushes = () => window.Beside?.stats().flushes || 0;
          let between = 0;
          for (let n = 0; n < 40; n++) {
            await later(70);
            await new Promise(requestAnimationFrame);
            await later(1);
            const before = flushes();
            add();
            await later(5);
            between += flushes() > before ? 1 : 0;
            add();
          }
          return between;
        });
        const after = await count();
        await cdp.detach();
        return { layouts: after - before, between };
      };
      const without = await layouts("/without", (path) => c.goto(server.url + path));
      const during = await layouts("/with", async (path) => { await S.connect(c, a, relay, server.url + path); await S.settled(c, a); });
      if (during.between < 20) throw new Error(`${during.between} readings between two changes: this proves nothing`);
      const said = `${during.layouts} times, without a session ${without.layouts}; ${during.between} readings between two changes of 40`;
      if (during.layouts > without.layouts + during.between / 2) throw new Error(said);
      return said;
    }));
    await check("selectors of siblings and of last children see the page's own elements only, also while the page is still coming", () => alone(async () => {
      const found = async (path) => {
        const coming = c.goto(server.url + path);
        const early = await until(() => c.evaluate((tagged) => (!tagged || document.querySelector("beside-ui")) && document.readyState === "loading" && document.querySelectorAll("body > :last-child:is(i), body > :only-child").length, path === "/slow-with").catch(() => 0), "the first half of the page");
        await coming;
        return [early, ...(await c.evaluate(() => ["i + i", "i + i + i", "i:last-child", "i:nth-last-child(2)", "body > *"].map((s) => document.querySelectorAll(s).length)))].join(" ");
      };
      const [without, tagged] = [await found("/slow-without"), await found("/slow-with")];
      if (without !== tagged) throw new Error(`${without} without the tag, ${tagged} with it`);
    }));
    await check("a page that throws everything out keeps the customer's bar, and the agent sees what came instead", () => alone(async () => {
      await S.connect(c, a, relay, `${server.url}/with`);
      const bar = () => c.evaluate(() => { const ui = document.querySelector("beside-ui"); return Boolean(ui?.isConnected && ui.shadowRoot.querySelector(".bar")?.getBoundingClientRect().height); });
      await until(bar, "the bar");
      for (const [n, how] of ["document.body = document.createElement('body')", "document.documentElement.innerHTML = '<head></head><body></body>'", "{ const html = document.createElement('html'); html.append(document.createElement('head'), document.createElement('body')); document.documentElement.replaceWith(html); }"].entries()) {
        await c.evaluate(`${how}; document.body.append("other words ${n}")`);
        await until(bar, `the bar after ${how}`);
        await until(async () => (await shown()) === `other words ${n}`, "the other words");
      }
    }));
    await check("away and back by the browser's own buttons: the session goes on", () => alone(async () => {
      await S.connect(c, a, relay, `${server.url}/with`);
      await S.settled(c, a);
      await c.goto(`${server.url}/away`);
      await wait(400);
      await c.goBack();
      await until(() => c.evaluate(() => window.Beside?.state === "active"), "the session", 10_000);
      await c.evaluate(() => { document.getElementById("stage").append("back again"); });
      await until(async () => (await shown()).includes("back again"), "what changed", 10_000);
      return await c.evaluate(() => (performance.getEntriesByType("navigation")[0]?.type)) || "";
    }));
    await check("a tab in the background goes on telling", () => alone(async () => {
      await S.connect(c, a, relay, `${server.url}/with`);
      const other = await c.browserContext().newPage();
      await other.goto(`${server.url}/away`);
      await other.bringToFront();
      await c.evaluate(() => { setTimeout(() => { document.getElementById("stage").append("told from behind"); }, 300); });
      await until(async () => (await shown()).includes("told from behind"), "what changed", 10_000);
      await other.close();
    }));
    await check("in a frame that may not store anything: no error, and a refusal that says something", () => alone(async () => {
      await c.goto(`${server.url}/holder`);
      const frame = await until(() => c.frames().find((f) => f.url().endsWith("/with")), "the frame");
      await until(() => frame.evaluate(() => Boolean(window.Beside)), "window.Beside");
      const said = await frame.evaluate(() => Promise.race([window.Beside.start().then(() => "begun", () => "refused"), new Promise((done) => setTimeout(() => done("silent"), 6000))]));
      const panel = await until(() => frame.evaluate(() => document.querySelector("beside-ui")?.shadowRoot?.textContent.replace(/\s+/g, " ").trim()), "words in the panel");
      if (said === "silent") throw new Error(`nothing was said; the panel: ${panel}`);
      const wrong = c.errors.filter((e) => !/favicon|404|403|WebSocket|Failed to load|CORS|Access-Control|blocked/i.test(e));
      if (wrong.length) throw new Error(wrong[0]);
      return `${said}: ${panel.slice(0, 80)}`;
    }));
    if (name === "chromium") {
      await check("on paper there is nothing of ours", () => alone(async () => {
        await S.connect(c, a, relay, `${server.url}/with`);
        const seen = () => c.evaluate(() => [...document.querySelector("beside-ui").shadowRoot.querySelectorAll("*")].filter((el) => { const r = el.getBoundingClientRect(); return el.checkVisibility() && r.width && r.height; }).length);
        const before = await seen();
        await c.emulateMediaType("print");
        const printed = await seen();
        await c.emulateMediaType(null);
        if (!before || printed) throw new Error(`${before} elements on the screen, ${printed} on paper`);
        return `${before} elements on the screen`;
      }));
      await check("a page that is prepared before anybody goes there takes the session over when it is shown, not before", () => alone(async () => {
        await S.connect(c, a, relay, `${server.url}/from`);
        await wait(1500);
        await c.evaluate(() => { document.getElementById("stage").append("still here"); });
        await until(async () => (await shown()).includes("still here"), "what changed");
        await c.click("#go");
        const count = async () => Number(/there (\d+)/.exec(await shown())?.[1] || 0);
        const first = await until(count, "the session on the next page", 15_000);
        await until(async () => (await count()) > first + 2, "what changes there", 10_000);
        await S.state(a, "live");
        return (await shown()).includes("prepared") ? "it had been prepared" : "this browser did not prepare it";
      }));
    } else say("the drivers of other engines can neither print nor prepare pages: those rows are Chromium's");
  } finally {
    await server.close();
    await relay.clean();
  }
}
