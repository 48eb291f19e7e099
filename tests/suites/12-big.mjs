// A page of any size: it is read in slices, the agent sees it grow, and nothing of it is dropped.
import { between } from "../lib/between.mjs";
import { until } from "../lib/browsers.mjs";
import { noise } from "../lib/pages.mjs";
import * as S from "../lib/session.mjs";

export const alone = true;
export const browsers = ["chromium"];
const NODES = 250_000;

// Runs at the agent: what the replica was like at each frame, as often as it changed: [nodes, colour of its first heading, when].
function watch() {
  window.seen = [];
  const look = () => {
    const { nodes } = window.besideAgent.stats();
    const heading = document.querySelector("[data-beside=replica]")?.contentDocument?.querySelector("h2");
    if (nodes !== window.seen.at(-1)?.[0]) window.seen.push([nodes, heading ? getComputedStyle(heading).color : "", performance.timeOrigin + performance.now()]);
    requestAnimationFrame(look);
  };
  look();
}

// 50 MB of HTML: 50,000 paragraphs of a thousand characters.
function book() {
  let x = 11;
  const next = (n) => { x = (Math.imul(x, 1664525) + 1013904223) >>> 0; return Math.floor((x / 2 ** 32) * n); };
  const words = Array.from({ length: 5000 }, () => Array.from({ length: 2 + next(9) }, () => String.fromCharCode(97 + next(26))).join(""));
  const parts = [];
  for (let i = 0; i < 50_000; i++) { let p = ""; while (p.length < 990) p += `${words[next(words.length)]} `; parts.push(`<p>${p}</p>`); }
  return `<!doctype html><head></head>${parts.join("\n")}`;
}

export async function run({ browser, second, check }) {
  const rules = (n) => Array.from({ length: 2000 }, (_, i) => `.s${n}-${i}{color:rgb(${i % 256},${n},0)}`).join("\n") + `h2{color:rgb(${n},2,3)}`;
  const sheet = (n) => (_, response) => { response.writeHead(200, { "content-type": "text/css" }); response.end(rules(n)); };
  const many = (_, response) => { response.writeHead(200, { "content-type": "text/css" }); response.end(Array.from({ length: 10_000 }, (_, i) => `.r${i}{color:rgb(${i % 256},${i >> 8},7)}`).join("\n")); };
  // Just below the most that is sent.
  const big = noise(2220);
  const links = [0, 1, 2].map((n) => `<link rel=stylesheet href=/s${n}.css>`).join("");
  const sections = (n) => Array.from({ length: n }, (_, i) => `<section><h2>part ${i}</h2><p>words <b>of</b> it</p></section>`).join("");
  const pages = { "/": "<!doctype html><head></head><div id=stage></div>", "/tenth": `<!doctype html><head></head>${sections(1250)}`, "/long": `<!doctype html><head>${links}</head>${sections(5000)}`, "/rules": `<!doctype html><head><link rel=stylesheet href=/rules.css></head>${Array.from({ length: 1000 }, (_, i) => `<p class=r${i * 10}>rule ${i * 10}</p>`).join("")}`, "/rules.css": many, "/picture": "<!doctype html><head></head><h1>words</h1><img id=big src=/big.png width=300 height=300>", "/big.png": big, "/book": book(), "/s0.css": sheet(0), "/s1.css": sheet(1), "/s2.css": sheet(2) };
  await between({ browser, second }, { pages }, ({ c, a, server, connect, inside }) => grow({ c, a, server, connect, inside, check }));
}

async function grow({ c, a, server, connect, inside, check }) {
  // Both sides hold what is wanted, as many of it, and the same.
  const whole = (wanted, ms) => until(async () => {
    const [page, copy] = [await c.evaluate(() => window.Beside?.stats()), await S.stats(a)];
    return copy.same && wanted(copy.nodes) && page?.nodes === copy.nodes && page;
  }, "all nodes at both ends", ms);
  const seen = () => a.evaluate(() => window.seen.splice(0));
  await connect();
  await whole((n) => n < 100, 20_000);
  await a.evaluate(watch);
  await check("of a page of 40,000 nodes a first screen is shown, styled, before the rest has been read", async () => {
    await seen();
    await c.goto(`${server.url}/long`);
    const page = await whole((n) => n > 40_000, 60_000);
    const all = await seen();
    const [nodes, colour, first] = all.find(([n]) => n > 100) || [];
    const born = await c.evaluate(() => performance.timeOrigin);
    if (!(nodes < page.nodes / 4)) throw new Error(`${nodes} of ${page.nodes} nodes came at once`);
    if (colour !== "rgb(2, 2, 3)") throw new Error(`the heading was first seen in ${colour}, not in what the last sheet says`);
    return `${nodes} of ${page.nodes} nodes ${(first - born).toFixed(0)} ms after the page began, all after ${(all.at(-1)[2] - born).toFixed(0)} ms, ${page.messages} messages, longest slice ${page.longestFlush.toFixed(1)} ms`;
  });
  await check("an agent who comes to a page of 10,000 nodes sees it soon", async () => {
    await c.goto(`${server.url}/tenth`);
    await whole((n) => n > 10_000 && n < 12_000, 60_000);
    await a.evaluateOnNewDocument(`window.painted = 0; addEventListener("DOMContentLoaded", () => { const look = () => { const d = document.querySelector("[data-beside=replica]")?.contentDocument; if (d?.querySelector("h2")) requestAnimationFrame(() => { window.painted = performance.now(); }); else requestAnimationFrame(look); }; look(); })`);
    await a.reload();
    const took = await until(() => a.evaluate(() => window.painted), "the picture", 30_000);
    await whole((n) => n > 10_000 && n < 12_000, 60_000);
    await a.evaluate(watch);
    return `painted ${took.toFixed(0)} ms after the dashboard was loaded anew`;
  });
  await check(`${NODES.toLocaleString("en")} nodes inserted at once: nothing is dropped, and the agent sees them come`, async () => {
    await c.goto(`${server.url}/`);
    await whole((n) => n < 100, 20_000);
    await seen();
    await c.evaluate((n) => { const list = document.createDocumentFragment(); for (let i = 0; i < n / 2; i++) { const d = document.createElement("div"); d.textContent = `row ${i}`; list.append(d); } document.getElementById("stage").append(list); }, NODES);
    const page = await whole((n) => n > NODES, 120_000);
    const sizes = (await seen()).length;
    if (sizes < 5) throw new Error(`they were seen to come in ${sizes} steps`);
    return `${page.nodes} nodes, seen to come in ${sizes} steps, longest slice ${page.longestFlush.toFixed(1)} ms`;
  });
  await check("and taken away again", async () => {
    await c.evaluate(() => { document.getElementById("stage").textContent = ""; });
    return `longest slice ${(await whole((n) => n < 100, 60_000)).longestFlush.toFixed(1)} ms`;
  });
  await check("10,000 rules: all of them hold at the agent, also one that comes later", async () => {
    await c.goto(`${server.url}/rules`);
    const page = await whole((n) => n > 2_000, 30_000);
    await c.evaluate(() => document.styleSheets[0].insertRule(".r9990{color:rgb(1,2,3)}", 10_000));
    await S.settled(c, a, 20_000);
    const colours = () => [...document.querySelectorAll("p")].map((p) => getComputedStyle(p).color).join();
    await until(async () => (await c.evaluate(colours)) === (await inside(colours)), "the same colours", 10_000);
    if (!(await inside(colours)).endsWith("rgb(1, 2, 3)")) throw new Error("the rule that came later does not hold");
    return `longest slice ${page.longestFlush.toFixed(1)} ms`;
  });
  await check("a picture of 20 MB comes, and words go past it", async () => {
    await c.goto(`${server.url}/picture`);
    const shown = () => inside(() => { const img = document.getElementById("big"); return Boolean(img?.complete && img.naturalWidth > 2000); });
    await until(() => inside(() => document.querySelector("h1")?.textContent === "words"), "the page", 30_000);
    await c.evaluate(() => { document.querySelector("h1").textContent = "past it"; });
    const start = Date.now();
    await until(() => inside(() => document.querySelector("h1").textContent === "past it"), "the words", 10_000);
    const words = Date.now() - start;
    await until(shown, "the picture", 60_000);
    return `words in ${words} ms, the picture ${Date.now() - start} ms after them`;
  });
  await check("a text of 3 MB put in, and another in its place, without beginning anew", async () => {
    await c.goto(`${server.url}/`);
    await whole((n) => n < 100, 30_000);
    const before = (await S.stats(a)).keyframes;
    const put = () => c.evaluate(() => { const words = Array.from({ length: 300_000 }, () => Math.random().toString(36).slice(2, 11)); document.getElementById("stage").textContent = words.join(" "); });
    const length = () => document.getElementById("stage").textContent;
    for (let n = 0; n < 2; n++) {
      await put();
      await until(async () => (await c.evaluate(length)) === (await inside(length)), "the same text", 30_000);
    }
    if ((await S.stats(a)).keyframes !== before) throw new Error("it was begun anew");
  });
  await check("a document of 50 MB", async () => {
    await c.goto(`${server.url}/book`, { timeout: 120_000 });
    const page = await whole((n) => n > 100_000, 180_000);
    const ends = () => [document.body.textContent.length, document.body.lastElementChild.textContent.slice(0, 40)].join();
    const [here, there] = [await c.evaluate(ends), await inside(ends)];
    if (here !== there) throw new Error(`${there} against ${here}`);
    return `${page.nodes} nodes, ${(page.bytes / 1e6).toFixed(1)} MB sent, longest slice ${page.longestFlush.toFixed(1)} ms`;
  });
}
