// Files of hosts that let no script read them: where the policy names the host, the relay fetches them, and nothing else.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { person, until } from "../lib/browsers.mjs";
import { sameInk } from "../lib/looks.mjs";
import { font, servePages } from "../lib/pages.mjs";
import { startRelay } from "../lib/servers.mjs";
import * as S from "../lib/session.mjs";

const svg = (colour) => `<svg xmlns='http://www.w3.org/2000/svg' width='80' height='50'><rect width='80' height='50' fill='${colour}'/></svg>`;

export async function run({ browser, second, name, check }) {
  const asked = [];
  const noted = (answer) => (q, r) => { asked.push({ path: q.url, by: q.headers["user-agent"], headers: q.headers }); answer(q, r); };
  const give = (type, text) => noted((_, r) => { r.writeHead(200, { "content-type": type }); r.end(text); });
  const files = {
    "/far.css": give("text/css", "@font-face{font-family:Far;src:url(f.ttf)}@font-face{font-family:Open;src:url(open.ttf)}h1{font:40px Far,serif;color:#063}h2{font:30px Open,serif}.back{width:80px;height:50px;background:url(back.svg)}"),
    "/open.ttf": noted((q, r) => { r.setHeader("access-control-allow-origin", "*"); font(q, r); }),
    "/f.ttf": noted(font),
    "/back.svg": give("image/svg+xml", svg("#c40")),
    "/shown.svg": give("image/svg+xml", svg("#06c")),
    "/moved.svg": noted((_, r) => { r.writeHead(302, { location: "/shown.svg?moved" }); r.end(); }),
    "/private.svg": give("image/svg+xml", svg("#909")),
    "/page.svg": give("text/html", "<script>1</script>"),
  };
  const listed = await servePages({ pages: files });
  const unlisted = await servePages({ pages: files });
  const [far, stranger] = [listed, unlisted].map((s) => s.url.replace("127.0.0.1", "localhost"));
  const body = `<h1>Words in a font that nobody may read</h1><h2>Words in an open font</h2><div class=back></div><img src="${far}/shown.svg" width=80 height=50><img src="${far}/moved.svg" width=80 height=50>
    <div class=hide><img src="${far}/private.svg" width=80 height=50></div>`;
  const html = (more) => `<!doctype html><html><head><meta charset=utf-8><title>t</title><link rel=stylesheet href="${far}/far.css"></head><body>${body}${more}</body></html>`;
  const strict = (_, r) => { r.writeHead(200, { "content-type": "text/html", "content-security-policy": `connect-src ${relay.relay} ${relay.relay.replace("http", "ws")}` }); r.end(html("").replace("<head>", `<head>${tag()}`)); };
  const pages = { "/": html(""), "/strict": strict, "/both": html(`<img id=stranger src="${stranger}/shown.svg" width=80 height=50><img id=page src="${far}/page.svg" width=80 height=50>`) };
  const server = await servePages({ pages });
  const folder = mkdtempSync(join(tmpdir(), "beside-policy-"));
  const policy = join(folder, "policy.toml");
  writeFileSync(policy, `default = "show"\ninputs = "show"\n[[rule]]\nmatch = [".hide"]\ndo = "mask"\n[assets]\nrelay_fetches = ["${new URL(far).host}"]\n`);
  const relay = await startRelay({ origins: [server.url], policy, inside: ["127.0.0.0/8", "::1/128"] });
  const tag = () => `<script src="${relay.script}" data-tenant="acme-bank" data-button=none async></script>`;
  server.inject = tag();
  const c = await person(browser);
  const a = await person(second, { width: 1640, height: 1000 });
  const byRelay = () => asked.filter((q) => q.by === "beside-relay");
  const alike = async (stem) => {
    const hidden = await c.evaluate(() => { const r = document.querySelector(".hide").getBoundingClientRect(); return [[r.x, r.y, r.width, r.height]]; });
    return `${((await sameInk(c, a, { at: stem, folder: `fetched/${name}`, stem, hidden, inkLimit: 0.001 })).share * 100).toFixed(3)} % of the ink differs`;
  };
  try {
    await check("a sheet, its picture, pictures: all of it is the customer's, the font that his browser may not read either", async () => {
      await S.connect(c, a, relay, server.url);
      const said = await alike("all");
      const paths = byRelay().map((q) => q.path);
      for (const path of ["/far.css", "/f.ttf", "/back.svg", "/shown.svg", "/moved.svg", "/shown.svg?moved"]) if (!paths.includes(path)) throw new Error(`${path} was not asked for by the relay, so this proves nothing: ${paths}`);
      if (paths.includes("/open.ttf")) throw new Error("what the page may read was asked for");
      return `${said}, ${paths.length} files`;
    });
    await check("where the page's own policy lets script read of nobody but the relay: also the open font", async () => {
      asked.length = 0;
      const before = (await S.stats(a)).keyframes;
      await c.goto(`${server.url}/strict`);
      await until(async () => (await S.stats(a)).keyframes > before, "the new page's keyframe");
      const said = await alike("strict");
      if (!byRelay().some((q) => q.path === "/open.ttf")) throw new Error("the font was not asked for by the relay, so this proves nothing");
      return said;
    });
    await check("the host learns the site and nothing of the customer, and what is hidden is not asked for", async () => {
      for (const q of byRelay()) for (const told of ["cookie", "referer", "x-forwarded-for", "forwarded"]) if (q.headers[told] !== undefined) throw new Error(`${q.path}: ${told}`);
      if (byRelay().some((q) => q.path.startsWith("/private"))) throw new Error("a hidden picture was asked for");
    });
    await check("of a host that is not listed the relay asks nothing, and neither it nor what is no picture is shown", async () => {
      asked.length = 0;
      const before = (await S.stats(a)).keyframes;
      await c.goto(`${server.url}/both`);
      await until(async () => (await S.stats(a)).keyframes > before, "the new page's keyframe");
      await until(() => byRelay().some((q) => q.path === "/page.svg"), "the relay's attempt");
      await S.settled(c, a);
      const shown = await (await (await a.$("[data-beside=replica]")).contentFrame()).evaluate(() => [...document.images].map((i) => `${i.id}${i.src.startsWith("blob:") ? "" : " nothing"}`));
      if (byRelay().some((q) => q.headers.host === new URL(stranger).host)) throw new Error("it was asked");
      if (!asked.some((q) => q.headers.host === new URL(stranger).host)) throw new Error("not even the customer's browser asked: this proves nothing");
      if (shown.filter((s) => s === "").length < 2 || shown.includes("stranger") || shown.includes("page")) throw new Error(JSON.stringify(shown));
    });
    await check("the page check says what the relay could not read, and why", async () => {
      const found = await c.evaluate(() => window.Beside.check());
      const said = found.map((f) => `${f.fault} ${new URL(f.where).pathname}: ${f.mend}`).sort();
      const wanted = [/^picture-unreadable \/page\.svg: the relay was asked for it and says: The file is no picture/, /^picture-unreadable \/shown\.svg: .*relay_fetches/];
      if (said.length !== wanted.length || wanted.some((w, n) => !w.test(said[n]))) throw new Error(JSON.stringify(said));
    });
  } finally {
    await c.close();
    await a.close();
    await relay.clean();
    for (const s of [server, listed, unlisted]) await s.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
