// The page check: pages with one planted fault each, and one without.
import { servePages } from "../lib/pages.mjs";
import { startRelay } from "../lib/servers.mjs";
import { person, until } from "../lib/browsers.mjs";
import { writeFileSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

// What it must find, and a word of the line that mends it.
const ROWS = [
  ["nothing wrong", "/fine", {}, null],
  ["a sheet that cannot be read", "/sheet", {}, ["sheet-unreadable", "crossorigin"]],
  ["a sheet without crossorigin whose host allows reading", "/sheet-open", {}, null],
  ["a picture that cannot be read", "/picture", {}, ["picture-unreadable", "Access-Control-Allow-Origin"]],
  ["a frame of another site", "/frame", {}, ["frame-of-another-site", "origin"]],
  ["CSP without connect-src", "/fine", { "content-security-policy": "script-src * 'unsafe-inline' 'wasm-unsafe-eval'; connect-src 'self'" }, ["csp-forbids-connection", "connect-src"]],
  ["CSP without wasm-unsafe-eval", "/fine", { "content-security-policy": "script-src * 'unsafe-inline'" }, ["csp-forbids-wasm", "wasm-unsafe-eval"]],
  ["a closed root made too early", "/closed", {}, ["closed-root-too-early", "async"]],
  ["a rule without a match", "/norule", {}, ["rule-without-match", "check"]],
  ["a canvas drawn over", "/canvas", {}, ["canvas-unreadable", "crossorigin"]],
];

export async function run({ browser, check }) {
  const other = await servePages({ pages: {
    "/closed.css": (_, r) => { r.writeHead(200, { "content-type": "text/css" }); r.end("p{color:red}"); },
    "/open.css": (_, r) => { r.writeHead(200, { "content-type": "text/css", "access-control-allow-origin": "*" }); r.end("p{color:red}"); },
    "/p.svg": (_, r) => { r.writeHead(200, { "content-type": "image/svg+xml" }); r.end("<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>"); },
    "/page": "<p>other</p>",
  } });
  const far = other.url.replace("127.0.0.1", "localhost");
  const body = {
    "/fine": "<p class=ours>words</p>",
    "/sheet": `<link rel=stylesheet href=${far}/closed.css><p class=ours>words</p>`,
    "/sheet-open": `<link rel=stylesheet href=${far}/open.css><p class=ours>words</p>`,
    "/picture": `<img src=${far}/p.svg><p class=ours>words</p>`,
    "/frame": `<iframe src=${far}/page></iframe><p class=ours>words</p>`,
    "/closed": "<script>customElements.define('x-early',class extends HTMLElement{constructor(){super();this.attachShadow({mode:'closed'}).innerHTML='<b>hidden</b>'}})</script><x-early style='display:block;width:90px;height:20px'></x-early><p class=ours>words</p>",
    "/norule": "<p>words</p>",
    "/canvas": `<canvas id=c width=20 height=20></canvas><p class=ours>words</p><script>const i=new Image();i.onload=()=>{c.getContext('2d').drawImage(i,0,0);window.drawn=true};i.src='${far}/p.svg'</script>`,
  };
  let tag = "";
  const policy = join(mkdtempSync(join(tmpdir(), "beside-check-")), "policy.toml");
  writeFileSync(policy, 'default = "show"\ninputs = "show"\n[[rule]]\nname = "ours"\nmatch = [".ours"]\ndo = "mask"\n');
  let headers = {};
  const pages = Object.fromEntries(Object.entries(body).map(([path, html]) => [path, (_, r) => { r.writeHead(200, { "content-type": "text/html", ...headers }); r.end(`<!doctype html><head></head>${html}${tag}`); }]));
  const server = await servePages({ pages });
  const relay = await startRelay({ origins: [server.url], policy });
  tag = `<script src="${relay.script}" data-tenant="acme-bank" async></script>`;
  try {
    for (const [name, path, sent, wanted] of ROWS) {
      await check(name, async () => {
        headers = sent;
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
          const hit = found.find((f) => f.fault === wanted[0]);
          if (!hit || faults.length !== 1) throw new Error(`found ${JSON.stringify(found)}`);
          if (!hit.mend.includes(wanted[1])) throw new Error(hit.mend);
          return hit.mend.slice(0, 60);
        } finally { await c.close(); }
      });
    }
  } finally {
    await server.close();
    await other.close();
    await relay.clean();
  }
}
