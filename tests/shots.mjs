// The pictures of the README: one session on the demo bank, as its people see it. `node tests/shots.mjs`, by `cargo xtask shots`.
import { join } from "node:path";
import { launch, person, until, wait } from "./lib/browsers.mjs";
import { ROOT, startBoth } from "./lib/servers.mjs";
import * as S from "./lib/session.mjs";

const browser = await launch("chromium");
const both = await startBoth();
const shot = (page, name) => page.screenshot({ path: join(ROOT, `docs/${name}.png`) });
const ui = (page, f, ...args) => page.evaluate((src, args) => Function("root", "args", `return (${src})(root, ...args)`)(document.querySelector("beside-ui").shadowRoot, args), f.toString(), args);
try {
  const c = await person(browser, { width: 1280, height: 800 });
  const a = await person(browser, { width: 1640, height: 900 });
  await c.evaluateOnNewDocument(() => addEventListener("DOMContentLoaded", () => window.Beside?.identify({ name: "Ann Example", topic: "Where do I pay?" })));
  await S.connect(c, a, both.relay, `${both.site.url}/accounts`);
  await S.settled(c, a);
  const at = await a.evaluate(() => { const r = document.querySelector("[data-beside=replica]").getBoundingClientRect(); return { x: r.left, y: r.top, s: r.width / document.querySelector("[data-beside=replica]").offsetWidth }; });
  const [x, y, w, h] = await c.evaluate(() => { const r = [...document.querySelectorAll("a, button")].find((e) => e.textContent.trim() === "Pay" && e.getBoundingClientRect().top > 150).getBoundingClientRect(); return [r.left, r.top, r.width, r.height]; });
  const to = (px, py) => a.mouse.move(at.x + px * at.s, at.y + py * at.s, { steps: 8 });
  const say = async (text) => { await a.bringToFront(); await a.focus("#chat-field"); await a.keyboard.type(`${text}\n`); await a.evaluate(() => document.activeElement.blur()); };
  await say("Hello Ann, I see the same page as you do. The button is here:");
  await a.keyboard.press("3");
  await to(x - 6, y - 6);
  await a.mouse.down();
  await to(x + w + 6, y + h + 6);
  await a.mouse.up();
  await a.keyboard.press("a");
  await to(x + w + 140, y + h / 2);
  await a.mouse.down();
  await to(x + w + 14, y + h / 2);
  await a.mouse.up();
  await a.keyboard.press("Escape");
  await to(x + w + 170, y + h + 24);
  await c.bringToFront();
  await until(() => ui(c, (root) => Boolean(root.querySelector(".log .line")) && root.querySelectorAll("svg.marks path").length === 2), "what was said and drawn");
  await ui(c, (root) => root.querySelector("textarea").focus());
  await c.keyboard.type("Ah, there it is. Thank you!\n");
  await c.mouse.move(x + w / 2, y + h + 30, { steps: 5 });
  await wait(800);
  await shot(c, "customer");
  await a.bringToFront();
  await wait(600);
  await shot(a, "agent");
  await a.emulateMediaFeatures([{ name: "prefers-color-scheme", value: "dark" }]);
  await a.click("#tab-people");
  await wait(400);
  await shot(a, "agent-dark");
  const phone = await person(browser, { width: 390, height: 844 });
  await phone.goto(both.site.url);
  await until(() => phone.evaluate(() => Boolean(window.Beside)), "window.Beside");
  await S.begin(phone);
  await until(() => ui(phone, (root) => Boolean(root.querySelector(".digits"))), "a code");
  await wait(500);
  await shot(phone, "phone");
} finally {
  await browser.close();
  await both.stop();
}
