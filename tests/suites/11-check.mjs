// The page check: pages with one planted fault each, and one without.
import { servePages } from "../lib/pages.mjs";
import { startRelay } from "../lib/servers.mjs";
import { person, until } from "../lib/browsers.mjs";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

// What it must find, and a word of the line that mends it.
const ROWS = [
  ["nothing wrong", "/fine", {}, null],
  ["a sheet that cannot be read", "/sheet", {}, ["sheet-unreadable", "crossorigin"]],
  ["a sheet without crossorigin whose host allows reading", "/sheet-open", {}, null],
  ["a picture that cannot be read", "/picture", {}, ["picture-unreadable", "Access-Control-Allow-Origin"]],
  ["a frame of another site", "/frame", {}, ["frame-of-another-site", "data-within"]],
  ["a frame of another site that the page names", "/frame-named", {}, null],
  ["a sandboxed frame of the page's own", "/frame-sandboxed", {}, ["frame-of-another-site", "allow-same-origin"]],
  ["CSP without connect-src", "/fine", { "content-security-policy": "script-src * 'unsafe-inline' 'wasm-unsafe-eval'; connect-src 'self'" }, ["csp-forbids-connection", "connect-src"]],
  ["CSP without wasm-unsafe-eval", "/fine", { "content-security-policy": "script-src * 'unsafe-inline'" }, ["csp-forbids-wasm", "wasm-unsafe-eval"]],
  ["a closed root made too early", "/closed", {}, ["closed-root-too-early", "async"]],
  ["a rule without a match", "/norule", {}, ["rule-without-match", "check"]],
  ["a canvas drawn over", "/canvas", {}, ["canvas-unreadable", "crossorigin"]],
  ["a font that cannot be read", "/font", {}, ["font-unreadable", "Access-Control-Allow-Origin"]],
  ["a broken policy", "/fine", {}, ["no-policy", "mend the masking policy"], 'default = "show"\n[[rule]]\nmatch = [".x["]\ndo = "mask"\n'],
  ["a selector that the browser refuses", "/fine", {}, ["selector-refused", "correct the selector"], 'default = "show"\n[[rule]]\nname = "bad"\nmatch = [":no-such-thing(x)"]\ndo = "mask"\n'],
  ["two faults at once", "/two", {}, ["frame-of-another-site", "data-within", "picture-unreadable"]],
];
const POLICY = 'default = "show"\ninputs = "show"\n[[rule]]\nname = "ours"\nmatch = [".ours"]\ndo = "mask"\n';

export async function run({ browser, check }) {
  const other = await servePages({ pages: {
    "/closed.css": (_, r) => { r.writeHead(200, { "content-type": "text/css" }); r.end("p{color:red}"); },
    "/open.css": (_, r) => { r.writeHead(200, { "content-type": "text/css", "access-control-allow-origin": "*" }); r.end("p{color:red}"); },
    "/p.svg": (_, r) => { r.writeHead(200, { "content-type": "image/svg+xml" }); r.end("<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>"); },
    "/page": "<p>other</p>",
    "/f.ttf": (_, r) => { r.writeHead(200, { "content-type": "font/ttf" }); r.end("a font"); },
  } });
  const far = other.url.replace("127.0.0.1", "localhost");
  const body = {
    "/fine": "<p class=ours>words</p>",
    "/sheet": `<link rel=stylesheet href=${far}/closed.css><p class=ours>words</p>`,
    "/sheet-open": `<link rel=stylesheet href=${far}/open.css><p class=ours>words</p>`,
    "/picture": `<img src=${far}/p.svg><p class=ours>words</p>`,
    "/frame": `<iframe src=${far}/page></iframe><p class=ours>words</p>`,
    "/frame-sandboxed": "<iframe src=/fine sandbox></iframe><p class=ours>words</p>",
    "/frame-named": `<iframe src=${far}/page></iframe><p class=ours>words</p>`,
    "/closed": "<script>customElements.define('x-early',class extends HTMLElement{constructor(){super();this.attachShadow({mode:'closed'}).innerHTML='<b>hidden</b>'}})</script><x-early style='display:block;width:90px;height:20px'></x-early><p class=ours>words</p>",
    "/norule": "<p>words</p>",
    "/font": `<style>@font-face{font-family:far;src:url("${far}/f.ttf")}p{font-family:far}</style><p class=ours>words</p>`,
    "/two": `<img src=${far}/p.svg><iframe src=${far}/page></iframe><p class=ours>words</p>`,
    "/canvas": `<canvas id=c width=20 height=20></canvas><p class=ours>words</p><script>const i=new Image();i.onload=()=>{c.getContext('2d').drawImage(i,0,0);window.drawn=true};i.src='${far}/p.svg'</script>`,
  };
  let tag = "";
  let headers = {};
  const pages = Object.fromEntries(Object.entries(body).map(([path, html]) => [path, (_, r) => { r.writeHead(200, { "content-type": "text/html", ...headers }); r.end(`<!doctype html><head></head>${html}${tag}`); }]));
  const server = await servePages({ pages });
  const folder = mkdtempSync(join(tmpdir(), "beside-check-"));
  const relays = new Map();
  const relayWith = async (policy) => {
    if (!relays.has(policy)) {
      const file = join(folder, `${relays.size}.toml`);
      writeFileSync(file, policy);
      relays.set(policy, await startRelay({ origins: [server.url], policy: file }));
    }
    return relays.get(policy);
  };
  try {
    for (const [name, path, sent, wanted, policy = POLICY] of ROWS) {
      await check(name, async () => {
        headers = sent;
        tag = `<script src="${(await relayWith(policy)).script}" data-tenant="acme-bank" ${path === "/frame-named" ? `data-frames="${far}"` : ""} async></script>`;
        const c = await person(browser);
        try {
          await c.goto(server.url + path);
          await until(() => c.evaluate(() => Boolean(window.Beside)), "window.Beside");
          if (path === "/canvas") await until(() => c.evaluate(() => window.drawn === true), "the drawing");
          const before = await c.evaluate(() => document.documentElement.outerHTML);
          const found = await c.evaluate(() => window.Beside.check());
          if ((await c.evaluate(() => document.documentElement.outerHTML)) !== before) throw new Error("the check changed the page");
          const faults = found.map((f) => f.fault);
          if (!wanted) { if (faults.length) throw new Error(`found ${JSON.stringify(found)}`); return "nothing"; }
          const [fault, word, ...more] = wanted;
          const hit = found.find((f) => f.fault === fault);
          if (!hit || faults.join() !== [fault, ...more].join()) throw new Error(`found ${JSON.stringify(found)}`);
          if (!hit.mend.includes(word)) throw new Error(hit.mend);
          return hit.mend.slice(0, 60);
        } finally { await c.close(); }
      });
    }
    await check("the dashboard's page check opens the page and shows what it says", async () => {
      headers = {};
      const relay = await relayWith(POLICY);
      tag = `<script src="${relay.script}" data-tenant="acme-bank" async></script>`;
      const a = await person(browser);
      try {
        await a.goto(`${new URL(relay.script).origin}/agent/check`);
        const ask = async (address) => {
          await a.bringToFront();
          await a.waitForSelector("input[name=address]");
          await a.evaluate(() => { document.querySelector("input[name=address]").value = ""; });
          await a.type("input[name=address]", address);
          await a.click("button.main");
        };
        const said = () => a.evaluate(() => document.querySelector("[role=status]").textContent);
        await ask("not an address");
        await until(async () => /not the address/.test(await said()), "a word about the address");
        await ask(`${server.url}/fine`);
        await until(async () => /sees all of this page/.test(await said()), "that nothing is wrong");
        await ask(`${server.url}/two`);
        await until(() => a.evaluate(() => document.querySelectorAll(".findings li").length === 2), "two findings");
        const faults = await a.evaluate(() => [...document.querySelectorAll(".findings li")].map((li) => [li.dataset.fault, li.querySelector("strong").textContent]));
        if (faults.some(([fault, name]) => name.startsWith("fault-") || !["frame-of-another-site", "picture-unreadable"].includes(fault))) throw new Error(JSON.stringify(faults));
        return faults.map(([f]) => f).join();
      } finally { await a.close(); }
    });
  } finally {
    await server.close();
    await other.close();
    for (const relay of relays.values()) await relay.clean();
    rmSync(folder, { recursive: true, force: true });
  }
}
