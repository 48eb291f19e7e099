// A whole visit to the demo bank, compared after every step: texts, form state, boxes, pixels.
import { median } from "../lib/compare.mjs";
import { same } from "../lib/looks.mjs";
import { startBoth } from "../lib/servers.mjs";
import { person, until } from "../lib/browsers.mjs";
import * as S from "../lib/session.mjs";

// What the agent gets as a box or not at all; everything else is compared.
const SKIP = { block: [".secure-message"], out: [".internal-note"] };

const go = (path) => async (c, site) => { await c.goto(site.url + path); };
const click = (selector) => async (c) => { await c.waitForSelector(selector); await c.click(selector); };
const type = (selector, text) => async (c) => { await c.waitForSelector(selector); await c.type(selector, text); };

const STEPS = [
  ["home", async () => {}],
  ["a frame's field is changed", async (c) => { const f = c.frames().find((f) => f.url().includes("rates")); await f.evaluate(() => { document.getElementById("savings").textContent = "2.20 %"; }); }],
  ["scroll", (c) => c.evaluate(() => scrollTo({ top: 260, behavior: "instant" }))],
  ["log-in page", go("/login")],
  ["name typed", type("#user", "ann")],
  ["password typed and shown", async (c) => { await c.type("#password", "canary-pw-1"); await c.click("#show-password"); }],
  ["accounts, by form", async (c) => { await Promise.all([c.waitForNavigation(), c.click("button[type=submit]")]); }],
  ["shadow component", (c) => c.evaluate(() => document.querySelector("acme-budget").shadowRoot.querySelector("button").click())],
  ["search", type("#transaction-search", "tele")],
  ["search undone", (c) => c.evaluate(() => { const i = document.getElementById("transaction-search"); i.value = ""; i.dispatchEvent(new Event("input")); })],
  ["1,000 rows", click("#load-all")],
  ["scrolled among them", (c) => c.evaluate(() => scrollTo({ top: 9000, behavior: "instant" }))],
  ["payment", go("/payment")],
  ["validation", click("#next")],
  ["payee", async (c) => { await c.type("#payee", "B. Sample"); await c.type("#iban", "NL00ACME0000000099"); await c.select(".country select", "de"); }],
  ["second step", click("#next")],
  ["amount and description", async (c) => { await c.type("#payment-amount", "12.50"); await c.type("#payment-description", "Rent\nfor December"); }],
  ["third step", click("#next")],
  ["later", (c) => c.evaluate(() => document.querySelector("input[value=later]").click())],
  ["fourth step", click("#next")],
  ["card", go("/card")],
  ["choices", async (c) => { await c.select("#card-design", "Night"); await c.click("input[value=credit]"); await c.click("#agree"); await c.type("#card-number", "4111111111111111"); }],
  ["settings, a single-page app", go("/settings/profile")],
  ["another route", click("[data-route=notifications]")],
  ["a switch", (c) => c.evaluate(() => document.querySelector("[role=switch]").click())],
  ["a long list", click("[data-route=devices]")],
  ["scrolled inside", (c) => c.evaluate(() => { document.querySelector(".device-list").scrollTop = 700; })],
  ["modal dialog", (c) => c.evaluate(() => document.querySelectorAll(".device-list button")[12].click())],
  ["confirmed, with a toast", click("#do-remove")],
  ["support article", go("/help/travel")],
  ["far down", (c) => c.evaluate(() => scrollTo({ top: 1400, behavior: "instant" }))],
  ["reload", (c) => c.reload()],
  ["back", (c) => c.goBack()],
  ["Dutch", go("/?lang=nl")],
];

export async function run({ browser, second, name, check }) {
  const both = await startBoth();
  const customer = await person(browser);
  const agent = await person(second, { width: 1640, height: 1000 });
  const shares = [];
  try {
    if (!(await check("connects", () => S.connect(customer, agent, both.relay, `${both.site.url}/?lang=en`).then(() => "")))) return;
    for (const [n, [step, act]] of STEPS.entries()) {
      await check(step, async () => {
        await act(customer, both.site);
        const result = await same(customer, agent, { at: step, folder: `demo/${name}`, stem: String(n).padStart(2, "0"), skip: SKIP });
        shares.push(result.share);
        return `${result.texts} texts, ${result.boxes} boxes ≤ ${result.worst.toFixed(2)} px, ink ${(result.share * 100).toFixed(3)} %`;
      });
    }
    await check("median ink that differs ≤ 0.3 %", () => { const m = median(shares); if (m > 0.003) throw new Error(`${(m * 100).toFixed(3)} %`); return `${(m * 100).toFixed(3)} %`; });
    await check("the customer ends", async () => {
      await customer.evaluate(() => window.Beside.end());
      await S.state(agent, "ended");
      await until(() => customer.evaluate(() => window.Beside.state === "ended"), "ended");
    });
    await check("no error in either console", () => {
      const errors = [...customer.errors, ...agent.errors].filter((e) => !/401|Failed to load resource/.test(e));
      if (errors.length) throw new Error(errors.slice(0, 3).join(" | "));
    });
  } finally {
    await both.stop();
  }
}
