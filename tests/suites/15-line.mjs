// A line that is too slow for the page: nothing piles up, the page goes before its pictures, the pointer stays alive, and
// what is shown at the end is the page.
import { between } from "../lib/between.mjs";
import { until, wait } from "../lib/browsers.mjs";
import * as S from "../lib/session.mjs";

export const alone = true;

// 256 kbit/s, in bytes a second.
const SLOW = 32 * 1024;
const PAGE = "<!doctype html><head></head><h1>slow</h1><div id=stage></div><img id=big width=200 height=150>";

// Counts what is sent, before the page runs; by itself what is sent of the page (the third byte of a frame is its channel).
const SPY = () => {
  window.__sent = window.__page = 0;
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (data) {
    send.call(this, data);
    const bytes = ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(data);
    window.__sent += bytes.length;
    if (bytes[2] === 2) window.__page += bytes.length;
  };
};

// 600 rows of random words in every frame: even where frames are few it is several times what the line takes.
const RESTLESS = () => {
  const stage = document.getElementById("stage");
  const word = () => Math.random().toString(36).slice(2);
  const step = () => {
    if (window.__rest) return;
    stage.textContent = "";
    for (let i = 0; i < 600; i++) { const p = document.createElement("p"); p.textContent = `${word()} ${word()}`; stage.append(p); }
    window.__steps = (window.__steps || 0) + 1;
    requestAnimationFrame(step);
  };
  step();
};

// Noise does not deflate: half a megabyte takes this line a quarter of a minute.
const NOISE = () => new Promise((done) => {
  const canvas = document.createElement("canvas"); canvas.width = 420; canvas.height = 420;
  const x = canvas.getContext("2d"); const d = x.createImageData(420, 420);
  for (let i = 0; i < d.data.length; i++) d.data[i] = i % 4 === 3 ? 255 : Math.random() * 256;
  x.putImageData(d, 0, 0);
  canvas.toBlob((blob) => { const img = document.getElementById("big"); img.onload = () => done(blob.size); img.src = URL.createObjectURL(blob); });
  });

export const run = ({ browser, second, check }) => between({ browser, second }, { pages: { "/": PAGE } }, async ({ c, a, inside, connect, line }) => {
  await c.evaluateOnNewDocument(SPY);
  await connect();
  await S.settled(c, a);
  line.slow(SLOW);
  const words = () => [...document.querySelectorAll("#stage p")].map((p) => p.textContent).join();
  await check("a page that changes without end on 256 kbit/s: no more is sent than the line takes, changes are merged, and the light says that it is behind", async () => {
    const before = { sent: await c.evaluate(() => window.__sent), messages: (await S.stats(a)).messages };
    await c.evaluate(RESTLESS);
    const lights = new Set();
    const start = Date.now();
    while (Date.now() - start < 8_000) { lights.add(await a.evaluate(() => document.querySelector(".light").textContent)); await wait(250); }
    const { sent, steps } = await c.evaluate(() => ({ sent: window.__sent, steps: window.__steps }));
    const [share, messages] = [(sent - before.sent) / ((Date.now() - start) / 1000) / SLOW, (await S.stats(a)).messages - before.messages];
    if (share < 0.5) throw new Error(`${share} of what the line takes was sent: this test proves nothing`);
    // What the first window lets through at once is more than is taken meanwhile.
    if (share > 1.8) throw new Error(`${share} times what the line takes was sent`);
    if (!(messages < steps / 2)) throw new Error(`${messages} messages of ${steps} frames: nothing was merged`);
    if (![...lights].some((l) => /catching up/i.test(l))) throw new Error(`the light said ${[...lights].join(", ")}`);
    return `${steps} frames in ${messages} messages, ${share.toFixed(2)} of what the line takes`;
  });
  await check("the pointer is alive meanwhile", async () => {
    const at = () => a.evaluate(() => document.querySelector(".cursor")?.getAttribute("style") || "");
    const before = await at();
    // Over what stays: nobody can be shown where a row is that has gone.
    await c.mouse.move(60, 40);
    const start = Date.now();
    await until(async () => (await at()) !== before, "the pointer to move", 4_000);
    return `${Date.now() - start} ms`;
  });
  await check("when it rests, the agent's picture is the page", async () => {
    await c.evaluate(() => { window.__rest = true; });
    const start = Date.now();
    await until(async () => (await c.evaluate(words)) === (await inside(words)), "the same words", 20_000);
    const took = Date.now() - start;
    await S.settled(c, a, 20_000);
    if (await c.evaluate(words) !== await inside(words)) throw new Error("the words differ");
    return `${took} ms`;
  });
  await check("a large picture does not hold up the page", async () => {
    await c.evaluate(NOISE);
    await wait(1_500);
    const shown = () => inside(() => { const img = document.getElementById("big"); return img.complete && img.naturalWidth > 0; });
    const start = Date.now();
    await c.evaluate(() => { document.querySelector("h1").textContent = "goes first"; });
    await until(() => inside(() => document.querySelector("h1").textContent === "goes first"), "the words", 5_000);
    const took = Date.now() - start;
    if (await shown()) throw new Error("the picture was there already: this test proves nothing");
    line.slow(Infinity);
    await until(shown, "the picture", 20_000);
    return `${took} ms behind half a megabyte`;
  });
  await check("a picture that was on its way when the agent's tab was reloaded comes whole", async () => {
    line.slow(SLOW);
    await c.evaluate(NOISE);
    await wait(1_500);
    await a.reload();
    await S.state(a, "live", 20_000);
    line.slow(Infinity);
    await until(() => inside(() => { const img = document.getElementById("big"); return img.complete && img.naturalWidth > 0; }), "the picture", 20_000);
  });
  await check("one who comes late to a page that takes this line seconds is told it once", async () => {
    await c.evaluate(() => { document.getElementById("big").remove(); document.getElementById("stage").replaceChildren(...Array.from({ length: 9000 }, () => { const p = document.createElement("p"); p.textContent = `${Math.random()} ${Math.random()}`; return p; })); });
    await S.settled(c, a, 20_000);
    line.slow(SLOW);
    const before = await c.evaluate(() => window.__page);
    await a.reload();
    const start = Date.now();
    await S.state(a, "live", 40_000);
    const took = Date.now() - start;
    await until(async () => (await c.evaluate(words)) === (await inside(words)), "the same words", 20_000);
    const { keyframes } = await S.stats(a);
    const whole = await c.evaluate(() => window.Beside.stats().keyframeBytes);
    const bytes = (await c.evaluate(() => window.__page)) - before;
    line.slow(Infinity);
    if (bytes < 3 * SLOW) throw new Error(`only ${bytes} bytes: this test proves nothing`);
    if (keyframes !== 1) throw new Error(`${keyframes} keyframes`);
    if (bytes > 1.5 * whole) throw new Error(`${bytes} bytes for a page of ${whole}`);
    return `${bytes} bytes, ${took} ms`;
  });
});
