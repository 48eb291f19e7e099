// Pages at which a session pauses by itself: nothing of them is sent, nor of what happens there, until the customer goes on.
import { between } from "../lib/between.mjs";
import { until, wait } from "../lib/browsers.mjs";
import * as S from "../lib/session.mjs";
import { SEEN } from "../lib/tap.mjs";

const POLICY = `default = "show"\ninputs = "show"\npause = ["/private/**"]\n`;
const PAGE = (words) => `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${words}</title></head><body><h1>${words}</h1><p id="more">plain</p><a id="on" href="/private/step">on</a></body></html>`;
const bar = (c) => c.evaluate(() => document.querySelector("beside-ui").shadowRoot.querySelector(".bar .says")?.textContent ?? "");
const press = async (c, words) => {
  const at = await until(() => c.evaluate((w) => { const b = [...document.querySelector("beside-ui").shadowRoot.querySelectorAll("button")].find((b) => b.textContent === w); const r = b?.getBoundingClientRect(); return r?.width ? [r.left + r.width / 2, r.top + r.height / 2] : null; }, words), words);
  await c.mouse.click(...at);
};

export async function run({ check, ...players }) {
  await between(players, { pages: { "/": PAGE("open words"), "/private/step": PAGE("kept words"), "/after": PAGE("later words") }, policy: POLICY }, async ({ c, a, inside, connect }) => {
    await connect("/");
    await S.settled(c, a);
    const seen = () => inside(SEEN);
    // The SEEN of a picture that has gone dark is what was there before.
    const never = async (word) => { for (let n = 0; n < 6; n++) { await wait(100); if ((await seen().catch(() => "")).includes(word)) throw new Error(`${word} is seen`); } };
    await check("a page that is named pauses the session when one comes to it, and says why", async () => {
      await c.click("#on");
      await S.state(a, "paused", 15_000);
      await until(async () => (await bar(c)).startsWith("This page is kept private"), "why");
      await never("kept words");
    });
    await check("what happens there is never sent", async () => {
      await c.evaluate(() => { document.getElementById("more").textContent = "done in private"; });
      await never("done in private");
      await c.evaluate(() => { document.getElementById("more").textContent = "plain again"; });
    });
    await check("a reload there changes nothing", async () => {
      await c.reload();
      await until(async () => (await bar(c)) !== "", "the bar");
      await S.state(a, "paused", 15_000);
      await never("kept words");
    });
    await check("it goes on when the customer says so, there too, and stays on", async () => {
      await press(c, "Go on");
      await S.state(a, "live");
      await until(async () => (await seen()).includes("kept words"), "the page");
      await c.evaluate(() => { document.getElementById("more").textContent = "shown now"; });
      await until(async () => (await seen()).includes("shown now"), "what changed");
    });
    await check("a program that moves on by itself pauses before anything of the new page is sent", async () => {
      await c.goto(new URL("/", c.url()).href);
      await S.state(a, "live", 15_000);
      await S.settled(c, a);
      await c.evaluate(() => { history.pushState({}, "", "/private/other"); document.querySelector("h1").textContent = "hidden by path"; });
      await S.state(a, "paused");
      await never("hidden by path");
      await c.evaluate(() => { history.pushState({}, "", "/after"); document.querySelector("h1").textContent = "later words"; });
      await wait(300);
      await S.state(a, "paused");
      await press(c, "Go on");
      await S.state(a, "live");
      await until(async () => (await seen()).includes("later words"), "the page after");
      if ((await seen()).includes("hidden by path")) throw new Error("what was private is seen");
    });
  });
}
