// A small server of test pages on loopback, which counts every request it gets.
import { createServer } from "node:http";
import { createReadStream, existsSync, readFileSync, statSync } from "node:fs";
import { extname, join, normalize } from "node:path";
import { PNG } from "pngjs";

const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".mjs": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".json": "application/json", ".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg", ".gif": "image/gif", ".woff": "font/woff", ".woff2": "font/woff2", ".ttf": "font/ttf", ".wasm": "application/wasm", ".txt": "text/plain" };

// A route to some font that the machine has and no page names by itself.
const FONTS = ["/usr/share/fonts/truetype/liberation/LiberationMono-Bold.ttf", "/usr/share/fonts/truetype/dejavu/DejaVuSansMono-Bold.ttf"];
export const font = (_, r) => {
  const file = FONTS.find(existsSync);
  r.writeHead(file ? 200 : 404, { "content-type": "font/ttf" });
  r.end(file ? readFileSync(file) : "");
};

// A route to a square picture of so many pixels a side that nothing makes smaller: four bytes a pixel.
export const noise = (side) => (_, r) => {
  const image = new PNG({ width: side, height: side, inputColorType: 6 });
  let x = 7;
  for (let i = 0; i < image.data.length; i += 4) { x = (Math.imul(x, 1664525) + 1013904223) >>> 0; image.data.writeUInt32LE((x | 0xff000000) >>> 0, i); }
  r.writeHead(200, { "content-type": "image/png" });
  r.end(PNG.sync.write(image, { deflateLevel: 0, filterType: 0 }));
};

// pages: path → HTML (or a function of the request); root: a folder; inject: put before </head> of every page.
export async function servePages({ pages = {}, root, inject = "", port = 0 } = {}) {
  const hits = [];
  const state = { inject };
  const server = createServer((request, response) => {
    hits.push(request.url);
    const path = decodeURIComponent(request.url.split("?")[0]);
    const html = (text) => {
      // A fragment that a page fetches is no page; what a service worker fetches for later may be one.
      const isXml = text.startsWith("<?xml");
      let tag = /<!doctype|<html|<head[\s>]/i.test(text) ? state.inject : "";
      // Every attribute has a value there, in quotes.
      if (isXml) tag = tag.replace("=none", '="none"').replace(" async>", ' async="">');
      const at = text.search(/<head(\s[^>]*)?>/i);
      const whole = !tag ? text : at < 0 ? tag + text : text.replace(/<head(\s[^>]*)?>/i, (m) => m + tag);
      response.writeHead(200, { "content-type": isXml ? "application/xhtml+xml" : TYPES[".html"], "cache-control": "no-store" });
      response.end(whole);
    };
    const page = pages[path];
    if (typeof page === "function") return page(request, response);
    if (page !== undefined) return html(page);
    const file = root && normalize(join(root, path.endsWith("/") ? `${path}index.html` : path));
    if (file && file.startsWith(normalize(root)) && existsSync(file) && statSync(file).isFile()) {
      const type = TYPES[extname(file).toLowerCase()] || "application/octet-stream";
      if (type === TYPES[".html"]) { let text = ""; createReadStream(file, "utf8").on("data", (d) => { text += d; }).on("end", () => html(text)); return; }
      response.writeHead(200, { "content-type": type, "cache-control": "max-age=60" });
      createReadStream(file).pipe(response);
      return;
    }
    response.writeHead(404);
    response.end("not found");
  });
  await new Promise((done) => server.listen(port, "127.0.0.1", done));
  const at = server.address().port;
  return { url: `http://127.0.0.1:${at}`, port: at, hits, set inject(v) { state.inject = v; }, close: () => new Promise((done) => { server.closeAllConnections(); server.close(done); }) };
}
