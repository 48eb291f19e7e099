// The chat: said once and told in order, delivered and seen, over broken lines and reloads; links that go where they say; words of
// warning before something private is sent or asked for. And the customer's own pen.
import { mkdirSync, readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { person, until, wait } from "../lib/browsers.mjs";
import { ROOT, freePort, startRelay, startSite } from "../lib/servers.mjs";
import * as S from "../lib/session.mjs";
import { wire } from "../lib/wire.mjs";

const ui = (c, f, ...args) => c.evaluate((src, args) => Function("root", "args", `return (${src})(root, ...args)`)(document.querySelector("beside-ui").shadowRoot, args), f.toString(), args);
const press = async (c, words) => {
  const at = await until(() => ui(c, (root, words) => { const b = [...root.querySelectorAll("button")].find((b) => b.textContent.trim().startsWith(words)); const r = b?.getBoundingClientRect(); return r?.width ? [r.left + r.width / 2, r.top + r.height / 2] : null; }, words), `the button ${words}`);
  await c.mouse.click(...at);
};
const lines = (page) => page.evaluate(() => { const root = document.querySelector("beside-ui")?.shadowRoot || document; return [...root.querySelectorAll(".log .line")].map((l) => `${l.classList.contains("mine") ? "me" : "them"}: ${l.querySelector(".words").textContent}`); });
const says = (page, wanted) => until(async () => JSON.stringify(await lines(page)) === JSON.stringify(wanted) || Promise.reject(new Error(JSON.stringify(await lines(page)))), `${wanted.length} lines`);
const state = (page, wanted) => until(() => page.evaluate((w) => { const root = document.querySelector("beside-ui")?.shadowRoot || document; const is = root.querySelector(".chat > .small, .chat > .state")?.textContent ?? "no chat"; return is === w || `is ${is}`; }, wanted).then((v) => v === true || Promise.reject(new Error(v))), `the chat's state ${wanted}`);
const write = async (page, text, { send = true } = {}) => {
  await page.bringToFront();
  if (await page.$("#chat-field")) await page.focus("#chat-field"); else await ui(page, (root) => root.querySelector("textarea").focus());
  await page.keyboard.type(text);
  if (send) await page.keyboard.press("Enter");
};
const warning = (page) => page.evaluate(() => { const root = document.querySelector("beside-ui")?.shadowRoot || document; return [...root.querySelectorAll(".warns p, .chat .notice p")].map((p) => p.textContent).join(); });
const field = (page) => page.evaluate(() => { const root = document.querySelector("beside-ui")?.shadowRoot || document; return root.querySelector("#chat-field, .chat textarea").value; });

export async function run({ name: browserName, browser, second, check }) {
  const [sitePort, relayPort, wirePort] = [await freePort(), await freePort(), await freePort()];
  const origin = `http://127.0.0.1:${sitePort}`;
  const started = await startRelay({ origins: [origin], port: relayPort });
  const between = wire(wirePort, relayPort);
  const through = `http://127.0.0.1:${wirePort}`;
  const relay = { ...started, agent: `${through}/agent/` };
  const site = await startSite({ script: `${through}/beside.js`, tenant: relay.tenant, port: sitePort });
  const c = await person(browser);
  const a = await person(second, { width: 1280, height: 800 });
  mkdirSync(join(ROOT, "target/shots"), { recursive: true });
  const shot = (page, name) => page.screenshot({ path: join(ROOT, `target/shots/chat-${name}-${browserName}.png`) });
  const told = [];
  const tell = (by, text) => told.push([by, text]);
  const all = async () => { await says(c, told.map(([by, text]) => `${by === "c" ? "me" : "them"}: ${text}`)); await says(a, told.map(([by, text]) => `${by === "a" ? "me" : "them"}: ${text}`)); };
  try {
    await c.goto(`${site.url}/card`);
    await until(() => c.evaluate(() => Boolean(window.Beside)), "window.Beside");
    await c.evaluate(() => { window.Beside.identify({ name: "Ann Example", topic: "A new card" }); window.heard = []; for (const kind of ["keydown", "keyup", "keypress", "input"]) document.addEventListener(kind, (e) => window.heard.push(`${kind} ${e.key ?? ""}`)); });
    await c.evaluate(() => { window.Beside.hooks.confirmSession = async () => true; });
    const pin = await S.begin(c);
    await S.signIn(a, relay);
    await S.typePin(a, pin);
    await S.state(a, "live");
    await S.picture(a);
    await S.settled(c, a);
    await check("what the agent says comes, opens the chat, and is seen", async () => {
      await write(a, "Hello, this is Sanne");
      tell("a", "Hello, this is Sanne");
      await all();
      await c.bringToFront();
      await state(a, "Seen");
    });
    await check("what the customer says is delivered and, where it is in sight, seen", async () => {
      await a.bringToFront();
      await a.click("#tab-people");
      await write(c, "I see no green button");
      tell("c", "I see no green button");
      await state(c, "Delivered");
      await until(async () => (await a.evaluate(() => document.querySelector("#tab-chat").textContent)) === "Chat (1 new)", "what is new");
      await a.bringToFront();
      await a.click("#tab-chat");
      await c.bringToFront();
      await state(c, "Seen");
      await all();
    });
    await check("each sees that the other writes, and when that is over", async () => {
      await write(a, "I lo", { send: false });
      await c.bringToFront();
      await state(c, "Sanne Bakker is writing…");
      await write(a, "ok for it");
      tell("a", "I look for it");
      await c.bringToFront();
      await state(c, "Seen");
      await write(c, "tha", { send: false });
      await a.bringToFront();
      await state(a, "Customer is writing…");
      await write(c, "nks");
      tell("c", "thanks");
      await all();
    });
    await check("the page hears nothing of what is typed there", async () => {
      const heard = await c.evaluate(() => window.heard.join());
      if (heard) throw new Error(heard);
    });
    await check("an address becomes a link that says where it goes and tells nobody from where", async () => {
      const text = "See https://acme.example/help?a=1. Not https://acme.example@evil.example or javascript:alert(1)";
      await write(a, text);
      tell("a", text);
      await all();
      for (const page of [c, a]) {
        const links = await page.evaluate(() => { const root = document.querySelector("beside-ui")?.shadowRoot || document; return [...root.querySelectorAll(".log a")].map((l) => [l.getAttribute("href"), l.textContent, l.target, l.rel].join(" | ")); });
        if (links.join() !== "https://acme.example/help?a=1 | https://acme.example/help?a=1 | _blank | noopener noreferrer") throw new Error(links.join());
      }
    });
    await check("what looks like markup is words", async () => {
      const text = "<img src=x onerror=alert(1)><b>bold</b>";
      await write(c, text);
      tell("c", text);
      await all();
      const found = await a.evaluate(() => document.querySelectorAll(".log img, .log b").length);
      if (found) throw new Error(`${found} elements`);
    });
    for (const [what, text, words] of [["a card's number", "4111 1111 1111 1111", "number of a card"], ["a password", "my password is Welkom123", "password or code"]]) await check(`${what} is not sent before the customer was warned`, async () => {
      await write(c, text);
      await until(async () => (await warning(c)).includes(words), "the warning");
      await wait(200);
      await says(a, told.map(([by, text]) => `${by === "a" ? "me" : "them"}: ${text}`));
      if (what === "a card's number") await shot(c, "warning");
      await press(c, "Change it");
      if (await field(c) !== text) throw new Error(`the field holds ${await field(c)}`);
      if (await warning(c)) throw new Error("the warning stays");
      await ui(c, (root) => { root.querySelector("textarea").value = ""; });
    });
    await check("a password that stands in the page is not either", async () => {
      await c.evaluate(() => { const f = document.createElement("input"); f.type = "password"; f.id = "made-up"; f.value = "Zomerlied"; document.body.append(f); });
      await write(c, "it says zomerlied");
      await until(async () => (await warning(c)).includes("password or code"), "the warning");
      await press(c, "Send anyway");
      tell("c", "it says zomerlied");
      await all();
      await c.evaluate(() => document.getElementById("made-up").remove());
    });
    await check("an agent is warned before asking what no helper may ask", async () => {
      await write(a, "What is your password?");
      await until(async () => (await warning(a)).includes("may ask for a password"), "the warning");
      await shot(a, "asks");
      await a.evaluate(() => { [...document.querySelectorAll(".chat .notice button")].find((b) => b.textContent === "Change it").click(); });
      await until(async () => !(await warning(a)), "the warning away");
      await a.evaluate(() => { document.querySelector("#chat-field").value = ""; });
      await says(c, told.map(([by, text]) => `${by === "c" ? "me" : "them"}: ${text}`));
    });
    await check("a ready answer comes by its name, in the customer's language, with the names in it", async () => {
      await write(a, "/hel", { send: false });
      await until(() => a.$(".reply"), "answers");
      await shot(a, "answers");
      await a.keyboard.press("Enter");
      const text = "Hello Ann Example, this is Sanne Bakker of Acme Bank. I see the same page as you do. How can I help?";
      if (await field(a) !== text) throw new Error(await field(a));
      await a.keyboard.press("Enter");
      tell("a", text);
      await all();
    });
    await check("what is known of the customer stands beside it", async () => {
      await a.click("#tab-people");
      const words = await a.evaluate(() => document.querySelector("#panel-people").innerText);
      for (const word of ["Ann Example", "A new card", browserName === "firefox" ? "Firefox" : "Chrome", "Linux", "English", "1280 × 800", "/card", " min", "Sanne Bakker (you)", "helper"]) if (!words.includes(word)) throw new Error(`${word} is not in ${words}`);
      await a.type("#panel-people textarea", "asked about cards");
      await shot(a, "people");
      await a.click("#tab-chat");
    });
    await check("it is there again after either reloads, and nothing is said twice", async () => {
      await a.reload();
      await S.state(a, "live");
      await S.picture(a);
      await all();
      if (await a.evaluate(() => document.querySelector("#panel-people textarea").value) !== "asked about cards") throw new Error("the notes are gone");
      await c.reload();
      await S.settled(c, a);
      await press(c, "Chat");
      await all();
    });
    await check("what was said while a line was down comes when it is back, once", async () => {
      between.cut();
      await until(() => a.evaluate(() => /reconnecting|not live/.test(document.querySelector(".light")?.textContent || "")), "the line to be down");
      await write(c, "are you there?");
      await write(a, "I am still here");
      await until(() => a.evaluate(() => /sending/.test(document.querySelector(".log").lastElementChild.textContent)), "that it is on its way");
      between.mend();
      tell("c", "are you there?");
      tell("a", "I am still here");
      await all();
      await write(a, "I am");
      tell("a", "I am");
      await all();
    });
    await check("the customer draws over the page, and it stands at both on the same element", async () => {
      await c.bringToFront();
      await press(c, "Close");
      await press(c, "Draw");
      const box = await c.evaluate(() => { const r = document.querySelector("#buy-now").getBoundingClientRect(); return [r.left, r.top, r.width, r.height]; });
      const [x, y, w, h] = box;
      await c.mouse.move(x - 6, y - 6);
      await c.mouse.down();
      for (const [px, py] of [[x + w + 6, y - 6], [x + w + 6, y + h + 6], [x - 6, y + h + 6], [x - 6, y - 6]]) await c.mouse.move(px, py, { steps: 4 });
      await c.mouse.up();
      const near = (got) => got && [x - 6, y - 6, w + 12, h + 12].every((v, i) => Math.abs(v - got[i]) < 4);
      await until(() => ui(c, (root) => { const b = root.querySelector("svg.marks path[data-beside-mark]")?.getBBox(); return b && [b.x, b.y, b.width, b.height]; }).then((b) => near(b) || Promise.reject(new Error(JSON.stringify([b, box])))), "the stroke at the customer's");
      await until(() => a.evaluate(() => { const b = document.querySelector(".marks path")?.getBBox(); return b && [b.x, b.y, b.width, b.height]; }).then((b) => near(b) || Promise.reject(new Error(JSON.stringify([b, box])))), "the stroke at the agent's");
      await until(() => a.evaluate(() => [...document.querySelectorAll(".marks text")].some((t) => t.textContent === "Customer")), "whose it is");
      await shot(c, "draws");
      await shot(a, "drawn");
    });
    await check("the pen takes the page's presses while it is out, and none when it is put away", async () => {
      const hit = () => c.evaluate(() => { const r = document.querySelector("#buy-now").getBoundingClientRect(); return document.elementFromPoint(r.left + r.width / 2, r.top + r.height / 2)?.id || "none"; });
      if (await hit() === "buy-now") throw new Error("the page is pressed through the sheet");
      await c.keyboard.press("Escape");
      await until(async () => (await hit()) === "buy-now", "the page under the pointer");
    });
    await check("either takes all drawings away", async () => {
      await a.bringToFront();
      await a.evaluate(() => document.activeElement?.blur());
      await a.keyboard.press("9");
      for (const page of [c, a]) await until(() => page.evaluate(() => { const root = document.querySelector("beside-ui")?.shadowRoot || document; return root.querySelectorAll(".marks path[data-beside-mark]").length === 0; }), "no marks");
    });
    await check("a question mark says which key does what", async () => {
      await a.keyboard.press("?");
      const words = await until(() => a.evaluate(() => document.querySelector(".keys")?.innerText), "the keys");
      for (const word of ["Highlighter", "Clear all drawings", "Write in the chat"]) if (!words.includes(word)) throw new Error(words);
      await shot(a, "keys");
      await a.keyboard.press("Escape");
      await until(() => a.evaluate(() => !document.querySelector(".keys")), "no keys");
    });
    await check("at the end the customer may keep what was said", async () => {
      await c.bringToFront();
      await c.evaluate(() => { const make = URL.createObjectURL; URL.createObjectURL = (blob) => { blob.text().then((text) => { window.saved = text; }); return make.call(URL, blob); }; });
      await a.click("[data-beside=end]");
      await press(c, "Save the conversation");
      const text = await until(() => c.evaluate(() => window.saved), "the file");
      if (!text.includes("Sanne Bakker: Hello, this is Sanne\n") || !text.includes("You: thanks\n") || text.split("\n").length !== told.length + 1) throw new Error(text);
      await shot(c, "end");
      const notes = await a.evaluate(() => document.querySelector(".notes")?.textContent);
      if (notes !== "asked about cards") throw new Error(`notes: ${notes}`);
    });
    await check("nothing of it stands anywhere at the relay", async () => {
      const kept = readdirSync(started.folder, { recursive: true }).map((file) => join(started.folder, file)).filter((file) => statSync(file).isFile()).map((file) => readFileSync(file, "latin1")).join("");
      const all = [kept, ...started.log].join("");
      if (!all.includes("acme-bank")) throw new Error("nothing was looked through");
      for (const word of ["green button", "Zomerlied", "zomerlied", "are you there", "Ann Example", "asked about cards"]) if (all.includes(word)) throw new Error(word);
    });
    await check("neither side has an error in its console", async () => {
      const errors = [...c.errors, ...a.errors].filter((e) => !/WebSocket|ws:|401|ERR_INTERNET_DISCONNECTED|NetworkError|Failed to fetch/.test(e));
      if (errors.length) throw new Error(errors.join("\n"));
    });
  } finally {
    await site.stop();
    between.close?.();
    await started.clean();
  }
}
