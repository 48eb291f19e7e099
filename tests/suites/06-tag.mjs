// The script line as a guest: what can be wrong is said in words, and the page is never harmed.
import { startRelay, freePort } from "../lib/servers.mjs";
import { servePages } from "../lib/pages.mjs";
import { person, until } from "../lib/browsers.mjs";
import * as S from "../lib/session.mjs";

const HTML = "<!doctype html><html lang=en><head><title>Page</title></head><body><h1>A page</h1><button id=b onclick=\"this.textContent='pressed'\">press</button></body></html>";
const panel = (c) => c.evaluate(() => document.querySelector("beside-ui")?.shadowRoot?.textContent || "");

export async function run({ browser, second, check }) {
  const pages = await servePages({ pages: { "/": HTML, "/nl": HTML.replace("lang=en", "lang=nl") } });
  const relay = await startRelay({ origins: [pages.url] });
  const tag = (attrs, src = relay.script) => `<script src="${src}" ${attrs} async></script>`;
  const visit = async (inject, path = "/") => {
    pages.inject = inject;
    const c = await person(browser);
    c.lines = [];
    c.on("console", (m) => { if (m.text().startsWith("Beside:")) c.lines.push(m.text()); });
    await c.goto(pages.url + path);
    return c;
  };
  // The page still does what it did, and nothing was thrown into it.
  const unharmed = async (c) => {
    await c.click("#b");
    if (await c.$eval("#b", (b) => b.textContent) !== "pressed") throw new Error("the page no longer works");
    const thrown = c.errors.filter((e) => !/Failed to load resource|WebSocket connection|ERR_CONNECTION|Cross-Origin|NetworkError|can.t establish/i.test(e));
    if (thrown.length) throw new Error(`thrown into the page: ${thrown[0]}`);
  };
  try {
    await check("one request, one global, a button in the page's language", async () => {
      const before = pages.hits.length;
      const c = await visit(tag('data-tenant="acme-bank"'));
      const asked = [];
      c.on("request", (r) => asked.push(r.url()));
      await until(() => c.evaluate(() => document.querySelector("beside-ui")?.shadowRoot.querySelector("button.help")?.textContent === "Get help"), "the button");
      const others = await c.evaluate(() => performance.getEntriesByType("resource").filter((r) => r.name.includes("/sdk/") || r.name.includes("/api/")).length);
      if (others) throw new Error(`${others} more requests`);
      await unharmed(c);
      await c.close();
      const d = await visit(tag('data-tenant="acme-bank"'), "/nl");
      await until(() => d.evaluate(() => document.querySelector("beside-ui")?.shadowRoot.querySelector("button.help")?.textContent === "Hulp nodig?"), "the Dutch button");
      await d.close();
      void before;
    });
    await check("data-button=none draws nothing, and start() works", async () => {
      const c = await visit(tag('data-tenant="acme-bank" data-button="none"'));
      await until(() => c.evaluate(() => Boolean(window.Beside)), "window.Beside");
      if (await c.evaluate(() => document.querySelector("beside-ui")?.shadowRoot.querySelector("button"))) throw new Error("a button");
      const pin = await S.begin(c);
      if (!/^\d{9,}$/.test(pin)) throw new Error(pin);
      await c.close();
    });
    await check("wrong tenant: one line in the console, words in the panel", async () => {
      const c = await visit(tag('data-tenant="no-such-company"'));
      await until(() => c.evaluate(() => Boolean(window.Beside)), "window.Beside");
      const reason = await c.evaluate(() => window.Beside.start().catch((e) => String(e)));
      if (reason !== "tenant") throw new Error(reason);
      await until(async () => (await panel(c)).includes("not been set up"), "the panel");
      if (c.lines.length !== 1) throw new Error(`${c.lines.length} lines: ${c.lines}`);
      await unharmed(c);
      await c.close();
    });
    await check("no data-tenant: one line in the console", async () => {
      const c = await visit(tag(""));
      await until(() => c.lines.length === 1, "a line");
      await unharmed(c);
      await c.close();
    });
    await check("origin not allowed: one line in the console, words in the panel", async () => {
      const other = await servePages({ pages: { "/": HTML } });
      other.inject = tag('data-tenant="acme-bank"');
      const c = await person(browser);
      const lines = [];
      c.on("console", (m) => { if (m.text().startsWith("Beside:")) lines.push(m.text()); });
      await c.goto(`${other.url}/`);
      await until(() => c.evaluate(() => Boolean(window.Beside)), "window.Beside");
      const reason = await c.evaluate(() => window.Beside.start().catch((e) => String(e)));
      if (reason !== "origin") throw new Error(reason);
      await until(async () => (await panel(c)).includes("not been set up"), "the panel");
      if (lines.length !== 1 || !lines[0].includes("origin")) throw new Error(`${lines}`);
      await unharmed(c);
      await c.close();
      await other.close();
    });
    await check("relay down at Get help: one line in the console, words on the button", async () => {
      const away = await startRelay({ origins: [pages.url] });
      const c = await visit(tag('data-tenant="acme-bank"', away.script));
      await until(() => c.evaluate(() => Boolean(window.Beside)), "window.Beside");
      await away.clean();
      await c.evaluate(() => window.Beside.start().catch(() => {}));
      await until(async () => /can't be reached|can't reach/.test(await panel(c)), "words");
      if (c.lines.length !== 1) throw new Error(`${c.lines.length} lines: ${c.lines}`);
      await unharmed(c);
      await c.close();
    });
    await check("relay down at page load: the page is unharmed", async () => {
      const c = await visit(tag('data-tenant="acme-bank"', `http://127.0.0.1:${await freePort()}/beside.js`));
      await unharmed(c);
      await c.close();
    });
    await check("the tag twice: the second does nothing and says so", async () => {
      const c = await visit(tag('data-tenant="acme-bank"') + tag('data-tenant="acme-bank"'));
      await until(() => c.lines.length === 1, "one line");
      if (await c.evaluate(() => document.querySelectorAll("beside-ui").length) !== 1) throw new Error("two hosts");
      await unharmed(c);
      await c.close();
    });
    await check("states, events, identify, off", async () => {
      const c = await visit(tag('data-tenant="acme-bank"'));
      await until(() => c.evaluate(() => Boolean(window.Beside)), "window.Beside");
      const seen = await c.evaluate(async () => {
        const seen = [];
        const hear = (s) => seen.push(s);
        window.Beside.on("state", hear).identify({ id: "1", name: "Ann Example", topic: "cards" });
        await window.Beside.start();
        window.Beside.end();
        await new Promise((done) => setTimeout(done, 300));
        window.Beside.off("state", hear);
        return [...new Set(seen), window.Beside.state, window.Beside.stats().state];
      });
      if (seen.join() !== "pending,ended,ended,ended") throw new Error(seen.join());
      await c.close();
    });
    await check("after the end the page is as it was: no global but Beside, own hooks gone from the page's view, no lock held", async () => {
      const c = await visit("");
      const before = await c.evaluate(() => Object.getOwnPropertyNames(window).sort());
      await c.close();
      const d = await visit(tag('data-tenant="acme-bank"'));
      await until(() => d.evaluate(() => Boolean(window.Beside)), "window.Beside");
      await d.evaluate(() => { window.Beside.hooks.confirmSession = async () => true; });
      const a = await person(second);
      const pin = await S.begin(d);
      await S.signIn(a, relay);
      await S.typePin(a, pin);
      await S.state(a, "live");
      const locks = () => d.evaluate(async () => (await navigator.locks.query()).held.length);
      if (await locks() !== 1) throw new Error("the tab's lock is not held in the session");
      await d.evaluate(() => window.Beside.end());
      await until(async () => (await locks()) === 0, "the lock to be free");
      const after = await d.evaluate(() => Object.getOwnPropertyNames(window).sort());
      const more = after.filter((n) => !before.includes(n) && n !== "Beside" && !/^\d+$/.test(n) && !/puppeteer|^__|^cdc_/.test(n));
      if (more.length) throw new Error(`globals: ${more}`);
      await d.close();
      await a.close();
    });
  } finally {
    await pages.close();
    await relay.clean();
  }
}
