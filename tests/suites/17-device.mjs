// Screens of other densities than the agent's, and pages zoomed in with two fingers.
import assert from "node:assert/strict";
import { PNG } from "pngjs";
import { between } from "../lib/between.mjs";
import { launch, person, until, wait } from "../lib/browsers.mjs";
import { inkThatDiffers, shot } from "../lib/compare.mjs";
import { keep, same } from "../lib/looks.mjs";
import * as S from "../lib/session.mjs";

// Both need a driver that sets them.
export const browsers = ["chromium"];

function png(width, height, [r, g, b]) {
  const picture = new PNG({ width, height });
  for (let i = 0; i < picture.data.length; i += 4) picture.data.set([r, g, b, 255], i);
  return PNG.sync.write(picture);
}
const [ONE, TWO] = [png(60, 40, [200, 0, 0]), png(120, 80, [0, 90, 200])];
const give = (bytes) => (_, response) => { response.writeHead(200, { "content-type": "image/png" }); response.end(bytes); };

const DENSE = `<!doctype html><head><meta charset=utf-8><style>#s{width:60px;height:40px;background-image:image-set("/one.png" 1x, "/two.png" 2x)}@media (min-resolution:1.5x){p{color:rgb(0,110,60);font-size:30px}}</style></head>
<img id=a srcset="/one.png 1x, /two.png 2x"><picture><source srcset="/two.png 2x" media="(min-width:100px)"><img src="/one.png"></picture>
<img srcset="/one.png 60w, /two.png 120w" sizes="60px"><img srcset="/two.png 120w" sizes="50vw"><img src="/two.png"><div id=s></div><p>words</p>`;
const LONG = `<!doctype html><head><meta charset=utf-8><meta name=viewport content="width=device-width"><style>body{margin:0;font:20px sans-serif}i{display:inline-block;width:300px;height:200px;margin:8px}button{font-size:24px}</style></head>${Array.from({ length: 24 }, (_, n) => `<i style="background:hsl(${n * 40},60%,70%)">${n} <button id=b${n}>Press ${n}</button></i>`).join("")}`;

const ADDRESS = { name: ["name", "NAME_FULL", "A. Example"], street: ["address-line1", "ADDRESS_HOME_LINE1", "1 Example Street"], city: ["address-level2", "ADDRESS_HOME_CITY", "Exampleton"], zip: ["postal-code", "ADDRESS_HOME_ZIP", "12345"] };
const FILL = `<!doctype html><head><meta charset=utf-8><style>*{caret-color:transparent}input{display:block;margin:9px}#zip:autofill{border:3px solid rgb(0,110,60)}</style></head><form>${Object.entries(ADDRESS).map(([id, [kind]]) => `<input id=${id} name=${kind} autocomplete=${kind}>`).join("")}</form>`;

const FONTS = `<!doctype html><head><meta charset=utf-8><style>body{font:18px/25px sans-serif;width:500px}b{font-weight:600}b,i{line-height:0}</style><p><span>words on one line</span>
<p>${"words that fill some lines and break where they must ".repeat(9)}<b>bold ones</b>, <i>slanted ones</i>`;
const BARS = `<!doctype html><head><meta charset=utf-8><meta name=viewport content="width=1000"><style>body{margin:0;font:16px sans-serif}div{width:300px;height:90px;overflow:auto;border:2px solid;margin:9px}
.own::-webkit-scrollbar{width:6px}.own::-webkit-scrollbar-thumb{background:teal}.without{scrollbar-width:none}.kept{overflow:hidden;scrollbar-gutter:stable}p{height:3000px;background:linear-gradient(#fff,#ddd);margin:0}</style>
${["", "own", "without", "kept"].map((name) => `<div class="${name}">${"words that fill some lines ".repeat(30)}</div>`).join("")}<p>the page goes on</p>`;

export async function run({ browser, second, check }) {
  const pages = { "/dense": DENSE, "/long": LONG, "/fill": FILL, "/one.png": give(ONE), "/two.png": give(TWO), "/start": "<!doctype html><head></head>start" };
  await between({ browser, second }, { pages }, async ({ c, a, inside, connect, fresh }) => {
    await c.setViewport({ width: 1280, height: 800, deviceScaleFactor: 2 });
    await connect("/start");
    await check("a dense screen: the pictures and styles that it took, in their size", async () => {
      await fresh("/dense");
      const result = await same(c, a, { at: "opened", folder: "device", stem: "dense", ink: false });
      const picture = await shot(a, true);
      const box = await inside(() => { const r = document.getElementById("s").getBoundingClientRect(); return [r.left + 30, r.top + 20]; });
      const at = (Math.round(box[1]) * picture.width + Math.round(box[0])) * 4;
      assert.deepEqual([...picture.data.subarray(at, at + 3)], [0, 90, 200], "the background is the dense one");
      await c.setViewport({ width: 900, height: 800, deviceScaleFactor: 2 });
      const narrow = await same(c, a, { at: "in a narrower window", folder: "device", stem: "dense", ink: false });
      await c.setViewport({ width: 1280, height: 800, deviceScaleFactor: 2 });
      return `${result.boxes} and ${narrow.boxes} boxes ≤ ${result.worst.toFixed(2)} px`;
    });
    await c.setViewport({ width: 1280, height: 800, deviceScaleFactor: 1 });
    await check("a window that becomes a phone's: the sheet that the replica lies on is as large, here at life size", async () => {
      await fresh("/long");
      const sheet = () => a.evaluate(() => { const [sheet, frame] = [document.querySelector(".scaled"), document.querySelector("[data-beside=replica]")].map((el) => el.getBoundingClientRect()); return [sheet.width, sheet.height, frame.width, frame.height].map(Math.round).join(" "); });
      const seen = [];
      for (const [width, height] of [[390, 760], [1280, 800]]) {
        await c.setViewport({ width, height, deviceScaleFactor: 1 });
        await until(async () => { seen.push(await sheet()); return seen.at(-1) === `${width} ${height} ${width} ${height}`; }, `a sheet of ${width} × ${height}`).catch((e) => { throw new Error(`${e.message}: ${seen.at(-1)}`); });
      }
    });
    await check("what the browser filled in looks filled in", async () => {
      await fresh("/fill");
      const cdp = await c.createCDPSession();
      await cdp.send("Autofill.enable");
      const { root } = await cdp.send("DOM.getDocument");
      const { nodeId } = await cdp.send("DOM.querySelector", { nodeId: root.nodeId, selector: "#name" });
      const { node } = await cdp.send("DOM.describeNode", { nodeId });
      await cdp.send("Autofill.trigger", { fieldId: node.backendNodeId, address: { fields: Object.values(ADDRESS).map(([, name, value]) => ({ name, value })) } });
      await until(() => c.evaluate(() => document.querySelectorAll(":autofill").length === 4), "a form that is filled in");
      const filled = await same(c, a, { at: "filled in", folder: "device", stem: "filled" });
      await cdp.detach();
      await c.evaluate(() => document.querySelector("form").reset());
      const empty = await same(c, a, { at: "emptied", folder: "device", stem: "emptied" });
      return `${[filled, empty].map((look) => `${(look.share * 100).toFixed(2)} %`).join(" and ")} of the ink differs`;
    });
    await check("zoomed in with two fingers: the agent sees the same part, as large", async () => {
      await fresh("/long");
      const before = await c.evaluate(() => document.querySelector("beside-ui").shadowRoot.querySelector(".bar").getBoundingClientRect().height);
      const cdp = await c.createCDPSession();
      await cdp.send("Input.synthesizePinchGesture", { x: 500, y: 300, scaleFactor: 2, relativeSpeed: 2000 });
      const seen = await until(() => c.evaluate(() => (visualViewport.scale > 1.8 ? [visualViewport.scale, visualViewport.offsetLeft, visualViewport.offsetTop] : null)), "a page zoomed in");
      await until(() => a.evaluate((scale) => Math.abs(Number(document.querySelector("[data-zoom]")?.dataset.zoom) - scale * 100) <= 1, seen[0]), "the agent is told");
      const words = await a.evaluate(() => document.querySelector("[data-zoom]").textContent);
      assert.match(words, /\b(199|200|201) %/, "in words, too");
      await S.settled(c, a);
      await wait(300);
      // What the frame's box holds beyond the part that is seen is cut off.
      const clip = await a.evaluate(() => { const r = document.querySelector(".place").getBoundingClientRect(); const w = Math.min(1280, r.width - 16); return { x: Math.round(r.left + Math.max(8, (r.width - w) / 2)), y: Math.round(document.querySelector(".scaled").offsetTop + r.top), width: 1280, height: 800 }; });
      await a.evaluate(() => { for (const el of document.querySelectorAll(".cursor, .marks")) el.style.visibility = "hidden"; });
      const [page, replica] = [await shot(c, false), PNG.sync.read(Buffer.from(await a.screenshot({ clip, captureBeyondViewport: false })))];
      keep("device", "zoom", { page, replica });
      const share = inkThatDiffers(page, replica);
      assert.ok(share < 0.03, `${(share * 100).toFixed(2)} % of the ink differs`);
      // The customer's own bar stays at hand, as large as before.
      const [left, top, right, bottom, height] = await c.evaluate(() => { const v = visualViewport; const r = document.querySelector("beside-ui").shadowRoot.querySelector(".bar").getBoundingClientRect(); return [r.left - v.offsetLeft, r.top - v.offsetTop, v.offsetLeft + v.width - r.right, v.offsetTop + v.height - r.bottom, r.height * v.scale]; });
      assert.ok(left >= 0 && top >= 0 && right >= 0 && bottom >= 0, `the bar is out of sight: ${[left, top, right, bottom]}`);
      assert.ok(Math.abs(height - before) < 2, `the bar is ${height} px high, and was ${before}`);
      await cdp.detach();
      return `× ${seen[0].toFixed(2)}, ${(share * 100).toFixed(2)} % of the ink differs`;
    });
    await check("one who comes late sees that part, too; the next page is whole again", async () => {
      await a.reload();
      await S.state(a, "live", 20_000);
      await until(() => a.evaluate(() => Number(document.querySelector("[data-zoom]")?.dataset.zoom) > 180), "the part");
      await fresh("/dense");
      await until(() => a.evaluate(() => !document.querySelector("[data-zoom]")), "a page that is not zoomed");
    });
  });
  // A phone's lie over what is scrolled, a computer's beside it.
  const wide = await launch("chromium", { hasBars: true });
  try {
    for (const [row, phone] of [["a phone's, seen at a computer", "c"], ["a computer's, seen where they take no room", "a"]]) {
      await between({ browser: wide, second: wide }, { pages: { "/": BARS } }, async (both) => {
        await both[phone].setViewport(phone === "c" ? { width: 1000, height: 700, isMobile: true } : { width: 1640, height: 1000, isMobile: true });
        await both.connect("/");
        await check(`scrollbars: ${row}`, async () => {
          const { c, a, inside } = both;
          const bars = () => [...document.querySelectorAll("div")].map((el) => el.offsetWidth - el.clientWidth - 4).concat(innerWidth - document.documentElement.clientWidth);
          const [there, here] = [await c.evaluate(bars), await inside(bars)];
          assert.deepEqual(here, there);
          assert.equal(there[0], phone === "c" ? 0 : 15);
          const result = await same(c, a, { at: "opened", folder: "device", stem: `bars-${phone}`, ink: false });
          return `${there.join(", ")} px; ${result.boxes} boxes ≤ ${result.worst.toFixed(2)} px`;
        });
      });
    }
  } finally { await wide.close(); }

  // One browser finds another font than the other for the same words.
  const other = await launch("firefox", { prefs: { "font.name.sans-serif.x-western": "DejaVu Serif", "font.name-list.sans-serif.x-western": "DejaVu Serif" } });
  try {
    await between({ browser: other, second }, { pages: { "/": FONTS } }, async ({ c, a, inside, connect }) => {
      await connect("/");
      await check("fonts: what the agent's browser finds none of has another of its machine's in its place, as large", async () => {
        const width = () => document.querySelector("p span").getBoundingClientRect().width;
        const alone = await person(second);
        await alone.setContent(FONTS);
        assert.ok(Math.abs((await alone.evaluate(width)) - (await c.evaluate(width))) > 10, "by itself the agent's browser takes another font");
        await alone.close();
        const result = await same(c, a, { at: "opened", folder: "device", stem: "fonts", ink: false, boxes: 2 });
        return `${Math.round(await c.evaluate(width))} and ${Math.round(await inside(width))} px; ${result.boxes} boxes ≤ ${result.worst.toFixed(2)} px`;
      });
      await check("fonts: what lies elsewhere for another reason is built again there, too", async () => {
        const top = () => Math.round(document.querySelectorAll("p")[1].getBoundingClientRect().top);
        const [before, builtAgain] = [await c.evaluate(top), (await S.stats(a)).builtAgain];
        assert.equal(await inside(`(() => { document.querySelectorAll("p")[1].style.marginTop = "90px"; return (${top})(); })()`) > before + 40, true, "the injury moved nothing");
        await until(async () => { await c.evaluate(() => { document.querySelector("p span").firstChild.data = `words ${Math.random()}`; }); await wait(300); return Math.abs((await inside(top)) - before) < 3; }, "the paragraph where it was", 15_000);
        assert.ok((await S.stats(a)).builtAgain > builtAgain, "nothing was built again");
      });
    });
  } finally { await other.close(); }
}
