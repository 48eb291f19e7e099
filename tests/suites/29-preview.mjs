// What the customer sees of what the agent sees: drawn from the very messages that are sent.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { between } from "../lib/between.mjs";
import { until, wait } from "../lib/browsers.mjs";
import { ROOT } from "../lib/servers.mjs";
import * as S from "../lib/session.mjs";
import { POLICY, SEEN } from "../lib/tap.mjs";

const PICTURE = "data:image/svg+xml," + encodeURIComponent('<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><rect width="40" height="40" fill="green"/></svg>');
const PAGE = (lang = "en") => `<!doctype html><html lang="${lang}"><head><meta charset="utf-8"><title>Account</title><style>body{font:16px sans-serif;margin:20px}.private{color:navy}</style></head><body>
<h1>Made-up account</h1><p>Balance <span class="private">secret-kwzr</span></p><p id="words">words-open</p><p><input value="typed-qvxj"> <input type="password" value="pass-zpht"></p>
<iframe srcdoc="<p>frame-words <b class=private>secret-kwzr</b></p>" width="300" height="60"></iframe> <img src="${PICTURE}" width="40" height="40" alt=""></body></html>`;

const press = async (c, selector) => {
  const at = await until(() => c.evaluate((s) => { const r = document.querySelector("beside-ui").shadowRoot.querySelector(s)?.getBoundingClientRect(); return r?.width ? [r.left + r.width / 2, r.top + r.height / 2] : null; }, selector), selector);
  await c.mouse.click(...at);
};
const preview = (c) => c.frames().find((frame) => frame.url().endsWith("/agent/preview"));
const drawn = async (c) => { const inner = preview(c)?.childFrames()[0]; return inner ? inner.evaluate(SEEN).catch(() => "") : ""; };
const shows = (c, word) => until(async () => (await drawn(c)).includes(word), `${word} in the preview`);
const card = (c) => c.evaluate(() => document.querySelector("beside-ui").shadowRoot.querySelector(".preview")?.textContent ?? "");

export async function run({ check, ...players }) {
  const pages = { "/": PAGE(), "/nl": PAGE("nl"), "/strict": PAGE().replace("<meta", `<meta http-equiv="Content-Security-Policy" content="frame-src 'self'"><meta`) };
  await between(players, { pages, policy: POLICY }, async ({ c, a, inside, connect, fresh }) => {
    await connect("/");
    await S.settled(c, a);
    await check("one press opens it, named and with the focus", async () => {
      await press(c, ".bar .seen");
      await shows(c, "words-open");
      const said = await c.evaluate(() => { const root = document.querySelector("beside-ui").shadowRoot; const el = root.querySelector(".preview"); return [el.getAttribute("role"), el.getAttribute("aria-label"), root.activeElement?.textContent, root.querySelector(".seen").getAttribute("aria-expanded")].join("|"); });
      if (said !== "dialog|What Sanne Bakker sees|Close|true") throw new Error(said);
    });
    await check("it shows what the agent sees, neither more nor less", async () => {
      const [mine, theirs] = [await drawn(c), await inside(SEEN)];
      for (const secret of ["secret-kwzr", "typed-qvxj", "pass-zpht"]) if (mine.includes(secret)) throw new Error(`${secret} is in it`);
      // Addresses of files are each side's own, and where the customer points is theirs.
      const plain = (text) => text.replace(/blob:\S+/g, "blob").replace(/data-beside-(differs|hover)=\n\n*/g, "\n").replace(/\n+/g, "\n");
      const [here, there] = [plain(mine).split("\n"), plain(theirs).split("\n")];
      const at = here.findIndex((line, n) => line !== there[n]);
      if (at >= 0 || here.length !== there.length) throw new Error(`${here.slice(at, at + 3).join(" ")} in it, ${there.slice(at, at + 3).join(" ")} at the agent's`);
      return `${mine.length} characters of words and attributes`;
    });
    await check("pictures and same-origin frames are in it", async () => {
      await until(async () => preview(c).childFrames()[0].evaluate(() => document.querySelector("img").naturalWidth > 0), "the picture");
      await shows(c, "frame-words");
    });
    await check("it says in words how much is hidden", async () => {
      // The balance, two fields, and a word in the frame: what stands in one of them is none of its own.
      if (!/Hidden on this page: 4\./.test(await card(c))) throw new Error(await card(c));
    });
    await check("what changes on the page changes in it, and it fits its frame", async () => {
      await c.evaluate(() => { document.getElementById("words").textContent = "words-changed"; });
      await shows(c, "words-changed");
      const fits = await preview(c).evaluate(() => { const r = document.querySelector("iframe").getBoundingClientRect(); return [r.width, r.height, innerWidth, innerHeight]; });
      if (fits[0] > fits[2] + 1 || fits[1] > fits[3] + 1 || fits[0] < fits[2] * 0.9) throw new Error(fits.join());
      mkdirSync(join(ROOT, "tests/out"), { recursive: true });
      await c.screenshot({ path: join(ROOT, `tests/out/preview-${players.name}.png`) });
    });
    await check("the agent is told nothing of it", async () => {
      await S.settled(c, a);
      if (/beside preview|agent\/preview/.test(await inside(SEEN))) throw new Error("it is in the replica");
    });
    await check("Esc closes it and gives the focus back", async () => {
      await c.keyboard.press("Escape");
      await until(async () => !preview(c) && !(await card(c)), "it to be gone");
      const focus = await c.evaluate(() => document.querySelector("beside-ui").shadowRoot.activeElement?.className);
      if (!/seen/.test(focus)) throw new Error(`${focus} has it`);
      await c.evaluate(() => { document.getElementById("words").textContent = "words-after"; });
      await until(async () => (await inside(SEEN)).includes("words-after"), "the agent's picture to go on");
    });
    await check("in a pause it shows nothing new, and it goes on after it", async () => {
      await press(c, ".bar .seen");
      await shows(c, "words-after");
      await c.evaluate(() => [...document.querySelector("beside-ui").shadowRoot.querySelectorAll("button")].find((b) => b.textContent === "Pause").click());
      await wait(300);
      if (await c.evaluate(() => document.querySelector("beside-ui").shadowRoot.querySelector(".bar .seen"))) throw new Error("it may be opened while nothing is sent");
      await c.evaluate(() => { document.getElementById("words").textContent = "words-paused"; });
      await wait(500);
      if ((await drawn(c)).includes("words-paused")) throw new Error("what is not sent is shown");
      await c.evaluate(() => [...document.querySelector("beside-ui").shadowRoot.querySelectorAll("button")].find((b) => b.textContent === "Go on").click());
      await shows(c, "words-paused");
    });
    await check("in Dutch", async () => {
      await fresh("/nl");
      await press(c, ".bar .seen");
      await until(async () => /Dit ziet Sanne Bakker/.test(await card(c)) && /Verborgen op deze pagina: \d+\./.test(await card(c)), "Dutch words");
    });
    await check("where the site forbids such a frame it says so", async () => {
      await fresh("/strict");
      await press(c, ".bar .seen");
      await until(async () => /does not let the picture be drawn here/.test(await card(c)), "the words", 12_000);
    });
    await check("with the session it goes", async () => {
      await c.evaluate(() => window.Beside.end());
      await until(async () => !preview(c) && !(await card(c)), "it to be gone");
    });
  });
}
