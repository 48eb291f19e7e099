// Two secrets that differ in length, shape and validity, and everything that the agent receives of each: it must be the same,
// byte for byte. And where it is known to differ, it must: else this could not tell anything.
import { between } from "../lib/between.mjs";
import { wait } from "../lib/browsers.mjs";
import * as S from "../lib/session.mjs";
import { POLICY, SPY } from "../lib/tap.mjs";

const [SHORT, LONG] = ["ab4", "Wilhelmina Quist 8812 of the long street"];
// Operations that stand alone in a patch.
const [SUMS, PLACES] = [0x0e, 0x13];
const box = "display:block;width:200px;height:60px;overflow:hidden";
const set = "f.value=s;f.dispatchEvent(new Event('input',{bubbles:true}));f.dispatchEvent(new Event('change',{bubbles:true}))";

// A message of places: how many, then of each the node, as the step from the one before, and four numbers; all are varints, and
// all but the first have their sign in the lowest bit.
function placesIn(message, into) {
  let at = 2;
  const number = () => { let value = 0; for (let shift = 1; ; shift *= 128) { const byte = message[at++]; value += (byte & 127) * shift; if (byte < 128) return value; } };
  const signed = () => { const n = number(); return n % 2 ? -(n + 1) / 2 : n / 2; };
  let node = 0;
  for (let left = number(); left > 0; left--) { node += signed(); into.set(node, [signed(), signed(), signed(), signed()].join()); }
}

// What is called; the page (with s, where the secret stands in it from the start); what is done with the secret; the two secrets;
// `tells`: what is known to tell them apart; what the customer does by hand.
const ROWS = [
  ["a field, filled in from the start", (s) => `<input id=f value="${s}">`, ""],
  ["a field that is filled in", () => "<input id=f>", set],
  ["a text area that is filled in", () => "<textarea id=f></textarea>", set],
  ["an empty text area of some lines more", () => "<textarea id=f rows=3></textarea>", `s=s.replaceAll(' ','\\n');${set}`],
  ["a password", () => "<input type=password id=f>", set],
  ["a date", () => "<input type=date id=f>", set, ["2001-01-01", "1999-12-31"]],
  ["a number and how near it is to its bounds", () => "<input type=number id=f min=1 max=99999999>", set, ["7", "12345678"]],
  ["a slider", () => "<input type=range id=f min=0 max=100>", set, ["3", "97"]],
  ["a box that is ticked, or not", () => "<input type=checkbox id=f>", "f.checked=s==='1';f.dispatchEvent(new Event('change',{bubbles:true}))", ["0", "1"]],
  ["one of two", () => "<input type=radio name=r id=a><input type=radio name=r id=b>", "(s==='1'?a:b).click()", ["0", "1"]],
  ["an entry of a list", () => "<select id=f style='width:90px'><option>x<option>a much longer one<option>z</select>", "f.selectedIndex=Number(s);f.dispatchEvent(new Event('change',{bubbles:true}))", ["0", "1"]],
  ["whether what stands in a field is valid", () => "<style>input:invalid{outline:2px solid red}input:valid{outline:2px solid green}</style><input type=email id=f>", set, ["no address", "ann@mail.example"]],
  ["whether a form with it is valid", () => "<style>form:invalid{outline:2px solid red}fieldset:valid{outline:2px solid green}</style><form><fieldset><input id=f pattern='[0-9]{4}' required></fieldset></form>", set, ["12", "1234"]],
  ["a caret, and what is marked in a field", () => "<input id=f>", `${set};f.focus();f.setSelectionRange(1,s.length)`],
  ["how far a field is scrolled", () => "<input id=f size=4>", `${set};f.focus();f.scrollLeft=9999`],
  ["a closed part of its own size", (s) => `<div class=closed style="${box}"><p>${s}</p></div>`, ""],
  ["a closed part whose text changes", () => `<div class=closed id=f style="${box}">x</div>`, "f.textContent=s"],
  ["a hidden text in a box of its own size", (s) => `<div class=private style="${box}">${s}</div>`, ""],
  ["a hidden text in elements of a line, in such a box", (s) => `<div class=private style="${box}">Dear <b>${s}</b>!</div>`, ""],
  ["a hidden text in such a box, that changes", () => `<div class=private id=f style="${box}">x</div>`, "f.textContent=s"],
  ["a cell of a table with columns of its own size", (s) => `<table style="table-layout:fixed;width:300px"><tr><td class=private style="height:60px;overflow:hidden">${s}<td>x</table>`, ""],
  ["an editable part of its own size", () => `<div contenteditable id=f style="${box}"></div>`, "f.focus();document.execCommand('insertText',false,s)"],
  ["a hidden host's text, in its shadow root", (s) => `<div class=private style="${box}"><template shadowrootmode=open>${s}<span>${s}</span></template></div>`, ""],
  ["how far a hidden part is scrolled", (s) => `<div class=private id=f style="${box};overflow:auto"><div style="height:${s.length * 40}px">x</div></div>`, "f.scrollTop=9999", ["abcdefg", "abcdefghijkl"], "what is in it keeps its box"],
  ["a picture of its own size", (s) => `<div class=private><img style="width:80px;height:40px" src="/picture?${s.length}"></div>`, ""],
  ["a canvas", () => "<canvas class=private id=f width=120 height=40></canvas>", "f.getContext('2d').fillText(s,4,20)"],
  ["a hidden title", (s) => `<title class=private>${s}</title><p>x</p>`, ""],
  ["a hidden pad of keys, and which of them the pointer is over", () => `<div class=private style="${box};font:30px/50px monospace"><button>1</button><button>2</button></div>`, "", ["0", "1"], undefined, (c, s) => c.evaluate((n) => { const r = document.querySelectorAll("button")[n].getBoundingClientRect(); return [r.left + 4, r.top + 4]; }, Number(s)).then(([x, y]) => c.mouse.move(x, y))],
  ["words of a hidden text in a line", (s) => `<p>Dear <b class=private>${s}</b>!</p>`, "", undefined, "the line's other words stand where they stand"],
  ["what a page itself counts of a field", () => "<input id=f oninput='o.value=`${this.value.length}/40`'><output id=o></output>", set, undefined, "the page shows it"],
  ["which letters a sheet's own font has", (s) => `<style>@font-face{font-family:some;src:url(/some.ttf);unicode-range:${[...new Set(s)].map((l) => `U+${l.charCodeAt(0).toString(16)}`).join()}}</style><div class=private style="${box};font-family:some">${s}</div>`, "", undefined, "the sheet lists them"],
  ["a field that is shown", () => "<input id=f class=shown>", set, undefined, "it is shown"],
];

// One engine in a run of all suites, two where it is all played: both turn a page into the same operations.
export const browsers = process.argv.includes("--whole") ? ["chromium", "firefox"] : ["chromium"];

export async function run({ check, name, ...players }) {
  // One address for all of them, which now gives one and now another.
  let shown = "";
  const pages = { "/": "<!doctype html><title>b</title><p>b", get "/row"() { return shown; } };
  const pageOf = (inside) => `<!doctype html><html lang=en><head><meta charset=utf-8>${inside.startsWith("<title") ? "" : "<title>t</title>"}<style>*{caret-color:transparent}</style></head><body>${inside}<p>behind it</p></body></html>`;
  pages["/picture"] = (_, r) => { r.writeHead(200, { "content-type": "image/svg+xml" }); const w = 10 * Number(_.url.split("?")[1]); r.end(`<svg xmlns='http://www.w3.org/2000/svg' width='${w}' height='${w}'><rect width='9' height='9'/></svg>`); };
  await between(players, { pages, policy: POLICY }, async ({ c, a, connect, fresh }) => {
    await c.evaluateOnNewDocument(SPY);
    await connect("/");
    // What was told of a page, byte for byte, but for the number of the reading, which is another each time. Sums and places come
    // when there is time for them, alone in a message: of sums the last counts; of which elements places are told is left to
    // chance, so those of both times must be the same.
    const received = async (n, k) => {
      const [, html, act, secrets = [SHORT, LONG], , byHand] = ROWS[n];
      shown = pageOf(html(secrets[k]));
      await c.mouse.move(900, 700);
      await fresh("/row");
      if (act) await c.evaluate(`((s)=>{${act}})(${JSON.stringify(secrets[k])})`);
      if (byHand) await byHand(c, secrets[k]);
      await wait(350);
      await S.settled(c, a, 8_000, { mixed: true });
      await wait(450);
      const [told, places] = [{ what: [], sums: "" }, new Map()];
      for (const [what, bytes] of await c.evaluate(() => window.__plain)) {
        if (!["page", "asset", "ASSET", ...(byHand ? ["LIVE"] : [])].includes(what)) continue;
        const message = Buffer.from(bytes);
        if (what === "page" && message[0] === 1) message[1] = 0;
        const late = what === "page" && message[0] === 2 ? message[1] : 0;
        if (late === SUMS) told.sums = message.toString("hex"); else if (late === PLACES) placesIn(message, places); else told.what.push(`${what} ${message.toString("hex")}`);
      }
      const replica = await a.evaluate(() => {
        const { contentDocument } = document.querySelector("[data-beside=replica]");
        const all = [...contentDocument.querySelectorAll("*")];
        const sheets = contentDocument.adoptedStyleSheets.map((sheet) => [...sheet.cssRules].map((rule) => rule.cssText));
        return JSON.stringify([contentDocument.documentElement.outerHTML, sheets, all.map((el) => { const r = el.getBoundingClientRect(); return [r.left, r.top, r.width, r.height, el.value ?? "", el.checked ?? "", el.scrollTop]; }), document.title]);
      });
      return { bytes: JSON.stringify(told), places, replica };
    };
    for (const [n, [what, , , , tells]] of ROWS.entries()) await check(tells ? `${what} is told apart: ${tells}` : what, async () => {
      let last;
      // Two readings of one page may be cut into other messages; a secret would show each time.
      for (let turn = 0; turn < 3; turn++) {
        const [x, y] = [await received(n, 0), await received(n, 1)];
        const moved = [...x.places].filter(([node, place]) => (y.places.get(node) ?? place) !== place);
        const same = { bytes: x.bytes === y.bytes && !moved.length, replica: x.replica === y.replica };
        if (tells) { if (!same.replica) return "as it is said"; last = "the two are the same: this proves nothing"; continue; }
        if (same.bytes && same.replica) return turn ? `at turn ${turn + 1}` : "";
        let at = 0;
        while (x.replica[at] === y.replica[at] && at < x.replica.length) at++;
        last = `told ${x.bytes} and ${y.bytes}; places that differ: ${JSON.stringify(moved)}; ${same.replica ? "the replica is the same" : `the replica differs: …${x.replica.slice(at - 60, at + 80)}… and …${y.replica.slice(at - 60, at + 80)}…`}`;
      }
      throw new Error(last);
    });
    await check("the keys of a hidden field have no rhythm: few, many, even or in bursts, one message says that it is filled", async () => {
      const say = async (text, gap) => {
        shown = pageOf(ROWS[1][1](""));
        await fresh("/row");
        await c.click("#f");
        await wait(900);
        const before = await c.evaluate(() => window.__plain.length);
        for (const [n, letter] of [...text].entries()) { await c.keyboard.press(letter); await wait(gap(n)); }
        await wait(1_200);
        const told = await c.evaluate((n) => window.__plain.slice(n).filter(([what]) => what === "page").map(([, bytes]) => bytes), before);
        return told.filter(([head, operation]) => !(head === 2 && [SUMS, PLACES].includes(operation))).map((bytes) => Buffer.from(bytes).toString("hex")).join();
      };
      const all = [await say("abc", () => 40), await say("abcdefghijklmnopqrstuvwxyz0123", () => 40), await say("abcdefghijkl", () => 100), await say("abcdefghijkl", (n) => (n % 4 ? 10 : 370))];
      if (new Set(all).size > 1 || !all[0] || all[0].includes(",")) throw new Error(all.join(" and "));
    });
  });
}
