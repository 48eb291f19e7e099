// The customer reads their own language, from right to left where it is written so; nothing is cut or stands out of a window, on a
// phone of 320 pixels as on a desk.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { between } from "../lib/between.mjs";
import { until, wait } from "../lib/browsers.mjs";
import { ROOT } from "../lib/servers.mjs";
import * as S from "../lib/session.mjs";

const LANGUAGES = { en: ["Your code", "End"], nl: ["Uw code", "Stop"], de: ["Ihr Code", "Beenden"], fr: ["Votre code", "Terminer"], es: ["Su código", "Terminar"], ar: ["رمزك", "إنهاء"] };
const WIDTHS = [320, 768, 1280];
const PAGE = (lang) => `<!doctype html><html lang="${lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>page</title></head><body><h1>Page</h1><p><button id="buy">Buy</button></p></body></html>`;
const ui = (c, f, ...args) => c.evaluate((src, args) => Function("root", "args", `return (${src})(root, ...args)`)(document.querySelector("beside-ui").shadowRoot, args), f.toString(), args);
// What stands out of the window or is cut off, of all that is ours and shown.
const out = (c) => ui(c, (root) => {
  const found = [];
  for (const el of root.querySelectorAll(".card, .bar, button, h2, p, .words, textarea, .says")) {
    const r = el.getBoundingClientRect();
    if (!r.width || !el.checkVisibility()) continue;
    if (el.closest(".log") && el.closest(".log") !== el) continue;
    const what = `${el.localName}.${el.className} "${el.textContent.slice(0, 40)}"`;
    if (r.left < -0.5 || r.right > innerWidth + 0.5 || r.top < -0.5 || r.bottom > innerHeight + 0.5) found.push(`${what} stands out: ${[r.left, r.top, r.right, r.bottom].map(Math.round)} of ${innerWidth} × ${innerHeight}`);
    if (el.matches("button, h2, .says") && el.scrollWidth > el.clientWidth + 1) found.push(`${what} is cut`);
  }
  // Two of one row never lie over each other.
  const buttons = [...root.querySelectorAll("button")].filter((b) => b.checkVisibility() && b.getBoundingClientRect().width);
  for (const [n, a] of buttons.entries()) for (const b of buttons.slice(n + 1)) {
    const [p, q] = [a.getBoundingClientRect(), b.getBoundingClientRect()];
    if (p.left < q.right - 1 && q.left < p.right - 1 && p.top < q.bottom - 1 && q.top < p.bottom - 1) found.push(`"${a.textContent}" lies over "${b.textContent}"`);
  }
  return found;
});

export async function run({ name, check, ...players }) {
  const pages = Object.fromEntries(Object.keys(LANGUAGES).map((lang) => [`/${lang}`, PAGE(lang)]));
  mkdirSync(join(ROOT, "target/shots"), { recursive: true });
  await between(players, { pages, button: true }, async ({ c, a, relay, server }) => {
    await S.signIn(a, relay);
    for (const [lang, [title, end]] of Object.entries(LANGUAGES)) await check(lang, async () => {
      const fits = async (what) => {
        const found = [];
        for (const width of WIDTHS) {
          await c.setViewport({ width, height: width < 700 ? 640 : 800 });
          await wait(120);
          for (const fault of await out(c)) found.push(`${what} at ${width}: ${fault}`);
          if (name === "chromium" && width !== 768) await c.screenshot({ path: join(ROOT, `target/shots/language-${lang}-${what}-${width}.png`) });
        }
        if (found.length) throw new Error(found.join("\n"));
      };
      const pressNth = async (selector) => {
        const at = await until(() => ui(c, (root, s) => { const r = [...root.querySelectorAll(s)].at(-1)?.getBoundingClientRect(); return r?.width ? [r.left + r.width / 2, r.top + r.height / 2] : null; }, selector), selector);
        await c.mouse.click(...at);
      };
      await c.bringToFront();
      await c.goto(`${server.url}/${lang}`);
      const pin = await S.begin(c);
      await until(async () => (await ui(c, (root) => root.querySelector(".panel h2")?.textContent)) === title, title);
      const dir = await ui(c, (root) => getComputedStyle(root.querySelector(".card")).direction);
      if (dir !== (lang === "ar" ? "rtl" : "ltr")) throw new Error(dir);
      // Groups of digits stand from left to right where everything else does not.
      if ((await ui(c, (root) => getComputedStyle(root.querySelector(".digits")).direction)) !== "ltr") throw new Error("the code is turned around");
      await fits("code");
      await a.bringToFront();
      await S.typePin(a, pin);
      await c.bringToFront();
      await until(() => ui(c, (root) => Boolean(root.querySelector(".who"))), "the question");
      await fits("question");
      await wait(600);
      await pressNth(".row .main");
      await S.state(a, "live");
      await S.picture(a);
      await fits("bar");
      await a.bringToFront();
      await a.focus("#chat-field");
      await a.keyboard.type("x".repeat(60) + "\n");
      await c.bringToFront();
      await until(() => ui(c, (root) => Boolean(root.querySelector(".log .line"))), "the chat");
      await ui(c, (root) => root.querySelector("textarea").focus());
      await c.keyboard.type("4111 1111 1111 1111\n");
      await until(() => ui(c, (root) => Boolean(root.querySelector(".warns p"))), "the warning");
      await fits("chat");
      await c.setViewport({ width: 1280, height: 800 });
      if ((await ui(c, (root) => root.querySelector(".bar .bad").textContent)) !== end) throw new Error("the bar speaks another language");
      await c.evaluate(() => window.Beside.end());
      await until(() => ui(c, (root) => Boolean(root.querySelector(".how"))), "the end");
      await fits("end");
    }).finally(async () => {
      // The next one begins anew, whatever became of this one.
      await c.evaluate(() => window.Beside.end());
      await S.state(a, "ended").catch(() => {});
      await a.evaluate(() => document.querySelector("section.card .main")?.click());
      await S.state(a, "ready");
    });
  });
}
