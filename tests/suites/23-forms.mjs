// The agent's hand in the forms of what web teams build with: letters that come back otherwise, checks on leaving, choices,
// sending; by real presses and keys at the agent's.
import { between } from "../lib/between.mjs";
import { until, wait } from "../lib/browsers.mjs";
import { bundle } from "../lib/bundle.mjs";
import * as S from "../lib/session.mjs";
import { grant, onScreen } from "./21-control.mjs";

const POLICY = `default = "show"\ninputs = "show"\n`;
const FORMS = [["React", "form-react.jsx"], ["Vue", "form-vue.js"], ["Angular", "form-angular.js"], ["Svelte", "form-svelte.js"], ["Lit, in a shadow root", "form-lit.js"]];
const idOf = (file) => file.split(".")[0];

export async function run({ check, ...players }) {
  const made = await bundle([...FORMS.map(([, file]) => file), "quill.js"]);
  const give = ([type, text]) => (_, response) => { response.writeHead(200, { "content-type": type }); response.end(text); };
  const pages = Object.fromEntries(Object.entries(made).map(([path, file]) => [path, give(file)]));
  const page = (id, body) => `<!doctype html><html lang=en><head><meta charset=utf-8><title>${id}</title>${made[`/${id}.css`] ? `<link rel=stylesheet href=/${id}.css>` : ""}</head><body>${body}<script type=module src=/${id}.js></script></body></html>`;
  for (const [, file] of FORMS) pages[`/${idOf(file)}.html`] = page(idOf(file), "<div id=app></div>");
  pages["/quill.html"] = page("quill", "<div id=app><p>Dear bank,</p></div>");
  pages["/start"] = "<!doctype html><head></head><p>start</p>";
  await between(players, { pages, policy: POLICY }, async (both) => {
    const { c, a, inside, connect, fresh } = both;
    await connect("/start");
    const acts = () => a.evaluate(() => window.besideAgent.stats().acts);
    const done = async (what) => { const before = await acts(); await what(); await until(async () => await acts() > before, "the act to be done"); };
    const press = (selector) => done(async () => a.mouse.click(...await onScreen(a, inside, selector)));
    const keys = async (...all) => { for (const key of all) await done(() => a.keyboard.press(key)); };
    // A form may stand in a shadow root.
    const at = (selector, what) => c.evaluate((s, w) => { const root = document.querySelector("x-form")?.shadowRoot ?? document; const el = root.querySelector(s); return w ? el?.[w] : el?.textContent; }, selector, what);
    const is = (selector, what, wanted) => until(async () => { const now = await at(selector, what); return now === wanted || Promise.reject(new Error(JSON.stringify(now))); }, `${selector} to be ${JSON.stringify(wanted)}`);
    for (const [name, file] of FORMS) await check(name, async () => {
      await fresh(`/${idOf(file)}.html`);
      await until(() => at("#go"), "the form");
      await S.settled(c, a);
      await grant(both);
      await press("#name");
      await keys("a", "n", "Tab");
      await is("#wrong", null, "At least three letters");
      await is("#name", "value", "AN");
      await press("#name");
      await keys("End", "n", "x", "Backspace", "a");
      await is("#name", "value", "ANNA");
      await is("#wrong", null, "");
      await press("#number");
      await keys(..."12345678");
      await is("#number", "value", "1234 5678");
      await press("#agree");
      await press("#large");
      await done(async () => { await a.mouse.click(...await onScreen(a, inside, "#kind")); await until(() => a.$(".choices button"), "the choices"); await a.evaluate(() => document.querySelectorAll(".choices button")[1].click()); });
      await press("#go");
      const wanted = { name: "ANNA", number: "1234 5678", agree: true, kind: "b", size: "l" };
      await is("#out", null, JSON.stringify(wanted));
    });
    await check("the rich-text editor Quill", async () => {
      await fresh("/quill.html");
      await until(() => c.$(".ql-editor p"), "the editor");
      await S.settled(c, a);
      await grant(both);
      await press(".ql-editor p");
      await keys("End", "x", "Backspace", "!", "Enter", "B", "y", "e");
      await until(async () => { const now = await c.evaluate(() => document.querySelector(".ql-editor").innerText.replace(/\n+/g, "|")); return /^Dear bank,!\|Bye/.test(now) || Promise.reject(new Error(now)); }, "what was written");
      await wait(100);
      await S.settled(c, a);
    });
  });
}
