// One small page per feature, each with its steps, in one session that goes from page to page.
import { between } from "../lib/between.mjs";
import { Again, answers, within } from "../lib/browsers.mjs";
import { same } from "../lib/looks.mjs";
import { font, servePages } from "../lib/pages.mjs";
import { perform } from "../lib/steps.mjs";
import { isThere } from "../lib/webkit.mjs";

// WebKit plays half of them in each run: its driver takes three times as long. `--row` plays others, too.
const IN_WEBKIT = `
  link var-shorthand media-attribute alternate adopted layers container scope property counter-style nesting has defined
  cors-link cors-plain syntax-errors hover focus sibling-count media-size content attribute-selectors no-style print zoom
  gutter colours grid anchor
  shadow-open shadow-declarative shadow-early late-upgrade frames srcdoc frame-moves frame-other hollow svg svg-external
  mathml quirks vertical written table names odd-attributes frame-sandbox frame-navigates lists edge-html
  values password buttons meters busy scroll-box datalist file type-goes
  img srcset data-blob backgrounds image-set sprites gif-moving audio broken broken-mended svg-image canvas-2d img-closed img-cors object
  video-empty gif mask-svg lazy
  infinite scroll-driven
`.trim().split(/\s+/);
export const browsers = ["chromium", "firefox", ...(isThere() ? ["webkit"] : [])];

const GROUPS = ["styles", "trees", "state", "pictures", "motion"];
const only = process.argv.includes("--row") ? process.argv[process.argv.indexOf("--row") + 1].split(",") : null;

const serve = (files) => Object.fromEntries(Object.entries(files).map(([path, [type, text]]) => [path, (_, response) => { response.writeHead(200, { "content-type": type }); response.end(text); }]));

export async function run({ browser, second, name, check, say, failed }) {
  const svg = "<svg xmlns='http://www.w3.org/2000/svg' width='60' height='40'><rect width='60' height='40' fill='#886'/></svg>";
  const other = await servePages({ pages: {
    "/cors.css": (_, r) => { r.writeHead(200, { "content-type": "text/css", "access-control-allow-origin": "*" }); r.end(".a{color:rgb(0,110,60);font-size:26px}"); },
    "/open.svg": (_, r) => { r.writeHead(200, { "content-type": "image/svg+xml", "access-control-allow-origin": "*" }); r.end(svg); },
    "/closed.svg": (_, r) => { r.writeHead(200, { "content-type": "image/svg+xml" }); r.end(svg); },
    "/open.ttf": (_, r) => { r.setHeader("access-control-allow-origin", "*"); font(_, r); },
    "/closed.ttf": font,
    "/page.html": "<p>another origin</p>",
    "/slow.html": (_, r) => { setTimeout(() => { r.writeHead(200, { "content-type": "text/html" }); r.end("<p>another origin, late</p>"); }, 1400); },
  } });
  const groups = await Promise.all(GROUPS.map(async (g) => ({ name: g, ...(await import(`../cases/${g}.mjs`)) })));
  const pages = {};
  for (const group of groups) {
    Object.assign(pages, serve(group.files));
    for (const [id, , html] of group.rows) {
      const text = html.replaceAll("OTHER", other.url.replace("127.0.0.1", "localhost"));
      if (text.startsWith("XHTML")) {
        pages[`/${id}`] = `<?xml version="1.0" encoding="UTF-8"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title>x</title></head><body>${text.slice(5)}</body></html>`;
        continue;
      }
      pages[`/${id}`] = text.startsWith("QUIRKS") ? `<head></head>${text.slice(6)}` : `<!doctype html><head><meta charset=utf-8></head>${text}<style>*{caret-color:transparent}</style>`;
    }
  }
  pages["/font.ttf"] = font;
  pages["/elsewhere"] = "<!doctype html><head></head><p>elsewhere</p>";
  try {
    const rows = groups.flatMap((group) => group.rows.filter(([id]) => (only ? only.includes(id) : name !== "webkit" || IN_WEBKIT.includes(id)))
      .filter(([, what]) => !failed || failed.includes(`${group.name}: ${what}`)).map((row) => ({ group: group.name, row })));
    if (only && !groups.some((group) => group.rows.some(([id]) => only.includes(id)))) throw new Error(`no row is called ${only.join(" or ")}`);
    const died = new Set();
    // An engine's own process may die under a page. The rest is then played in new windows, and the row once more: where it
    // dies again, that is the row's fault.
    while (rows.length) await between({ browser, second }, { pages }, (both) => play({ ...both, rows, died, other, name, check, say }));
  } finally {
    await other.close();
  }
}

async function play({ c, a, server, connect, open, rows, died, other, name, check, say }) {
  await connect("/no-style");
  while (rows.length) {
    const { group, row: [id, what, , ...rest] } = rows.shift();
    const skip = rest.find((s) => s?.picture || s?.why || s?.not) || {};
    // What an engine is known not to show right is said, not passed over.
    if (skip.not?.[name] && only?.length !== 1) { say(`differs ${group}: ${what}: ${skip.not[name]}`); continue; }
    const steps = rest.filter((s) => s && s !== skip);
    let gone = false;
    const show = async () => {
      // Where the last row left it, it would hover over this one.
      await c.mouse.move(1270, 790);
      await open(`/${id}`);
      const shares = [];
      const look = async (at) => shares.push((await same(c, a, { at, folder: `cases/${name}`, stem: id, skip, inkLimit: skip.ink || 0.02 })).share);
      await look("opened");
      for (const [n, step] of steps.entries()) {
        if (typeof step === "string") await c.evaluate(`(async()=>{${step.replaceAll("OTHER", other.url.replace("127.0.0.1", "localhost"))}})()`); else await perform(c, step, server.url);
        await look(`step ${n + 1}`);
      }
      return `${shares.length} looks, ink ≤ ${(Math.max(...shares) * 100).toFixed(3)} %`;
    };
    await check(`${group}: ${what}`, async () => {
      try {
        return await within(120_000, show());
      } catch (e) {
        gone = !(await answers(c) && await answers(a));
        if (!gone || died.has(id)) throw e;
        died.add(id);
        rows.unshift({ group, row: [id, what, , ...rest] });
        throw new Again(e);
      }
    });
    if (gone) return;
  }
}
