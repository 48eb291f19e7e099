// What is hidden in one place is hidden where the page repeats it: before, meanwhile, afterwards, split, written otherwise, and
// on the next page; and what only looks like it stays.
import { between } from "../lib/between.mjs";
import { until } from "../lib/browsers.mjs";
import * as S from "../lib/session.mjs";
import { POLICY, SEEN, SPY, told } from "../lib/tap.mjs";

const NAME = "Annelies§ Zwart§";
const field = "<input id=f> <p id=beside>open words</p>";
const says = (js) => `f.addEventListener('input',()=>{${js}});`;

// What is called; the page, where § is two letters of the row's own; what the customer types into #f; steps; what may then be in
// no message and not be shown; what is shown. `before`: it was shown before anybody knew.
const ROWS = [
  ["a confirmation step", `${field}<p id=o></p>`, NAME, ["o.textContent='You are '+f.value+', is that right?'"], [NAME], ["open words"]],
  ["as it is typed, letter by letter", `${field}<output id=o></output><script>${says("o.textContent=f.value")}</script>`, NAME, [], [NAME, "Annelies§ Zw"], ["open words"]],
  ["a greeting that was there before", `<h1>Hello ${NAME}</h1>${field}`, NAME, [], [NAME], ["open words"], { before: [NAME] }],
  ["in the page from the start, with a field that is filled in", `<h1>Hello ${NAME}</h1><input value="${NAME}"><p>open words</p>`, "", [], [NAME], ["open words"]],
  ["the title", `<title>t</title>${field}`, NAME, ["document.title='Form of '+f.value"], [NAME], ["open words"]],
  ["attributes of what comes and what is there", `${field}<p id=o>words</p>`, NAME, ["o.title=f.value;o.setAttribute('aria-label',f.value);const i=document.createElement('img');i.alt=f.value;i.dataset.of=f.value;o.append(i)"], [NAME], ["open words"]],
  ["attributes that were there before", `<p title="for ${NAME}" data-of="${NAME}">first words</p>${field}`, NAME, [], [NAME], ["first words"], { before: [NAME] }],
  ["a field that is shown", `${field}<input class=shown id=o>`, NAME, ["o.value=f.value"], [NAME], ["open words"]],
  ["a placeholder, a button, a list", `${field}<input class=shown id=o><button id=b>x</button><select class=shown id=s><option>one</option></select>`, NAME, ["o.placeholder=f.value;b.textContent='Go on as '+f.value;s.options[0].text=f.value"], [NAME], ["open words"]],
  ["over several elements", `${field}<p id=o></p>`, NAME, ["o.innerHTML='Dear <b>Annelies§</b> <i>Zwart§</i>!'"], ["Annelies§", "Zwart§"], ["Dear", "open words"]],
  ["in a shadow root and a frame", `${field}<div id=h></div><iframe id=w></iframe>`, NAME, ["h.attachShadow({mode:'open'}).innerHTML='<p>'+f.value+'</p>';w.contentDocument.body.textContent=f.value"], [NAME], ["open words"]],
  ["over several texts that were there before", `<p id=o></p><script>o.append('Hello ','Annelies§',' ','Zwart§','!')</script>${field}`, NAME, [], ["Zwart§"], ["Hello", "open words"], { before: ["Zwart§"] }],
  ["a style's own words", `${field}<p id=o>styled</p>`, NAME, [`o.style.setProperty('--of','"'+f.value+'"')`], [NAME], ["styled"]],
  ["the address", field, NAME, ["history.pushState(0,'','/people/annelies§-zwart§/edit')"], ["annelies§-zwart§"], ["open words"]],
  ["a number in other groups", `${field}<p id=o></p>`, "NL18TEST0123456789", ["o.textContent='From NL18 TEST 0123 4567 89'"], ["0123 4567"], ["open words"]],
  ["in capitals and without its signs", `${field}<p id=o></p>`, "ann.zwart§@mail.example", ["o.textContent='ANN.ZWART§@MAIL.EXAMPLE'"], ["ZWART§"], ["open words"]],
  ["what a rule hides", `<p class=private>Jan Zwart§ 5514</p><p id=beside>open words</p><p id=o></p>`, "", ["o.textContent='JAN ZWART§ (5514)'"], ["ZWART§"], ["open words"]],
  ["what a rule closes", `<div class=closed><p>Jan Zwart§ 5514</p></div><p id=beside>open words</p><p id=o></p>`, "", ["o.textContent='JAN ZWART§ (5514)'"], ["ZWART§"], ["open words"]],
  ["what comes hidden later", `<p id=beside>of Jan Zwart§ 5514</p><p>open words</p><div id=o class=private></div>`, "", ["o.textContent='Jan Zwart§ 5514'"], ["Zwart§"], ["open words"], { before: ["Zwart§"] }],
  ["an editable part that is hidden", `<div id=f contenteditable style="width:200px"></div><p>open words</p><p id=o></p>`, NAME, ["o.textContent=f.textContent"], [NAME], ["open words"]],
  ["a password, shown elsewhere by the page", `<input type=password id=f><p>open words</p><p id=o></p>`, "tr0ub4dor§", ["o.textContent='Your password: '+f.value"], ["tr0ub4dor§"], ["open words"]],
  ["an embedded file of that name", `${field}<embed src="/there.svg" width=50 height=30 id=o>`, NAME, ["o.title=f.value"], [NAME], ["open words"]],
  ["what was sent off and written over", `${field}<p id=o></p>`, NAME, ["o.hidden=true;const v=f.value;f.value='';f.dispatchEvent(new Event('input',{bubbles:true}));f.value='hello again';f.dispatchEvent(new Event('input',{bubbles:true}));o.hidden=false;o.textContent=v"], [NAME], ["open words"]],
  ["a field of a closed part", `<form class=closed><input id=f></form><p id=beside>open words</p><p id=o></p>`, "Jan Zwart§ 5514", ["o.textContent='JAN ZWART§ (5514)'"], ["ZWART§"], ["open words"]],
  ["a number that the page has put into a field stays", `<input value="1000"><p>Load 1,000 more</p>${field}`, "abc", [], [], ["Load 1,000 more"]],
  ["entries of a list that nobody has typed stay, and drawings", `<select class=private><option>Nederland<option>Duitsland</select><label><input type=radio value=Express> Express</label><p>Nederland, Duitsland</p><svg viewBox="0 0 24 24" width=24 height=24><path d="M 24 24 L 1 2"/></svg>${field}`, "2424", [], [], ["Nederland, Duitsland", "Express", "viewBox=0 0 24 24", "d=M 24 24 L 1 2"]],
  ["the field is gone by then", `${field}<p id=o></p>`, NAME, ["const v=f.value;f.remove();setTimeout(()=>{o.textContent=v},400)", "await new Promise(r=>setTimeout(r,600))"], [NAME], ["open words"]],
  ["bare years, short words, common words and parts of words stay", `<p>since 2026, a cat, on Monday, Account number, catalogue</p><p class=private>Account number</p>${field}`, "2026", ["f.value='cat';f.dispatchEvent(new Event('input'))", "f.value='Monday';f.dispatchEvent(new Event('input'))", "f.value='cata';f.dispatchEvent(new Event('input'))"], [], ["2026", "a cat", "Monday", "Account number", "catalogue"]],
  ["what was typed into a field that is shown stays", `<input id=f class=shown><p id=o></p><p>open words</p>`, NAME, ["o.textContent=f.value"], [], [NAME, "open words"]],
];

const letters = (n) => String.fromCharCode(97 + Math.floor(n / 26), 97 + n % 26);
const own = (n, value) => (Array.isArray(value) ? value.map((one) => own(n, one)) : value.replaceAll("§", letters(n)));

export async function run({ check, ...players }) {
  const pages = Object.fromEntries(ROWS.map(([, html], n) => [`/${n}`, own(n, `<!doctype html><html lang=en><head><meta charset=utf-8>${html.startsWith("<title>") ? "" : "<title>t</title>"}</head><body>${html}`)]));
  pages["/there.svg"] = (_, r) => { r.writeHead(200, { "content-type": "image/svg+xml" }); r.end("<svg xmlns='http://www.w3.org/2000/svg' width='40' height='20'/>"); };
  pages["/thanks"] = own(25, `<!doctype html><html lang=en><head><meta charset=utf-8><title>thanks</title></head><body><p>Thank you, ${NAME}</p><p>open words</p>`);
  pages["/begin"] = `<!doctype html><html lang=en><title>begin</title><form action=/thanks><input id=f><button>go</button></form>`;
  await between(players, { pages, policy: POLICY }, async ({ c, a, inside, connect, fresh }) => {
    await c.evaluateOnNewDocument(SPY);
    await connect("/begin");
    for (const [n, [what, , typed, steps, secrets, seen, { before = [] } = {}]] of ROWS.entries()) await check(what, async () => {
      await fresh(`/${n}`);
      const text = await inside(SEEN);
      for (const word of own(n, before)) if (!text.includes(word)) throw new Error(`"${word}" was not seen before: this row proves nothing`);
      if (before.length) await c.evaluate(() => { window.__plain = []; });
      if (typed) { await c.click("#f"); if (!typed.startsWith("tr0")) await c.keyboard.press("End"); await c.keyboard.type(own(n, typed)); }
      for (const step of own(n, steps)) await c.evaluate(`(async()=>{${step}})()`);
      await S.settled(c, a);
      const [all, now] = [await told(c), `${await inside(SEEN)}\n${await a.evaluate(() => document.body.innerText)}`];
      if (!all) throw new Error("the tap is empty: this row proves nothing");
      for (const secret of own(n, secrets)) {
        if (all.includes(secret)) throw new Error(`"${secret}" was sent`);
        if (now.includes(secret)) throw new Error(`"${secret}" is shown`);
      }
      for (const word of own(n, seen)) if (!now.includes(word)) throw new Error(`"${word}" is not shown: ${now.replace(/\s+/g, " ").slice(0, 400)}`);
    });
    await check("on the next page, and after a reload", async () => {
      await fresh("/begin");
      await c.click("#f");
      await c.keyboard.type(own(25, NAME));
      await c.keyboard.press("Enter");
      for (let n = 0; n < 2; n++) {
        await until(() => c.evaluate(() => location.pathname === "/thanks" && window.Beside?.state === "active"), "the next page");
        await until(async () => (await inside(SEEN)).includes("open words"), "its picture");
        await S.settled(c, a);
        const all = await told(c);
        if (!all.includes("open words")) throw new Error("the tap is empty: this row proves nothing");
        if (all.includes("Zwart") || (await inside(SEEN)).includes("Zwart")) throw new Error("the name is told");
        if (!n) await c.reload();
      }
    });
  });
}
