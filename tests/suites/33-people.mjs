// Several people: a colleague invited by a code, hand-over, being sent away; one who operates, for all to see; keys that change with
// everybody who comes or goes; and an agent who helps several customers in one tab.
import { join } from "node:path";
import { mkdirSync } from "node:fs";
import { person, until, wait } from "../lib/browsers.mjs";
import { ROOT, startBoth } from "../lib/servers.mjs";
import * as S from "../lib/session.mjs";

const ui = (c, f, ...args) => c.evaluate((src, args) => Function("root", "args", `return (${src})(root, ...args)`)(document.querySelector("beside-ui").shadowRoot, args), f.toString(), args);
const button = (c, words) => ui(c, (root, words) => { const b = [...root.querySelectorAll("button")].find((b) => b.textContent.trim().startsWith(words)); const r = b?.getBoundingClientRect(); return r?.width ? [r.left + r.width / 2, r.top + r.height / 2] : null; }, words);
const press = async (c, words) => c.mouse.click(...await until(() => button(c, words), `the button ${words}`));
const bar = (c) => ui(c, (root) => root.querySelector(".bar .says")?.textContent ?? root.querySelector(".panel .card h2")?.textContent ?? "nothing");
const says = (c, wanted) => until(async () => (await bar(c)) === wanted || Promise.reject(new Error(await bar(c))), wanted);
const text = (a, selector) => a.evaluate((s) => document.querySelector(`.seat:not(.behind) ${s}`)?.innerText ?? "", selector);
const has = (a, selector, words) => until(async () => { const is = await text(a, selector); return is.includes(words) || Promise.reject(new Error(is)); }, `${words} in ${selector}`);
const click = async (a, selector) => { await a.bringToFront(); await until(() => a.$(selector), selector); await a.click(selector); };
const invite = async (a) => {
  await click(a, "#tab-people");
  await a.click("[data-beside=invite]");
  return until(() => a.evaluate(() => document.querySelector(".seat:not(.behind) output.code")?.textContent), "a code");
};
const lines = (page) => page.evaluate(() => [...document.querySelectorAll(".seat:not(.behind) .log .words")].map((l) => l.textContent).join(" | "));

export async function run({ name: browserName, browser, second, check }) {
  const both = await startBoth();
  const { relay, site } = both;
  const c = await person(browser);
  const a = await person(second);
  const b = await person(second);
  mkdirSync(join(ROOT, "target/shots"), { recursive: true });
  const shot = (page, name) => page.screenshot({ path: join(ROOT, `target/shots/people-${name}-${browserName}.png`) });
  try {
    await c.evaluateOnNewDocument(() => { window.keys = []; window.__besideTap = (what, bytes) => { if (what.includes("KEY")) window.keys.push([...bytes].join()); }; });
    await S.connect(c, a, relay, `${site.url}/card`);
    await S.settled(c, a);
    await S.signIn(b, relay, "joris@acme-bank.example");
    let code;
    const join = async () => { code = await invite(a); await b.bringToFront(); await S.typePin(b, code); };
    await check("who is in stays in over reloads, one after the other and in a hurry", async () => {
      // In Firefox nobody is drawn who is behind another tab.
      await a.bringToFront();
      for (let n = 0; n < 6; n++) {
        await c.reload({ waitUntil: n % 2 ? "load" : "domcontentloaded" });
        if (n % 3) await S.settled(c, a, 15_000);
      }
      await S.settled(c, a, 15_000);
      await says(c, "Sanne Bakker from Acme Bank sees this page");
      await c.evaluate(() => { window.keys = window.keys.slice(-1); });
    });
    await check("an agent gets a code for a colleague, and the customer goes on being helped meanwhile", async () => {
      await c.evaluate(() => { delete window.Beside.hooks.confirmSession; });
      await a.bringToFront();
      await a.focus("#chat-field");
      await a.keyboard.type("said before\n");
      code = await invite(a);
      if (code.replace(/ /g, "").length < 9) throw new Error(code);
      await says(c, "Sanne Bakker from Acme Bank sees this page");
      await shot(a, "invite");
    });
    await check("the customer is asked about the colleague, and the first one sees the page until then", async () => {
      await b.bringToFront();
      await S.typePin(b, code);
      await says(c, "May Joris de Wit look along?");
      await S.state(b, "waiting");
      await c.evaluate(() => { document.querySelector("h1").append(" (asked)"); });
      await S.settled(c, a);
      await c.bringToFront();
      await wait(600);
      await shot(c, "asked");
      await press(c, "Not now");
      await S.state(b, "refused");
      await says(c, "Sanne Bakker from Acme Bank sees this page");
    });
    await check("a colleague who gives up before there is an answer leaves nothing behind", async () => {
      code = await invite(a);
      await b.bringToFront();
      await S.typePin(b, code);
      await says(c, "May Joris de Wit look along?");
      await b.evaluate(() => [...document.querySelectorAll("section.card button")].at(-1).click());
      await S.state(b, "ready");
      await says(c, "Sanne Bakker from Acme Bank sees this page");
      await S.settled(c, a);
    });
    await check("let in, both see the page, and the customer sees both", async () => {
      await join();
      await says(c, "May Joris de Wit look along?");
      await c.bringToFront();
      await wait(600);
      await press(c, "Allow");
      await S.state(b, "live");
      await S.picture(b);
      await S.settled(c, a);
      await S.settled(c, b);
      await until(async () => /Sanne Bakker, Joris de Wit from Acme Bank see|Joris de Wit, Sanne Bakker from Acme Bank see/.test(await bar(c)), "both names");
      await shot(c, "both");
    });
    await check("with whoever comes the keys are others, for everybody", async () => {
      const keys = (await c.evaluate(() => window.keys)).map((k) => [k.split(",")[0], k.split(",").slice(1).join()]);
      // Who asks for a picture anew is told the same keys once more.
      const secrets = new Map(keys);
      const [before, after] = [...secrets.keys()];
      if (secrets.size !== 2 || Number(after) !== Number(before) + 1 || keys.length < 3) throw new Error(`epochs ${keys.map(([epoch]) => epoch)}`);
      if (secrets.get(before) === secrets.get(after)) throw new Error("the secret is the same");
      if (keys.some(([epoch, secret]) => secrets.get(epoch) !== secret)) throw new Error("two have different secrets");
    });
    await check("the colleague reads nothing that was said before, and everything after", async () => {
      await a.bringToFront();
      await click(a, "#tab-chat");
      await a.focus("#chat-field");
      await a.keyboard.type("said after\n");
      await until(async () => (await lines(b)) === "said after", "what was said after");
      await until(async () => (await lines(a)) === "said before | said after", "all at the first");
    });
    await check("one operates at a time, and everybody sees who", async () => {
      await a.evaluate(() => document.activeElement?.blur());
      await a.keyboard.press("4");
      await c.bringToFront();
      await until(() => button(c, "Allow"), "the question");
      await wait(600);
      await press(c, "Allow");
      await click(b, "#tab-people");
      await has(b, ".people", "operates");
      await has(b, ".banner", "colleague");
      await b.keyboard.press("4");
      await wait(300);
      if (await button(c, "One action")) throw new Error("the customer is asked while somebody operates");
      await shot(b, "baton");
      await c.bringToFront();
      await press(c, "Take back");
      await until(async () => !(await text(b, ".people")).includes("operates"), "nobody operates");
    });
    await check("whom the customer sends away sees nothing more, and does not come back", async () => {
      await c.bringToFront();
      await press(c, "Send Joris de Wit away");
      await S.state(b, "ended");
      await has(b, "section.card", "not in this session any more");
      await says(c, "Sanne Bakker from Acme Bank sees this page");
      await S.settled(c, a);
      const epochs = (await c.evaluate(() => window.keys)).map((k) => k.split(",")[0]);
      if (epochs.filter((epoch) => Number(epoch) === Number(epochs[0]) + 2).length !== 1) throw new Error(`epochs ${epochs}`);
      await b.reload();
      await S.state(b, "ready");
    });
    await check("an agent hands over with notes and leaves; the colleague goes on", async () => {
      await click(a, "#tab-people");
      await a.type("#panel-people textarea", "wants a card");
      await a.evaluate(() => document.querySelector("#panel-people textarea").blur());
      await join();
      await c.bringToFront();
      await until(() => button(c, "Allow"), "the question");
      await wait(600);
      await press(c, "Allow");
      await S.state(b, "live");
      await S.picture(b);
      await a.bringToFront();
      await until(() => a.evaluate(() => [...document.querySelectorAll(".people button")].some((x) => x.textContent === "Hand over")), "the colleague");
      await a.evaluate(() => [...document.querySelectorAll(".people button")].find((x) => x.textContent === "Hand over").click());
      await S.state(a, "ended");
      await until(async () => (await b.evaluate(() => document.querySelector("#panel-people textarea").value)) === "Sanne Bakker: wants a card", "the notes");
      await S.settled(c, b);
      await says(c, "Joris de Wit from Acme Bank sees this page");
    });
    const c2 = await person(browser);
    await check("an agent helps a second customer in the same tab", async () => {
      await c2.goto(`${site.url}/accounts`);
      await until(() => c2.evaluate(() => Boolean(window.Beside)), "window.Beside");
      await c2.evaluate(() => { window.Beside.identify({ name: "Max Made-up" }); window.Beside.hooks.confirmSession = async () => true; });
      const pin = await S.begin(c2);
      await click(b, "[data-beside=another]");
      await S.state(b, "ready");
      await S.typePin(b, pin);
      await S.state(b, "live");
      await S.picture(b);
      await S.settled(c2, b);
      await until(async () => (await b.$$(".seat-tab:not(.add)")).length === 2, "two desks");
      await shot(b, "desks");
    });
    await check("what is said at a desk behind is counted, and it is the same view when it comes to the front", async () => {
      await c.bringToFront();
      if (!(await ui(c, (root) => Boolean(root.querySelector("textarea"))))) await press(c, "Chat");
      await ui(c, (root) => root.querySelector("textarea").focus());
      await c.keyboard.type("hello?\n");
      await until(() => b.evaluate(() => document.querySelector(".badge")?.textContent === "1" && document.title === "(1) Beside"), "what is new");
      await c.evaluate(() => { document.querySelector("h1").append(" (meanwhile)"); scrollTo(0, 200); });
      await b.bringToFront();
      await b.keyboard.down("Alt");
      await b.keyboard.press("ArrowUp");
      await b.keyboard.up("Alt");
      await until(() => b.evaluate(() => document.querySelector("[data-beside=replica]").contentDocument.querySelector("h1").textContent.includes("(meanwhile)")), "what changed meanwhile");
      await S.settled(c, b);
      await until(() => b.evaluate(() => !document.querySelector(".badge")), "nothing new");
    });
    await check("both are there again after a reload", async () => {
      await b.reload();
      await S.state(b, "live");
      await until(async () => (await b.$$(".seat-tab:not(.add)")).length === 2, "two desks");
      await S.picture(b);
      await S.settled(c, b);
      await b.click(".seat-tab:nth-child(2)");
      await S.picture(b);
      await S.settled(c2, b);
    });
    await check("one that has ended is put away, and the other stays", async () => {
      await c2.evaluate(() => window.Beside.end());
      await S.state(b, "ended");
      await b.evaluate(() => [...document.querySelectorAll(".seat:not(.behind) section.card button")].find((x) => x.textContent === "Close").click());
      await S.state(b, "live");
      await S.settled(c, b);
    });
    await check("the picture is looked at larger, and around, without the customer", async () => {
      await c.bringToFront();
      await c.evaluate(() => scrollTo({ top: 0, behavior: "instant" }));
      await S.settled(c, b);
      await b.bringToFront();
      await b.evaluate(() => document.activeElement?.blur());
      const y = () => b.evaluate(() => document.querySelector("[data-beside=replica]").contentWindow.scrollY);
      const over = await b.evaluate(() => { const r = document.querySelector(".seat:not(.behind) .over").getBoundingClientRect(); return [r.left + r.width / 2, r.top + 200]; });
      await b.mouse.move(...over);
      await b.mouse.wheel({ deltaY: 160 });
      await until(async () => (await y()) > 60, "the picture scrolled");
      await has(b, ".light", "looking around");
      await until(() => b.evaluate(() => { const map = document.querySelector(".map"); const dots = map.width > 40 && map.getContext("2d").getImageData(0, 0, map.width, map.height).data; return dots && dots.filter((v, i) => i % 4 === 3 && v).length > 500; }), "the map");
      await c.evaluate(() => scrollTo({ top: 30, behavior: "instant" }));
      await wait(400);
      if (Math.abs((await y()) - 30) < 1) throw new Error("the customer moves the picture");
      if (await c.evaluate(() => scrollY) !== 30) throw new Error("the page did not scroll");
      await shot(b, "around");
      await b.keyboard.press("g");
      await until(async () => Math.abs((await y()) - 30) < 1, "where the customer is");
      await S.settled(c, b);
      const width = () => b.evaluate(() => document.querySelector("[data-beside=replica]").getBoundingClientRect().width);
      const fitted = await width();
      await b.keyboard.press("+");
      await b.keyboard.press("+");
      await until(async () => (await width()) > fitted * 1.3, "a larger picture");
      await S.settled(c, b);
      await b.select(".seat:not(.behind) select.size", "fit");
      await until(async () => Math.abs((await width()) - fitted) < 1, "the picture as before");
    });
    await check("nobody has an error in their console", async () => {

      const errors = [...c.errors, ...a.errors, ...b.errors].filter((e) => !/WebSocket|401|ws:/.test(e));
      if (errors.length) throw new Error(errors.join("\n"));
    });
  } finally {
    await both.stop();
  }
}
