// The picture knows whether it is what the customer sees: whatever is done to it is noticed, and mended without a whole
// new page.
import { between } from "../lib/between.mjs";
import { font } from "../lib/pages.mjs";
import { until, wait } from "../lib/browsers.mjs";
import * as S from "../lib/session.mjs";

const LINES = Array.from({ length: 12 }, (_, n) => `<p id="p${n}">line ${n}</p>`).join("");
const PAGE = `<!doctype html><html><head><meta charset=utf-8><title>same</title><style>body{margin:20px;font:16px sans-serif}h1{font-size:40px}p{padding:9px;margin:4px}.late{color:red}</style></head><body><div id="box" style="width:300px;height:60px">box</div><h1>Title</h1>${LINES}</body></html>`;

// A message of the customer's is told without what it says, as if a defect had lost it: [2] is a patch of nothing.
const LOSE = (n) => {
  window.__lost = 0;
  window.__besideTap = (what, bytes) => { if (what === "page" && bytes[0] === 2 && bytes.length > 4 && window.__lost < n) { window.__lost++; return new Uint8Array([2]); } };
};

const MOVING = `<!doctype html><html><head><style>@keyframes s{to{transform:translateX(600px)}}div,p::before{content:"";display:block;width:60px;height:40px;background:teal;animation:s 60s linear infinite}p::before{animation-duration:90s}</style></head><body><div></div><p></p></body></html>`;

const LETTERS = `<!doctype html><html><head><style>@font-face{font-family:letters;src:url(/font.ttf)}p{display:inline-block;font:40px letters,serif;margin:8px}</style></head><body>${Array.from({ length: 40 }, (_, n) => `<p id="p${n}">iiii ${n}</p>`).join(" ")}</body></html>`;

const STAND = `<!doctype html><html><body><object data=/prices.svg type=image/svg+xml width=300 height=90></object><embed src=/prices.svg width=300 height=90 title="Terms and conditions"><iframe src="http://localhost:9/" width=300 height=90></iframe></body></html>`;

const CONTROLS = `<!doctype html><html><body><p id="p0">words</p>${["text", "date", "range", "checkbox", "submit"].map((type) => `<p><input type=${type}></p>`).join("")}<p><select><option>one</select><textarea></textarea><button>press</button><meter></meter><progress></progress></p><p>below</p></body></html>`;

// What is done to the replica behind our back: its document is all there is at hand.
const INJURIES = {
  "an attribute is wrong": (d) => { d.getElementById("box").style.height = "220px"; },
  "an element is gone": (d) => { d.getElementById("p3").remove(); },
  "a text is wrong": (d) => { d.getElementById("p2").firstChild.data = "much longer ".repeat(60); },
  "all styles were refused": (d) => { d.adoptedStyleSheets = d.adoptedStyleSheets.slice(0, 1); },
  "a rule is missing": (d) => { const s = d.adoptedStyleSheets.at(-1); s.deleteRule(s.cssRules.length - 2); },
};

export const run = ({ browser, second, name, check }) => between({ browser, second }, { pages: { "/": PAGE, "/moving": MOVING, "/font": LETTERS, "/hover": "<!doctype html><head><style>#b{width:400px;height:200px}#b:hover{background:rgb(1,2,3)}</style></head><button id=b>words</button>", "/stand": STAND, "/controls": CONTROLS, "/prices.svg": (_, r) => { r.writeHead(200, { "content-type": "image/svg+xml" }); r.end("<svg xmlns='http://www.w3.org/2000/svg' width='200' height='90'/>"); }, "/font.ttf": font } }, async ({ c, a, inside, connect, fresh }) => {
  const bottoms = () => [...document.querySelectorAll("h1,p,div")].map((el) => Math.round(el.getBoundingClientRect().bottom)).join();
  const heights = () => inside(bottoms);
  const theirs = () => c.evaluate(bottoms);
  // The layout is compared while the page moves; a word that comes and goes is enough.
  const stir = () => c.evaluate(() => { document.getElementById("p0").firstChild.data = `line 0 ${Math.random()}`; });
  await connect();
  for (const [what, injure] of Object.entries(INJURIES)) {
    await check(`${what}: it is noticed, and built again from what is known`, async () => {
      await fresh();
      const before = await S.stats(a);
      // In one go with what it does: it may be mended before anybody looks.
      const injured = await inside(`(() => { (${injure})(document); return (${bottoms})(); })()`);
      if (injured === await theirs()) throw new Error("the injury changed nothing: this test proves nothing");
      const start = Date.now();
      // A grid of twelve points finds it within some looks.
      await until(async () => { await stir(); await wait(300); return (await heights()) === (await theirs()); }, "the same layout", 15_000);
      const took = Date.now() - start;
      await S.settled(c, a);
      const after = await S.stats(a);
      if (after.keyframes !== before.keyframes) throw new Error("it took a whole page");
      if (!(after.builtAgain > before.builtAgain)) throw new Error("nothing was built again");
      return `${took} ms, no keyframe`;
    });
  }
  await check("a font has gone: it is noticed, and built again with it", async () => {
    await fresh("/font");
    const widths = () => [...document.querySelectorAll("p")].map((el) => Math.round(el.getBoundingClientRect().right)).join();
    await until(async () => (await c.evaluate(widths)) === (await inside(widths)), "the font", 8_000);
    const before = await S.stats(a);
    // In one go with what it takes: it may be mended before anybody looks.
    const without = await inside(`(() => { for (const s of document.adoptedStyleSheets) for (let n = s.cssRules.length - 1; n >= 0; n--) if (s.cssRules[n].cssText.startsWith("@font-face")) s.deleteRule(n); return (${widths})(); })()`);
    if (without === (await c.evaluate(widths))) throw new Error("the letters are as wide without it: this test proves nothing");
    const start = Date.now();
    await until(async () => { await stir(); await wait(300); return (await c.evaluate(widths)) === (await inside(widths)); }, "the same layout", 15_000);
    const took = Date.now() - start;
    if ((await S.stats(a)).keyframes !== before.keyframes) throw new Error("it took a whole page");
    return `${took} ms, no keyframe`;
  });
  await check("controls that this browser draws larger have the customer's size", async () => {
    await fresh("/controls");
    const sizes = () => [...document.querySelectorAll("input,select,textarea,button,meter,progress,p")].map((el) => el.getBoundingClientRect()).flatMap((r) => [r.width, r.height, r.top]);
    // They are told in quarters of a pixel.
    const areAlike = async () => { const [there, here] = [await c.evaluate(sizes), await inside(sizes)]; return there.length === here.length && there.every((v, i) => Math.abs(v - here[i]) <= 0.5); };
    await until(areAlike, "the same sizes", 8_000);
    const before = await S.stats(a);
    await inside(() => { document.adoptedStyleSheets[0].insertRule("input,select,textarea,button,meter,progress{width:300px;height:60px}"); });
    if (await areAlike()) throw new Error("they are no larger: this test proves nothing");
    const start = Date.now();
    await until(async () => { await stir(); await wait(300); return areAlike(); }, "the same sizes", 15_000);
    const took = Date.now() - start;
    const after = await S.stats(a);
    if (after.keyframes !== before.keyframes || after.builtAgain !== before.builtAgain) throw new Error("more than their sizes was told or built again");
    return `${took} ms, nothing built again`;
  });
  await check("an operation is lost: it is noticed by the hash, and only what differs is told again", async () => {
    await fresh();
    const before = await S.stats(a);
    await c.evaluate(LOSE, 1);
    await c.evaluate(() => { document.getElementById("p5").firstChild.data = "this must come"; });
    await until(() => inside(() => document.getElementById("p5").textContent === "this must come"), "what was lost", 4_000);
    await S.settled(c, a);
    const after = await S.stats(a);
    if (await c.evaluate(() => window.__lost) !== 1) throw new Error("nothing was lost: this test proves nothing");
    if (after.keyframes !== before.keyframes || after.compared !== before.compared + 1) throw new Error(`${after.keyframes - before.keyframes} keyframes, ${after.compared - before.compared} comparisons`);
  });
  await check("removed and added elements are lost: they too", async () => {
    await fresh();
    const before = await S.stats(a);
    await c.evaluate(LOSE, 2);
    await c.evaluate(() => { document.getElementById("p7").remove(); });
    await wait(60);
    await c.evaluate(() => { const p = document.createElement("p"); p.id = "new"; p.append("new"); document.getElementById("p4").before(p); });
    await until(() => inside(() => !document.getElementById("p7") && document.getElementById("p4").previousSibling.id === "new"), "what was lost", 4_000);
    await S.settled(c, a);
    if ((await S.stats(a)).keyframes !== before.keyframes) throw new Error("it took a whole page");
  });
  await check("a sheet is lost: it is told again", async () => {
    await fresh();
    const before = await S.stats(a);
    await c.evaluate(LOSE, 1);
    await c.evaluate(() => { const s = new CSSStyleSheet(); s.replaceSync("p{color:rgb(1,2,3)}"); document.adoptedStyleSheets = [s]; });
    await until(() => inside(() => getComputedStyle(document.querySelector("p")).color === "rgb(1, 2, 3)"), "what was lost", 4_000);
    await S.settled(c, a);
    if ((await S.stats(a)).keyframes !== before.keyframes) throw new Error("it took a whole page");
  });
  await check("what cannot be made equal is marked in the picture, and the light says so", async () => {
    await fresh();
    // The replica's own document is made to lay out otherwise for good.
    await inside(() => { const d = window.whole = Object.getOwnPropertyDescriptor(CSSStyleDeclaration.prototype, "cssText"); Object.defineProperty(CSSStyleDeclaration.prototype, "cssText", { ...d, set(v) { d.set.call(this, v.replace("60px", "200px")); } }); document.getElementById("box").style.cssText = "width:300px;height:60px"; });
    const start = Date.now();
    await until(async () => { await stir(); await wait(300); return inside(() => Boolean(document.querySelector("[data-beside-differs]"))); }, "the mark", 20_000);
    const light = await a.evaluate(() => document.querySelector(".light").textContent);
    await inside(() => { Object.defineProperty(CSSStyleDeclaration.prototype, "cssText", window.whole); });
    if (!/differs/.test(light)) throw new Error(`the light says ${light}`);
    return `${Date.now() - start} ms, "${light}"`;
  });
  await check("one who comes late finds scrolled what was, also where attributes changed since", async () => {
    await fresh();
    await c.evaluate(() => { const box = document.getElementById("box"); box.style.cssText = "width:300px;height:80px;overflow:auto"; box.append(Object.assign(document.createElement("div"), { style: "height:900px" })); box.scrollTop = 300; });
    await until(() => inside(() => document.getElementById("box").scrollTop === 300), "a scrolled box");
    await c.evaluate(() => { document.getElementById("box").className = "other"; });
    await S.settled(c, a);
    await a.reload();
    await S.state(a, "live", 15_000);
    await until(() => inside(() => document.getElementById("box").scrollTop === 300), "a scrolled box for one who came late");
  });
  await check("sheets that were taken off and put on again are there for one who comes late", async () => {
    await fresh();
    await c.evaluate(() => { window.s = new CSSStyleSheet(); window.s.replaceSync("p{color:rgb(4,5,6)}"); document.adoptedStyleSheets = [window.s]; });
    const is = (colour) => until(() => inside((colour) => getComputedStyle(document.querySelector("p")).color === colour, colour), colour, 8_000);
    await is("rgb(4, 5, 6)");
    await c.evaluate(() => { document.adoptedStyleSheets = []; });
    await is("rgb(0, 0, 0)");
    await c.evaluate(() => { document.adoptedStyleSheets = [window.s]; });
    await is("rgb(4, 5, 6)");
    await a.reload();
    await S.state(a, "live", 15_000);
    await is("rgb(4, 5, 6)");
  });
  await check("what comes up beneath a pointer that rests looks hovered", async () => {
    await fresh();
    await c.mouse.move(150, 60);
    await fresh("/hover");
    // Chromium hovers nothing before the pointer has moved.
    await until(() => c.evaluate(() => document.getElementById("b").matches(":hover")), "the page's own look", 1_500).catch((e) => { if (name !== "chromium") throw e; return c.mouse.move(151, 60); });
    await until(() => inside(() => getComputedStyle(document.getElementById("b")).backgroundColor === "rgb(1, 2, 3)"), "the look of it");
  });
  await check("a placeholder says what it stands for, in the agent's language, and what that is called", async () => {
    await fresh("/stand");
    const said = await until(() => inside(() => { const all = [...document.querySelectorAll("[data-beside-stands-for]")].map((el) => decodeURIComponent(getComputedStyle(el).backgroundImage).match(/>([^<]*)<\/text>/)?.[1]); return all.length === 3 && all.every(Boolean) && all; }), "three placeholders that say something");
    for (const wanted of ["Embedded file: prices.svg", "Embedded file: Terms and conditions", "Frame of another site"]) if (!said.some((is) => is === wanted)) throw new Error(`nothing says ${wanted}: ${said.join(", ")}`);
    return said.join(", ");
  });
  await check("animations of style sheets stand at the customer's moment, also for one who comes late", async () => {
    const moments = () => document.getAnimations().map((a) => [a.effect.pseudoElement, a.currentTime]);
    const apart = async () => {
      const [page, copy] = await Promise.all([c.evaluate(moments), inside(moments)]);
      if (page.length !== 2 || copy.length !== 2) throw new Error(`${page.length} and ${copy.length} animations`);
      return Math.max(...page.map(([what, at]) => Math.abs(at - copy.find(([w]) => w === what)[1])));
    };
    await fresh("/moving");
    // It has been going on for long when somebody comes.
    await c.evaluate(() => { for (const a of document.getAnimations()) a.currentTime += 20_000; });
    const first = await until(async () => { const ms = await apart(); return ms < 1_000 && [ms]; }, "the same moment");
    await c.evaluate(() => { for (const a of document.getAnimations()) a.startTime -= 20_000; });
    await a.reload();
    await S.state(a, "live", 15_000);
    const late = await until(async () => { const ms = await apart(); return ms < 1_000 && [ms]; }, "the same moment for one who came late");
    return `${first[0].toFixed(0)} ms apart, ${late[0].toFixed(0)} ms for one who came late`;
  });
});
