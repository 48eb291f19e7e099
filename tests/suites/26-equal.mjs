// Two secrets that differ in length, shape and validity, and everything that the agent receives of each: it must be the same,
// byte for byte. And where it is known to differ, it must: else this could not tell anything.
import { between } from "../lib/between.mjs";
import { wait } from "../lib/browsers.mjs";
import * as S from "../lib/session.mjs";
import { POLICY, SPY } from "../lib/tap.mjs";

const [SHORT, LONG] = ["ab4", "Wilhelmina Quist 8812 of the long street"];
const box = "display:block;width:200px;height:60px;overflow:hidden";
const set = "f.value=s;f.dispatchEvent(new Event('input',{bubbles:true}));f.dispatchEvent(new Event('change',{bubbles:true}))";

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
  ["a field that is shown", () => "<input id=f class=shown>", set, undefined, "it is shown"],
];

// One engine in a run of all suites, two where it is all played: both turn a page into the same operations.
export const browsers = process.argv.includes("--whole") ? ["chromium", "firefox"] : ["chromium"];

export async function run({ check, name, ...players }) {
  const pages = { "/": "<!doctype html><title>b</title><p>b" };
  for (const [n, [, html, , secrets = [SHORT, LONG]]] of ROWS.entries()) for (const [k, s] of secrets.entries()) {
    const inside = html(s);
    pages[`/row/${n}/${k}`] = `<!doctype html><html lang=en><head><meta charset=utf-8>${inside.startsWith("<title") ? "" : "<title>t</title>"}<style>*{caret-color:transparent}</style></head><body>${inside}<p>behind it</p></body></html>`;
  }
  pages["/picture"] = (_, r) => { r.writeHead(200, { "content-type": "image/svg+xml" }); const w = 10 * Number(_.url.split("?")[1]); r.end(`<svg xmlns='http://www.w3.org/2000/svg' width='${w}' height='${w}'><rect width='9' height='9'/></svg>`); };
  await between(players, { pages, policy: POLICY }, async ({ c, a, connect, fresh }) => {
    await c.evaluateOnNewDocument(SPY);
    await connect("/");
    // What was told of a page: every operation that came, whatever message it came in. Numbers of the reading, the address and
    // what the mirror adds up to are the page's own in each run.
    const received = async (n, k) => {
      const [, , act, secrets = [SHORT, LONG], , byHand] = ROWS[n];
      await c.mouse.move(900, 700);
      await fresh(`/row/${n}/${k}`);
      if (act) await c.evaluate(`((s)=>{${act}})(${JSON.stringify(secrets[k])})`);
      if (byHand) await byHand(c, secrets[k]);
      await wait(350);
      await S.settled(c, a, 8_000, { mixed: true });
      await wait(450);
      const messages = (await c.evaluate(() => window.__plain.filter(([what]) => ["page", "asset", "ASSET", "LIVE"].includes(what)))).filter(([what]) => byHand || what !== "LIVE").map(([what, bytes]) => Buffer.from(bytes).toString("latin1").replace(`/row/${n}/${k}`, "/"));
      const replica = await a.evaluate(() => {
        const { contentDocument } = document.querySelector("[data-beside=replica]");
        const all = [...contentDocument.querySelectorAll("*")];
        return JSON.stringify([contentDocument.documentElement.outerHTML, all.map((el) => { const r = el.getBoundingClientRect(); return [r.left, r.top, r.width, r.height, el.value ?? "", el.checked ?? "", el.scrollTop]; }), document.title]);
      });
      // Sums and places come when there is time for them, alone in a message; what they say is in the replica.
      return { bytes: messages.filter((m) => !(m[0] === "\x02" && /[\x0e\x13]/.test(m[1]))).map((m) => m.length).join(), replica };
    };
    for (const [n, [what, , , , tells]] of ROWS.entries()) await check(tells ? `${what} is told apart: ${tells}` : what, async () => {
      let last;
      // Two readings of one page may be cut into other messages; a secret would show each time.
      for (let turn = 0; turn < 3; turn++) {
        const [x, y] = [await received(n, 0), await received(n, 1)];
        const same = { bytes: x.bytes === y.bytes, replica: x.replica === y.replica };
        if (tells) { if (!same.replica) return "as it is said"; last = "the two are the same: this proves nothing"; continue; }
        if (same.bytes && same.replica) return turn ? `at turn ${turn + 1}` : "";
        let at = 0;
        while (x.replica[at] === y.replica[at] && at < x.replica.length) at++;
        last = `messages of ${x.bytes} and ${y.bytes} bytes; ${same.replica ? "the replica is the same" : `the replica differs: …${x.replica.slice(at - 60, at + 80)}… and …${y.replica.slice(at - 60, at + 80)}…`}`;
      }
      throw new Error(last);
    });
    await check("the keys of a hidden field have no rhythm: three letters or thirty are told in as many messages", async () => {
      const count = async (text) => {
        await fresh("/row/1/0");
        await c.click("#f");
        await wait(900);
        const before = await c.evaluate(() => window.__plain.filter(([what]) => what === "page").length);
        await c.keyboard.type(text, { delay: 40 });
        await wait(1_200);
        return c.evaluate((n) => window.__plain.filter(([what]) => what === "page").length - n, before);
      };
      const [few, many] = [await count("abc"), await count("abcdefghijklmnopqrstuvwxyz0123")];
      if (few !== many) throw new Error(`${few} and ${many} messages`);
      return `${few} each`;
    });
  });
}
