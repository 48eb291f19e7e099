// A page of any size: it is read in slices, the agent sees it grow, and nothing of it is dropped.
import { between } from "../lib/between.mjs";
import { until } from "../lib/browsers.mjs";
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

export async function run({ browser, second, check }) {
  const rules = (n) => Array.from({ length: 2000 }, (_, i) => `.s${n}-${i}{color:rgb(${i % 256},${n},0)}`).join("\n") + `h2{color:rgb(${n},2,3)}`;
  const sheet = (n) => (_, response) => { response.writeHead(200, { "content-type": "text/css" }); response.end(rules(n)); };
  const links = [0, 1, 2].map((n) => `<link rel=stylesheet href=/s${n}.css>`).join("");
  const sections = (n) => Array.from({ length: n }, (_, i) => `<section><h2>part ${i}</h2><p>words <b>of</b> it</p></section>`).join("");
  const pages = { "/": "<!doctype html><head></head><div id=stage></div>", "/tenth": `<!doctype html><head></head>${sections(1250)}`, "/long": `<!doctype html><head>${links}</head>${sections(5000)}`, "/s0.css": sheet(0), "/s1.css": sheet(1), "/s2.css": sheet(2) };
  await between({ browser, second }, { pages }, ({ c, a, server, connect }) => grow({ c, a, server, connect, check }));
}

async function grow({ c, a, server, connect, check }) {
  const whole = async (wanted, ms) => {
    await until(async () => { const s = await S.stats(a); return s.same && wanted(s.nodes); }, "all nodes", ms);
    const [page, copy] = [await c.evaluate(() => window.Beside.stats()), await S.stats(a)];
    if (copy.nodes !== page.nodes) throw new Error(`${copy.nodes} nodes against ${page.nodes}`);
    return page;
  };
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
}
