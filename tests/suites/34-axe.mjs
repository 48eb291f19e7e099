// Every screen of both sides in both themes: axe finds nothing that breaks WCAG 2.2 AA. And the same by keyboard alone: a customer who
// lets somebody in, writes and ends; an agent who signs in, joins, takes up a tool and writes.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { person, until, wait } from "../lib/browsers.mjs";
import { startBoth } from "../lib/servers.mjs";
import * as S from "../lib/session.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

// What is wrong on a page, or in our part of it.
const faults = async (page, within) => {
  if (!(await page.evaluate(() => Boolean(window.axe)))) await page.evaluate(AXE);
  // What comes with a movement is judged when it stands.
  await page.evaluate(() => { const roots = [document, document.querySelector("beside-ui")?.shadowRoot]; for (const root of roots) for (const a of root?.getAnimations() ?? []) try { a.finish(); } catch { /* One that never ends. */ } });
  const { violations, passes } = await page.evaluate((within, tags) => window.axe.run(within ? { include: [within] } : document, { runOnly: tags, resultTypes: ["violations", "passes"], elementRef: false, iframes: false }), within, TAGS);
  if (passes.length < 3) throw new Error(`only ${passes.length} rules were tried`);
  return violations.map((v) => `${v.id}: ${v.nodes.map((n) => `${n.target.flat().join(" ")} ${n.any.map((a) => a.message).join("; ")}`).slice(0, 4).join(" | ")}`);
};

export const browsers = ["chromium"];
export async function run({ browser, second, check }) {
  const both = await startBoth();
  const { relay, site } = both;
  const c = await person(browser);
  const a = await person(second);
  const ui = (f, ...args) => c.evaluate((src, args) => Function("root", "args", `return (${src})(root, ...args)`)(document.querySelector("beside-ui").shadowRoot, args), f.toString(), args);
  const theme = (page, value) => page.emulateMediaFeatures([{ name: "prefers-color-scheme", value }]);
  const look = (what, page, within) => check(what, async () => {
    const found = [];
    for (const value of ["light", "dark"]) {
      await theme(page, value);
      await wait(200);
      for (const fault of await faults(page, within)) found.push(`${value}: ${fault}`);
    }
    await theme(page, "light");
    if (found.length) throw new Error(found.join("\n"));
  });
  const focused = () => ui((root) => root.activeElement?.textContent?.trim() || root.activeElement?.tagName || "");
  // Tabs until something of ours has the focus that says so.
  const tabTo = async (words) => {
    for (let n = 0; n < 60; n++) { if ((await focused()).startsWith(words)) return; await c.keyboard.press("Tab"); }
    throw new Error(`the focus never comes to ${words}, but to ${await focused()}`);
  };
  try {
    await a.goto(relay.agent);
    await until(() => a.$("input[name=email]"), "the sign-in form");
    await look("agent: signing in", a);
    await check("an agent signs in by keyboard", async () => {
      await a.focus("input[name=email]");
      await a.keyboard.type(relay.email);
      await a.keyboard.press("Tab");
      await a.keyboard.type(relay.password);
      await a.keyboard.press("Enter");
      await S.state(a, "ready");
    });
    await look("agent: where the code is typed", a);
    await c.goto(`${site.url}/card`);
    await until(() => c.evaluate(() => Boolean(window.Beside)), "window.Beside");
    await look("customer: the button", c, "beside-ui");
    await check("a customer asks for help by keyboard", async () => {
      await tabTo("Get help");
      await c.keyboard.press("Enter");
      await until(() => ui((root) => root.querySelector(".digits")?.textContent), "a code");
    });
    await look("customer: the code", c, "beside-ui");
    await check("and an agent joins by keyboard", async () => {
      const pin = (await ui((root) => root.querySelector(".digits").textContent)).replace(/ /g, "");
      await a.bringToFront();
      await until(() => a.evaluate(() => document.activeElement.name === "pin"), "the caret in the field");
      await a.keyboard.type(pin);
      await a.keyboard.press("Enter");
      await S.state(a, "waiting");
    });
    await look("agent: waiting", a);
    await look("customer: the question", c, "beside-ui");
    await check("the customer lets them in by keyboard", async () => {
      await c.bringToFront();
      await wait(600);
      await tabTo("Allow");
      await c.keyboard.press("Enter");
      await S.state(a, "live");
      await S.picture(a);
      await S.settled(c, a);
    });
    await look("customer: the bar", c, "beside-ui");
    await look("agent: the desk with the chat", a);
    await check("the agent writes, and takes up a tool, by keyboard", async () => {
      await a.bringToFront();
      await a.evaluate(() => document.activeElement?.blur());
      await a.keyboard.press("m");
      await a.keyboard.type("Hello, see https://acme.example/help\n");
      await until(() => ui((root) => root.querySelectorAll(".log .line").length === 1), "what was said");
      await a.keyboard.press("Escape");
      await a.evaluate(() => document.activeElement?.blur());
      await a.keyboard.press("h");
      await until(() => a.evaluate(() => document.querySelector("[data-tool=highlighter]").getAttribute("aria-pressed") === "true"), "the highlighter");
    });
    await look("customer: the chat", c, "beside-ui");
    await check("the customer answers, and is warned, by keyboard", async () => {
      await c.bringToFront();
      await ui((root) => root.querySelector("textarea").focus());
      await c.keyboard.type("4111 1111 1111 1111\n");
      await until(async () => (await focused()) === "Change it", "the warning");
    });
    await look("customer: the warning", c, "beside-ui");
    await c.keyboard.press("Enter");
    await ui((root) => { root.querySelector("textarea").value = ""; });
    await a.bringToFront();
    await a.focus("#chat-field");
    await a.keyboard.type("/");
    await look("agent: answers", a);
    await a.evaluate(() => { document.querySelector("#chat-field").value = ""; });
    await a.focus("#chat-field");
    await a.keyboard.type("your password?\n");
    await look("agent: the warning", a);
    await a.evaluate(() => { document.querySelector("#chat-field").value = ""; });
    await a.keyboard.press("Escape");
    await check("the panels are gone through by keyboard", async () => {
      await a.focus("#tab-chat");
      await a.keyboard.press("ArrowRight");
      await until(() => a.evaluate(() => document.activeElement.id === "tab-people" && !document.querySelector("#panel-people").hidden), "the people");
    });
    await a.click("[data-beside=invite]");
    await until(() => a.$("output.code"), "a code");
    await look("agent: people, facts and notes", a);
    await a.evaluate(() => document.activeElement?.blur());
    await a.keyboard.press("?");
    await until(() => a.$(".keys"), "the keys");
    await look("agent: the keys", a);
    await a.keyboard.press("Escape");
    await a.keyboard.press("4");
    await until(() => ui((root) => root.querySelector(".panel .card h2")?.textContent.includes("operate")), "the question");
    await look("customer: asked to be operated", c, "beside-ui");
    await check("the customer says yes to that, and takes it back, by keyboard", async () => {
      await c.bringToFront();
      await wait(600);
      await tabTo("Allow");
      await c.keyboard.press("Enter");
      await until(() => a.evaluate(() => document.querySelector("[data-tool=operate]").getAttribute("aria-pressed") === "true"), "the hand");
    });
    await look("customer: operated", c, "beside-ui");
    await look("agent: operating", a);
    await check("by keyboard: taken back, paused, and on again", async () => {
      for (const [words, then] of [["Take back", "Pause"], ["Pause", "Go on"], ["Go on", "Pause"]]) {
        await tabTo(words);
        await c.keyboard.press("Enter");
        await until(() => ui((root, then) => [...root.querySelectorAll(".bar button")].some((b) => b.textContent === then), then), then);
        if (words === "Pause") { await S.state(a, "paused"); }
      }
      await S.state(a, "live");
    });
    await check("and ended", async () => {
      await tabTo("End");
      await c.keyboard.press("Enter");
      await S.state(a, "ended");
    });
    await look("customer: the end", c, "beside-ui");
    await check("and says how it went", async () => {
      await c.bringToFront();
      await tabTo("Well");
      await c.keyboard.press("Enter");
      await until(() => ui((root) => root.querySelector(".how").textContent === "Thank you for telling us."), "a word of thanks");
    });
    await look("agent: the end", a);
    const admin = await person(second);
    await S.signIn(admin, relay, "noor@acme-bank.example");
    await look("admin: where the code is typed", admin);
    await check("which stands in the list of sessions", async () => {
      await until(async () => (await admin.evaluate(async () => (await (await fetch("/api/v1/sessions")).json())[0].rating)) === 3, "the rating");
    });
    for (const [what, path, shows] of [["ready answers", "replies", "textarea"], ["the report", "report", "h1"], ["the policy", "policy", "h1"], ["the page check", "check", "input"]]) {
      await admin.goto(new URL(path, relay.agent).href);
      await until(() => admin.$(shows), what);
      await wait(300);
      await look(`admin: ${what}`, admin);
    }
  } finally {
    await both.stop();
  }
}
