// An admin makes the policy without writing it: points at parts of a page in a session with themselves, saves, tries out as customer and
// agent, publishes, goes back. And the selectors that are proposed still fit when the site is built anew.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { between } from "../lib/between.mjs";
import { person, until } from "../lib/browsers.mjs";
import { ROOT } from "../lib/servers.mjs";
import * as S from "../lib/session.mjs";
import { SEEN } from "../lib/tap.mjs";
import { customerPresses, onScreen } from "./21-control.mjs";

const POLICY = `# ACME's own words.
extends = "balanced"
inputs = "show"

[[rule]]
name = "names" # of people
match = [".name"]
do = "mask"
`;
// A site whose classes are made by its build: \`made\` gives each its end.
const page = (made) => `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Accounts</title><style>
body{font:16px sans-serif;margin:24px}.Card_root__${made("a")}{padding:12px;margin:8px 0;border:1px solid #ccc}.css-${made("b")}{color:#333}td,th{padding:6px 12px}</style></head><body>
<header><p class="css-${made("c")} name">Ann Example</p><p class="name" id="bob">Bob Sample</p></header>
<main id="overview">
<section aria-label="Savings" class="Card_root__${made("a")}"><h2>Savings</h2><p class="css-${made("b")}" data-testid="savings">total-kwzr</p></section>
<section class="Card_root__${made("a")}"><h2>Current</h2><p class="css-${made("d")}">current-qvxj</p></section>
<p data-private id="marked">marked-zzpt</p>
<table id="payments"><tr><th>Who</th><th>Amount</th></tr>${[1, 2, 3].map((n) => `<tr class="css-${made(`r${n}`)}"><td>shop-${n}</td><td class="amount-${made("e")}">paid-${"xyz"[n - 1]}wvk</td></tr>`).join("")}</table>
<p><label>Search <input id="search" value="typed-here"></label> <button class="css-${made("f")}">Transfer now</button></p>
</main></body></html>`;
const first = (name) => `${name}1x${name.length}q`;
const second = (name) => `9${name}z7kd`;

const PAGES = { "/accounts": page(first), "/accounts/anew": page(second), "/other": page(first).replaceAll("paid-", "free-") };

const ask = (a, path, method = "GET", body) => a.evaluate(async (path, method, body) => {
  const answer = await fetch(`/api/v1/${path}`, { method, headers: body ? { "content-type": "application/json" } : {}, body: body && JSON.stringify(body) });
  const text = await answer.text();
  return { status: answer.status, json: text && JSON.parse(text) };
}, path, method, body);

export async function run({ check, ...players }) {
  const { name } = players;
  await between(players, { pages: PAGES, policy: POLICY }, async ({ c, a, inside, relay, server }) => {
    const admin = await person(players.second, { width: 1640, height: 1000 });
    const words = (side, selector = "body") => side.evaluate((s) => document.querySelector(s)?.textContent || "", selector);
    const has = (side, selector, wanted) => until(async () => (await words(side, selector)).includes(wanted) || Promise.reject(new Error((await words(side, selector)).slice(-700))), wanted);
    const seen = async (word, is) => until(async () => (await inside(SEEN)).includes(word) === is || Promise.reject(new Error((await inside(SEEN)).replace(/\s+/g, " "))), `${word} to be ${is ? "seen" : "hidden"}`);
    const panel = "[data-beside=editor]";
    const press = (side, selector) => until(() => side.$(selector), selector).then(() => side.evaluate((s) => document.querySelector(s).click(), selector));
    const point = async (selector) => { await a.bringToFront(); await a.mouse.click(...await onScreen(a, inside, selector)); await until(() => a.$(`${panel} .state`), "what is said of it"); };
    const chosen = () => a.evaluate((s) => [...document.querySelectorAll(`${s} .choice`)].map((el) => [el.querySelector("code").textContent, el.querySelector("b").dataset.sure, Number(/\d+/.exec(el.querySelector(".small + .small").textContent)?.[0])]), panel);
    const does = async (deed) => { await press(a, `${panel} [data-deed=${deed}]:not(:disabled)`); return until(async () => { const all = await chosen(); return all.length || (await a.$("[data-beside=save-rule]")) ? all : null; }, "proposals"); };
    // Where it holds: the page itself, what is below it, every page.
    const holds = (n) => a.select(`${panel} select`, `${n}`);
    const save = async () => { await press(a, "[data-beside=save-rule]"); await until(() => a.$(`${panel} .fine`), "that it is saved"); };
    const draft = async () => (await ask(admin, "policy/draft")).json;

    await S.signIn(a, relay);
    await check("an agent may not make policy", async () => {
      for (const method of ["GET", "POST", "DELETE"]) {
        const { status } = await ask(a, "policy/draft", method);
        if (status !== 403) throw new Error(`${method}: ${status}`);
      }
    });
    await S.signIn(admin, relay, "noor@acme-bank.example");
    await admin.goto(`${relay.relay}/agent/policy`);
    await check("a draft is begun and tried out by a link", async () => {
      await press(admin, "[data-beside=begin]");
      await until(() => admin.$("[data-beside=try]"), "the link");
      await admin.evaluate((url) => { const el = document.querySelector("input[type=url]"); el.value = url; el.dispatchEvent(new Event("input", { bubbles: true })); }, `${server.url}/accounts`);
      await until(async () => (await admin.evaluate(() => document.querySelector("[data-beside=try]").href)).includes("/accounts#beside-draft-"), "the address in the link");
    });
    const link = await admin.evaluate(() => document.querySelector("[data-beside=try]").href);
    await c.goto(link);
    let pin = await S.begin(c);
    await check("the page says that it tries out a draft, before anybody looks along", async () => {
      const said = () => c.evaluate(() => document.querySelector("beside-ui").shadowRoot.textContent);
      await until(async () => /draft of the privacy policy/.test(await said()), "the words");
    });
    await check("nobody else can join it, not by the right code", async () => {
      await S.typePin(a, pin);
      await until(() => a.evaluate(() => document.documentElement.dataset.besideError === "not-valid"), "the refusal");
    });
    await a.evaluate(() => fetch("/api/v1/sign-out", { method: "POST" }));
    // A page's own prompt does not count here.
    await c.evaluate(() => { window.Beside.hooks.confirmSession = async () => true; });
    await S.signIn(a, relay, "noor@acme-bank.example");
    await S.typePin(a, pin);
    await customerPresses(c, "Allow");
    await S.state(a, "live");
    await S.picture(a);
    await S.settled(c, a);
    await check("the dashboard is ready to be pointed with", async () => {
      await until(() => a.$(panel), "the panel");
      await seen("total-kwzr", true);
      await seen("Ann Example", false);
      await seen("marked-zzpt", false);
    });
    await check("hide this: the proposal that lasts comes first, and it is hidden in seconds", async () => {
      await point("[data-testid=savings]");
      const all = await does("edit-hide");
      if (all[0][0] !== '[data-testid="savings"]' || all[0][1] !== "sure" || all[0][2] !== 1) throw new Error(JSON.stringify(all));
      await until(async () => (await a.evaluate(() => document.querySelectorAll(".marks .touched").length)) === 1, "one lit up");
      mkdirSync(join(ROOT, "tests/out"), { recursive: true });
      await a.screenshot({ path: join(ROOT, `tests/out/editing-${name}.png`) });
      await save();
      await seen("total-kwzr", false);
      await seen("current-qvxj", true);
      return all.map(([selector, sure]) => `${selector} ${sure}`).join(", ");
    });
    await check("after a reload of the dashboard the panel is there again", async () => {
      await a.reload();
      await S.state(a, "live", 15_000);
      await until(() => a.$(panel), "the panel");
      await S.settled(c, a);
    });
    await check("the customer's side outlines it at once, without a reload", async () => {
      await until(() => c.evaluate(() => document.querySelector("beside-ui").shadowRoot.querySelectorAll(".hide").length >= 4), "four outlines");
    });
    await check("hide everything like this: a column of a table, and what it touches is counted and lit", async () => {
      await point("#payments tr:nth-child(3) td:nth-child(2)");
      const all = await does("edit-hide-alike");
      const column = all.findIndex(([, , hits]) => hits === 3);
      if (column < 0 || all.some(([, , hits]) => hits < 2)) throw new Error(JSON.stringify(all));
      await a.evaluate((s, n) => document.querySelectorAll(`${s} .choice input`)[n].click(), panel, column);
      await holds(1);
      await until(async () => (await a.evaluate(() => document.querySelectorAll(".marks .touched").length)) === 3, "three lit up");
      await save();
      for (const word of ["paid-xwvk", "paid-ywvk", "paid-zwvk"]) await seen(word, false);
      await seen("shop-2", true);
      return all[column].join(" ");
    });
    await check("what has only made names goes by its place, and says that this is unsure", async () => {
      await point("#overview > section:nth-of-type(2) p");
      const all = await does("edit-hide");
      if (all.some(([selector]) => /css-|d1x1q/.test(selector))) throw new Error(`a made name is proposed: ${JSON.stringify(all)}`);
      if (all.at(-1)[1] !== "unsure") throw new Error(JSON.stringify(all));
      await holds(1);
      await save();
      await seen("current-qvxj", false);
      return all.map(([selector, sure]) => `${selector} ${sure}`).join(", ");
    });
    await check("only the customer may press this", async () => {
      await point("button");
      const all = await does("edit-customer-only");
      const byWords = all.findIndex(([what]) => what === "“Transfer now”");
      if (byWords < 0) throw new Error(JSON.stringify(all));
      await a.evaluate((s, n) => document.querySelectorAll(`${s} .choice input`)[n].click(), panel, byWords);
      await save();
      await until(async () => /Only the customer may press it/.test(await words(a, panel)), "that it is the customer's");
    });
    await check("show again: what a rule hides with others is left out of it", async () => {
      await point("header p:nth-child(2)");
      await until(async () => /rule "names"/.test(await words(a, panel)), "the rule that hides it");
      await does("edit-show");
      await save();
      await seen("Bob Sample", true);
      await seen("Ann Example", false);
      const rule = (await draft()).rules.find((one) => one.name === "names");
      return rule.match[0];
    });
    await check("show again is not offered where only a place tells it apart, and the rule holds elsewhere", async () => {
      await point("header p:nth-child(1)");
      await until(async () => /only its place tells/.test(await words(a, `${panel} [data-beside=not-here]`)), "the reason");
      if (await a.$(`${panel} [data-deed=edit-show]:not(:disabled)`)) throw new Error("it is offered");
    });
    await check("show again: a rule that hits nothing else is taken out", async () => {
      // Of what is hidden no hooks are told.
      await point("#overview > section:nth-of-type(1) p");
      const before = (await draft()).rules.length;
      await does("edit-show");
      await save();
      await seen("total-kwzr", true);
      const now = (await draft()).rules.length;
      if (now !== before - 1) throw new Error(`${before} rules, then ${now}`);
    });
    await check("rules of the policy that is extended are not offered to be changed", async () => {
      await point("#marked");
      if (await a.$(`${panel} [data-deed=edit-show]:not(:disabled)`)) throw new Error("it is offered");
      await until(async () => /marked as private/.test(await words(a, panel)), "the rule that hides it");
    });
    await check("the site is built anew, with other classes: all of it still fits", async () => {
      await c.goto(`${server.url}/accounts/anew`);
      await S.settled(c, a);
      for (const word of ["current-qvxj", "paid-xwvk", "paid-zwvk", "Ann Example"]) await seen(word, false);
      for (const word of ["total-kwzr", "shop-1", "Bob Sample"]) await seen(word, true);
    });
    await check("it holds where it was said: on pages like this one, and not on others", async () => {
      await c.goto(`${server.url}/other`);
      await S.settled(c, a);
      await seen("free-xwvk", true);
      await seen("Ann Example", false);
    });
    await check("what was written by hand in the file is still there", async () => {
      const { source } = await draft();
      for (const line of ["# ACME's own words.", "# of people", 'extends = "balanced"']) if (!source.includes(line)) throw new Error(`${line} is gone from ${source}`);
    });
    await check("customers do not go by it before it is published", async () => {
      const settings = await (await fetch(`${relay.relay}/api/v1/tenants/acme-bank/settings`)).json();
      if (settings.policy_version !== "1" || settings.policy.rules.some((rule) => (rule.labels || []).includes("transfer now"))) throw new Error(settings.policy_version);
      const stranger = await (await fetch(`${relay.relay}/api/v1/tenants/acme-bank/settings?since=draft-0123`)).json();
      if (stranger.policy_version !== "1") throw new Error(stranger.policy_version);
    });
    await check("the draft's changes are listed by what they do, and it is published with a note", async () => {
      await admin.goto(`${relay.relay}/agent/policy`);
      await until(() => admin.$("[data-beside=publish]"), "the button");
      const effects = await admin.evaluate(() => [...document.querySelectorAll("[data-beside=changes] li")].map((li) => li.dataset.effect));
      if (!effects.includes("stricter") || effects.length < 3) throw new Error(effects.join());
      await admin.type("main input[maxlength='300']", "tried out on the accounts page");
      await admin.screenshot({ path: join(ROOT, `tests/out/policy-${name}.png`), fullPage: true });
      await press(admin, "[data-beside=publish]");
      await has(admin, "main", "Published as version 2");
      await has(admin, "table", "tried out on the accounts page");
      if ((await ask(admin, "policy/draft")).status !== 404) throw new Error("the draft is still there");
      const { json } = await ask(admin, "trail");
      if (!JSON.stringify(json).includes("policy-published")) throw new Error(JSON.stringify(json));
    });
    await check("the session that tried it out goes on under what was published", async () => {
      await c.goto(`${server.url}/accounts`);
      await S.settled(c, a);
      await seen("paid-xwvk", false);
      await seen("Bob Sample", true);
    });
    await check("an earlier version is made to hold again, with two presses", async () => {
      await press(admin, "[data-again='1']");
      await until(async () => /Really go back/.test(await words(admin, "[data-again='1']")), "the question");
      await press(admin, "[data-again='1']");
      await has(admin, "main", "Published as version 3");
      const settings = await (await fetch(`${relay.relay}/api/v1/tenants/acme-bank/settings`)).json();
      if (settings.policy_version !== "3" || settings.policy.rules.some((rule) => (rule.labels || []).includes("transfer now"))) throw new Error(settings.policy_version);
    });
    await check("two windows do not write over each other", async () => {
      await ask(admin, "policy/draft", "POST");
      const { source } = await draft();
      const rule = { name: "a", on: [], match: ["#a"], labels: [], do: "mask" };
      const one = await ask(admin, "policy/draft", "PATCH", { was: source, what: "add", rule });
      const two = await ask(admin, "policy/draft", "PATCH", { was: source, what: "add", rule });
      const old = await ask(admin, "policy/draft/publish", "POST", { was: source, over: 3 });
      if (old.status !== 409) throw new Error(`an old draft was published: ${old.status}`);
      if (one.status !== 200 || two.status !== 409) throw new Error(`${one.status} ${two.status}`);
      const wrong = await ask(admin, "policy/draft", "PATCH", { was: one.json.source, what: "add", rule: { ...rule, match: ["#a["] } });
      if (wrong.status !== 422 || !/bracket/.test(wrong.json.detail)) throw new Error(JSON.stringify(wrong));
    });
    await admin.close().catch(() => {});
  });
}
