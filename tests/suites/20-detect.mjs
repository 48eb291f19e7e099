// What detectors hide in a page: wherever it stands, however it is split, whenever it comes; and what they leave alone.
import { between } from "../lib/between.mjs";
import * as S from "../lib/session.mjs";
import { SEEN, SPY, told } from "../lib/tap.mjs";

const POLICY = `default = "show"
inputs = "show"
[detect]
card = true
iban = true
bsn = true
email = true
birth = true
pattern = [{ name = "policy no.", regex = "PN-[0-9]{8}" }, { name = "customer", regex = "^[0-9]{4}-[0-9]{4}$" }]
`;

// What is called, the page, steps, what must leave the browser in no message, and what the agent must see.
const ROWS = [
  ["a card in one text", "<p>Pay with 4111 1111 1111 1111 today</p><p>open words</p>", [], ["4111"], ["open words"]],
  ["a card over four elements of a line", "<p>No. <span>5105</span> <b>1051</b> <i><u>0510</u></i> <span>5100</span> <em>is it</em></p>", [], ["5105", "1051", "0510", "5100"], ["No.", "is it"]],
  ["a card over lines of a line", "<p>4012<br>8888<br>8888<br>1881</p>", [], ["4012", "8888", "1881"], []],
  ["a card with invisible characters and soft hyphens", "<p>4000&#8203;0566&shy;5566&#8288;5556</p>", [], ["0566", "5566"], []],
  ["a card in wide digits", "<p>４２４２４２４２４２４２４２４２</p>", [], ["４２４２"], []],
  ["numbers in cells of a table are no card", "<table><tr><td>4111</td><td>1111</td><td>1111</td><td>1111</td></tr></table>", [], [], ["4111", "1111"]],
  ["an IBAN over elements", "<p><span>NL91</span><span> ABNA</span><span> 0417</span><span> 1643 00</span> end</p>", [], ["NL91", "0417", "1643 00"], ["end"]],
  ["attributes: title, alt, label, placeholder, value", "<p title='5500 0000 0000 0004'>words</p><img src='data:image/gif;base64,R0lGODlhAQABAIAAAP8AAAAAACwAAAAAAQABAAACAkQBADs=' alt='5500 0000 0000 0004'><input placeholder='5500 0000 0000 0004'><input value='5500 0000 0000 0004'><button aria-label='5500 0000 0000 0004'>press</button>", [], ["5500 0000"], ["words", "press"]],
  ["the title of the page", "<title>3714 496353 98431 is it</title><p>below it</p>", [], ["496353"], ["below it"]],
  ["an e-mail address over elements", "<p>write to <b>ann.doe</b>@<i>mail.example</i>.com <u>please</u></p>", [], ["ann.doe", "mail.example"], ["write to", "please"]],
  ["a date of birth whose word stands in the cell before", "<table><tr><th>Date of birth</th><td>03-04-1971</td></tr><tr><th>Delivered</th><td>05-06-2024</td></tr></table>", [], ["03-04-1971"], ["Date of birth", "05-06-2024"]],
  ["a date of birth whose word ends with a blank and a picture", "<div>\n<span>Geboortedatum</span><img width=9 height=9 alt=''>\n</div><div>\n 07-08-1969\n</div>", [], ["07-08-1969"], ["Geboortedatum"]],
  ["a pattern that stands alone, behind a block", "<table><tr><td>Customer</td><td>\n  4321-8765\n</td><td>or 4322-8765</td></tr></table>", [], ["4321-8765"], ["or 4322-8765"]],
  ["over a style that stands between", "<p>No. 5610 <style>.x{}</style><span>5910 </span>8101 8250</p>", [], ["5610", "8250"], []],
  ["a pattern of the company's own", "<p>see PN-87654321</p><p>see PN-123</p>", [], ["PN-87654321"], ["PN-123"]],
  ["in a shadow root and a frame", "<div id=h></div><iframe srcdoc='<p>6011 0009 9013 9424</p><p>frame words</p>'></iframe>", ["h.attachShadow({mode:'open'}).innerHTML='<p>6011 0009 9013 9424</p>'"], ["6011 0009"], []],
  ["a text that becomes one", "<p id=p>nothing yet</p>", ["p.firstChild.data='now 3530 1113 3330 0000'"], ["3530 1113"], []],
  ["the second half comes later", "<p><span id=a>3566 0020 </span><span id=b></span></p><p>open words</p>", ["b.textContent='2036 0505'"], ["2036 0505"], ["open words"], ["3566 0020"]],
  ["both halves change in one task", "<p><span id=a>one</span><span id=b>two</span></p>", ["a.firstChild.data='6304 0000 ';b.firstChild.data='0000 0000'"], ["6304 0000"], []],
  ["elements are put between", "<p id=p><span>5555 5555 </span><span id=z>is it</span></p>", ["const s=document.createElement('span');s.textContent='5555 4444';p.insertBefore(s,z)"], ["5555 4444"], ["is it"], ["5555 5555"]],
  ["what is no number any more is seen again", "<p><span id=a>2223 0031 </span><span>2200 3222</span></p>", ["a.remove()"], ["2223 0031"], ["2200 3222"], [], true],
  ["what is changed into words is seen again", "<p id=p>2223 0000 4841 0010</p>", ["p.firstChild.data='thank you'"], ["4841 0010"], ["thank you"], [], true],
  ["a field that held one and is emptied", "<input id=f value='6771 7980 2100 0008'><p>beside it</p>", ["f.value=''", "f.value='thanks'"], ["6771 7980"], ["thanks"], [], true],
  ["typed into a field that is shown", "<input id=f><p>beside it</p>", ["f.value='5019 7170 1010 3742'", "f.focus()"], ["5019 7170"], ["beside it"]],
  ["a number of a hundred rows", `<ul>${Array.from({ length: 100 }, (_, n) => `<li>row <b>${n}</b> of <i>hundred</i></li>`).join("")}</ul><p>BSN <span>1112</span>.<span>22</span>.<span>333</span></p>`, [], ["1112"], ["row 99 of hundred"]],
];

export async function run({ check, ...players }) {
  const pages = Object.fromEntries(ROWS.map(([, html], n) => [`/${n}`, `<!doctype html><head><meta charset=utf-8>${html.startsWith("<title>") ? "" : "<title>t</title>"}</head>${html}`]));
  await between(players, { pages: { ...pages, "/": "<!doctype html><title>begin</title><p>begin" }, policy: POLICY }, async ({ c, a, inside, connect, fresh }) => {
    await c.evaluateOnNewDocument(SPY);
    await connect("/");
    for (const [n, [what, , steps, secrets, seen, before = [], returns]] of ROWS.entries()) {
      await check(what, async () => {
        await fresh(`/${n}`);
        if (before.length || returns) {
          const text = await inside(SEEN);
          for (const word of before) if (!text.includes(word)) throw new Error(`"${word}" was not seen before: this row proves nothing`);
          if (returns) for (const word of seen) if (text.includes(word)) throw new Error(`"${word}" was seen before: this row proves nothing`);
        }
        for (const step of steps) await c.evaluate(`(()=>{${step}})()`);
        await S.settled(c, a);
        const [all, text] = [await told(c), await inside(SEEN)];
        if (all.length < 100) throw new Error("the tap is empty: this row proves nothing");
        for (const secret of secrets) {
          if (all.includes(secret)) throw new Error(`"${secret}" was sent`);
          if (text.includes(secret)) throw new Error(`"${secret}" is shown`);
        }
        for (const word of before) if (text.includes(word)) throw new Error(`"${word}" is still shown`);
        for (const word of seen) if (!text.includes(word)) throw new Error(`"${word}" is not shown: ${text.replace(/\s+/g, " ").slice(0, 300)}`);
      });
    }
  });
}
