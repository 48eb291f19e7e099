// A page of any size: it is read in slices, the agent sees it grow, and nothing of it is dropped.
import { servePages } from "../lib/pages.mjs";
import { POLICY } from "../lib/fidelity.mjs";
import { startRelay } from "../lib/servers.mjs";
import { person, until } from "../lib/browsers.mjs";
import * as S from "../lib/session.mjs";

export const browsers = ["chromium"];
const NODES = 250_000;

export async function run({ browser, second, check }) {
  const long = Array.from({ length: 5000 }, (_, n) => `<section><h2>part ${n}</h2><p>words <b>of</b> it</p></section>`).join("");
  const server = await servePages({ pages: { "/": "<!doctype html><head></head><div id=stage></div>", "/long": `<!doctype html><head></head>${long}` } });
  const relay = await startRelay({ origins: [server.url], policy: POLICY });
  server.inject = `<script src="${relay.script}" data-tenant="acme-bank" data-button="none" async></script>`;
  const c = await person(browser);
  const a = await person(second, { width: 1640, height: 1000 });
  try {
    await check("a page of 40,000 nodes is shown before it has been read", async () => {
      await S.connect(c, a, relay, `${server.url}/long`);
      await until(async () => (await S.stats(a)).same, "the same view", 60_000);
      const [page, copy] = [await c.evaluate(() => window.Beside.stats()), await S.stats(a)];
      if (copy.nodes !== page.nodes || copy.nodes < 40_000) throw new Error(`${copy.nodes} nodes against ${page.nodes}`);
      if (page.messages < 4) throw new Error(`it came in ${page.messages} messages`);
      return `${copy.nodes} nodes in ${page.messages} messages, longest slice ${page.longestFlush.toFixed(1)} ms`;
    });
    await check(`${NODES.toLocaleString("en")} nodes inserted at once: nothing is dropped, and the agent sees them come`, async () => {
      await c.goto(`${server.url}/`);
      await until(async () => (await S.stats(a)).same && (await S.stats(a)).nodes < 100, "the small page", 20_000);
      const before = await c.evaluate(() => window.Beside.stats());
      await c.evaluate((n) => { const list = document.createDocumentFragment(); for (let i = 0; i < n / 2; i++) { const d = document.createElement("div"); d.textContent = `row ${i}`; list.append(d); } document.getElementById("stage").append(list); }, NODES);
      const seen = new Set();
      await until(async () => { const s = await S.stats(a); seen.add(s.nodes); return s.nodes > NODES && s.same; }, "all nodes", 120_000);
      const after = await c.evaluate(() => window.Beside.stats());
      if (seen.size < 3) throw new Error("they came all at once");
      return `${after.nodes} nodes, ${after.messages - before.messages} messages, seen at ${seen.size} sizes, longest slice ${after.longestFlush.toFixed(1)} ms`;
    });
    await check("and taken away again", async () => {
      await c.evaluate(() => { document.getElementById("stage").textContent = ""; });
      await until(async () => { const s = await S.stats(a); return s.same && s.nodes < 100; }, "the small page", 60_000);
      return `longest slice ${(await c.evaluate(() => window.Beside.stats())).longestFlush.toFixed(1)} ms`;
    });
  } finally {
    await c.close().catch(() => {});
    await a.close().catch(() => {});
    await server.close();
    await relay.clean();
  }
}
