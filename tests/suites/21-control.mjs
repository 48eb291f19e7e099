// The agent's hand: asked for, allowed, seen, taken back; what it does, and what it never does.
import { between } from "../lib/between.mjs";
import { until, wait } from "../lib/browsers.mjs";
import * as S from "../lib/session.mjs";

export const POLICY = `default = "show"
inputs = "show"
[[rule]]
name = "the customer decides"
match = ["[data-only]", "#sends-all"]
labels = ["Pay now", "Ik ga akkoord", "Supprimer le *"]
do = "customer-only"
[[rule]]
name = "private"
match = [".private"]
do = "mask"
`;

export const PAGE = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Forms</title><style>body{font:16px sans-serif}form,p,div{margin:6px}</style></head><body>
<p><button id="plain">Plain</button> <button id="pay">Pay now</button> <label id="lb"><input type="checkbox" id="box"> a box</label> <span id="log"></span></p>
<p><input id="name" size="12"> <input id="digits" size="12"> <textarea id="area" rows="2" cols="12"></textarea> <span id="rich" contenteditable style="display:inline-block;min-width:120px;border:1px solid">rich</span></p>
<p><select id="pick"><option>one</option><option>two</option><option>three</option></select> <input type="range" id="slide" min="0" max="10" value="0"> <input type="password" id="secret"> <input class="private" id="hidden"></p>
<form id="f" action="/next"><input id="q" name="q"><button id="go">Search</button></form>
<div id="box-of" style="height:60px;width:200px;overflow:auto"><div style="height:600px">long</div></div>
<p><a id="link" href="#there">a link</a> <a id="out" href="https://elsewhere.example/">out</a> <button id="late">Later</button> <button id="slowly">Search later</button> <input id="old" size="8"></p>
<nav><a id="way" href="?way#there" onclick="event.preventDefault()">Pay now</a> <a id="deed" href="#">Pay now</a></nav>
<p><input id="gone" style="display:none"><select id="risky"><option>Edit<option>Pay now</select>
<button id="n1">Pay&shy; <br>now</button> <button id="n2"><i class="icon">lock</i><span>Pay</span><span>now</span></button> <button id="n3"><svg width="9" height="9"><title>Lock</title><rect width="9" height="9"/></svg>Pay now</button>
<span id="of-shadow"><template shadowrootmode="open"><button data-only id="deep">Sign</button></template></span>
<span id="n4" style="cursor:pointer"><svg class="press" width="20" height="20"><rect width="20" height="20"/></svg> <span>Pay now</span></span></p>
<script>
window.fired=[];const log=(w)=>{window.fired.push(w);document.getElementById("log").textContent=w};
for(const id of ["plain","pay","box","link","late","go"])document.getElementById(id).addEventListener("click",()=>log("click "+id));
document.getElementById("plain").addEventListener("dblclick",()=>log("dblclick plain"));
document.getElementById("digits").addEventListener("input",(e)=>{const d=e.target.value.replace(/\\D/g,"").slice(0,8);e.target.value=d.replace(/(\\d{4})(?=\\d)/g,"$1 ")});
document.getElementById("name").addEventListener("change",(e)=>window.fired.push("change "+e.target.value));
document.getElementById("pick").addEventListener("change",(e)=>log("picked "+e.target.value));
document.getElementById("slide").addEventListener("change",(e)=>log("slid "+e.target.value));
document.getElementById("f").addEventListener("submit",(e)=>{e.preventDefault();log("sent "+document.getElementById("q").value)});
document.getElementById("slowly").addEventListener("click",()=>setTimeout(()=>document.getElementById("f").requestSubmit(),400));
document.getElementById("old").onkeypress=(e)=>/\\d/.test(String.fromCharCode(e.which));
document.getElementById("late").addEventListener("click",()=>setTimeout(()=>document.getElementById("pay").click(),300));
</script></body></html>`;

const READ_FIRST = 700;

// Where an element of the replica is on the agent's screen.
export async function onScreen(a, inside, selector, [sx, sy] = [0.5, 0.5]) {
  const box = await inside((s) => { const r = (document.querySelector(s) ?? document.querySelector("x-form").shadowRoot.querySelector(s)).getBoundingClientRect(); return [r.left, r.top, r.width, r.height, innerWidth]; }, selector);
  const frame = await a.evaluate(() => { const r = document.querySelector("[data-beside=replica]").getBoundingClientRect(); return [r.left, r.top, r.width]; });
  const scale = frame[2] / box[4];
  return [frame[0] + (box[0] + box[2] * sx) * scale, frame[1] + (box[1] + box[3] * sy) * scale];
}

// The button of ours that says so, pressed by the customer's own hand.
export async function customerPresses(c, words) {
  const find = (w) => { const all = [...document.querySelector("beside-ui").shadowRoot.querySelectorAll("button")]; const b = all.find((one) => one.textContent === w); if (!b) return null; const r = b.getBoundingClientRect(); return [r.left + r.width / 2, r.top + r.height / 2]; };
  await until(() => c.evaluate(find, words), `the button ${words}`);
  await wait(READ_FIRST);
  const at = await c.evaluate(find, words);
  await c.mouse.click(...at);
}

export const fired = (c) => c.evaluate(() => window.fired.join("; "));

export async function grant({ c, a }, words = "Allow") {
  await a.click("[data-tool=operate]");
  await customerPresses(c, words);
  await until(() => a.evaluate(() => document.querySelector("[data-tool=operate]").getAttribute("aria-pressed") === "true"), "the hand");
}

export async function run({ check, ...players }) {
  await between(players, { pages: { "/": PAGE, "/next": "<!doctype html><title>next</title><p>next" }, policy: POLICY }, async (both) => {
    const { c, a, inside, connect } = both;
    await connect("/");
    const press = async (selector, share) => { await a.mouse.click(...await onScreen(a, inside, selector, share)); };
    const acts = async () => a.evaluate(() => { const { acts, refusal } = window.besideAgent.stats(); return [acts, refusal]; });
    // Presses, and waits until it was answered.
    const done = async (what) => { const [before] = await acts(); await what(); await until(async () => (await acts())[0] > before, "the act to be done"); };
    const refused = async (what, number) => { await what(); await until(async () => (await acts())[1] === number, `refusal ${number}, not ${(await acts())[1]}`); };
    const sees = (text) => until(async () => (await fired(c)).includes(text) || Promise.reject(new Error(await fired(c))), text);

    await check("without a grant a press changes nothing", async () => {
      await press("#plain");
      await wait(300);
      if (await fired(c)) throw new Error(await fired(c));
    });
    await check("the customer says no", async () => {
      await a.click("[data-tool=operate]");
      await customerPresses(c, "Not now");
      await until(() => a.evaluate(() => !document.querySelector("[data-tool=operate]").disabled), "the tool again");
      if (!(await a.evaluate(() => document.querySelector(".banner.operated")?.textContent))) throw new Error("the agent is not told");
    });
    await check("who was refused does not ask again at once", async () => {
      await a.click("[data-tool=operate]");
      await until(() => a.evaluate(() => !document.querySelector("[data-tool=operate]").disabled), "the tool again");
      if (await c.evaluate(() => document.querySelector("beside-ui").shadowRoot.querySelector("[role=alertdialog]"))) throw new Error("the customer is asked again");
      await wait(10_200);
    });
    await check("one action, and it is over", async () => {
      await grant(both, "One action");
      await press("#plain");
      await sees("click plain");
      await until(() => a.evaluate(() => document.querySelector("[data-tool=operate]").getAttribute("aria-pressed") === "false"), "the hand to be gone");
    });
    await check("allowed for the session: border, words, and a press", async () => {
      await grant(both);
      const shown = await c.evaluate(() => { const root = document.querySelector("beside-ui").shadowRoot; return [Boolean(root.querySelector(".overlay.operated")), root.querySelector(".bar").textContent]; });
      if (!shown[0] || !/may operate this page/.test(shown[1])) throw new Error(shown.join());
      await done(() => press("#box"));
      await sees("click box");
      if (!(await c.evaluate(() => document.getElementById("box").checked))) throw new Error("not ticked");
    });
    await check("a label, a link, a double press", async () => {
      await done(() => press("#lb", [0.8, 0.5]));
      if (await c.evaluate(() => document.getElementById("box").checked)) throw new Error("still ticked");
      await done(() => press("#link"));
      await until(() => c.evaluate(() => location.hash === "#there"), "the link");
      await wait(600);
      await a.mouse.click(...await onScreen(a, inside, "#plain"), { count: 2, clickCount: 2 });
      await sees("dblclick plain");
    });
    const type = async (selector, text) => { await done(() => press(selector)); await wait(150); for (const key of text) await a.keyboard.press(key); };
    await check("typing, with corrections, and the change is told", async () => {
      await type("#name", [..."Ann x", "Backspace", "Backspace", "Tab"]);
      await until(() => c.evaluate(() => document.getElementById("name").value === "Ann"), "Ann");
      await sees("change Ann");
    });
    await check("a field that formats what is typed", async () => {
      await type("#digits", "12345678");
      await until(() => c.evaluate(() => document.getElementById("digits").value === "1234 5678"), "1234 5678");
    });
    await check("a text area and an editable element", async () => {
      await type("#area", ["a", "Enter", "b"]);
      await until(() => c.evaluate(() => document.getElementById("area").value === "a\nb"), "two lines");
      await type("#rich", [..."er"]);
      await until(() => c.evaluate(() => /er/.test(document.getElementById("rich").textContent.replace("rich", ""))), "richer");
    });
    await check("a list, a slider, scrolling", async () => {
      await press("#pick");
      await until(() => a.$(".choices button"), "the choices");
      await a.evaluate(() => document.querySelectorAll(".choices button")[2].click());
      await sees("picked three");
      await done(() => press("#slide", [0.99, 0.5]));
      await sees("slid 10");
      await a.mouse.move(...await onScreen(a, inside, "#box-of"));
      await a.mouse.wheel({ deltaY: 200 });
      await until(() => c.evaluate(() => document.getElementById("box-of").scrollTop > 100), "scrolling");
    });
    await check("Enter sends a form as a person's does", async () => {
      await type("#q", [..."hay", "Enter"]);
      await sees("sent hay");
    });
    await check("what only the customer may press is refused, in words, to both", async () => {
      await refused(() => press("#pay"), 5);
      const words = await a.evaluate(() => document.querySelector(".banner.operated").textContent);
      if (!/Only the customer/.test(words)) throw new Error(words);
      await until(() => c.evaluate(() => /only you may press/.test(document.querySelector("beside-ui").shadowRoot.textContent)), "the customer to be told");
      if (/click pay/.test(await fired(c))) throw new Error("it was pressed");
      await a.mouse.move(...await onScreen(a, inside, "#pay"));
      await until(() => a.evaluate(() => document.querySelector(".over.kept")?.title.includes("Only the customer")), "a word before one tries");
      if (!(await inside(() => getComputedStyle(document.getElementById("pay")).outlineStyle === "dashed"))) throw new Error("it carries no mark");
      if (!(await inside(() => getComputedStyle(document.getElementById("of-shadow").shadowRoot.getElementById("deep")).outlineStyle === "dashed"))) throw new Error("in a shadow root it carries no mark");
    });
    await check("a password and a hidden field are refused, and a link that leads away", async () => {
      await refused(() => press("#secret"), 7);
      await refused(() => press("#hidden"), 6);
      await refused(() => press("#out"), 9);
    });
    await check("what is deleted or typed goes nowhere but where it was asked for", async () => {
      const before = await c.evaluate(() => { const s = document.getElementById("secret"); s.value = "keep me"; s.focus(); return document.activeElement.id; });
      if (before !== "secret") throw new Error(`${before} has the focus`);
      await S.settled(c, a);
      const answers = await c.evaluate(() => {
        const act = (id, deed, text, x = 0) => window.__besideAct(document.getElementById(id), deed, 32768, 32768, text, x, 0);
        const out = [act("log", 4, "Backspace"), act("log", 4, "Delete"), act("log", 3, "x")];
        document.getElementById("secret").focus();
        out.push(act("gone", 3, "x"), act("gone", 4, "Enter"));
        return out.join();
      });
      const after = await c.evaluate(() => document.getElementById("secret").value);
      if (after !== "keep me" || /(^|,)0/.test(answers)) throw new Error(`${after}, ${answers}`);
    });
    await check("an entry of a list that only the customer may choose", async () => {
      const answer = await c.evaluate(() => window.__besideAct(document.getElementById("risky"), 5, 0, 0, "", 1, 0));
      if (answer !== 5 || await c.evaluate(() => document.getElementById("risky").selectedIndex)) throw new Error(`answered ${answer}`);
    });
    for (const id of ["n1", "n2", "n3", "n4"]) await check(`a name written another way: ${id}`, async () => {
      const answer = await c.evaluate((id) => window.__besideAct(document.querySelector(`#${id} .press`) ?? document.getElementById(id), 1, 32768, 32768, "", 0, 0), id);
      if (answer !== 5) throw new Error(`answered ${answer}`);
    });
    await check("a link of the navigation leads where it says; one that does something is the customer's", async () => {
      const answers = await c.evaluate(() => ["way", "deed"].map((id) => window.__besideAct(document.getElementById(id), 1, 32768, 32768, "", 0, 0)).join());
      if (answers !== "0,5") throw new Error(answers);
    });
    await check("a press that presses it later presses nothing", async () => {
      await done(() => press("#late"));
      await sees("click late");
      await wait(700);
      if (/click pay/.test(await fired(c))) throw new Error("it was pressed");
    });
    await check("what the page sends later is sent, upon an agent's press and of itself", async () => {
      const sent = async () => (await fired(c)).split("sent").length;
      const before = await sent();
      await done(() => press("#slowly"));
      await until(async () => await sent() > before, "the form to be sent");
      const then = await sent();
      await c.evaluate(() => { setTimeout(() => document.getElementById("f").requestSubmit(), 900); });
      await done(() => press("#plain"));
      await until(async () => await sent() > then, "the page's own to be sent");
    });
    await check("a field that asks about each key by its old numbers; the caret goes where one presses and by keys", async () => {
      await type("#old", "1x2");
      await until(() => c.evaluate(() => document.getElementById("old").value === "12"), "12");
      await done(() => press("#old", [0.05, 0.5]));
      for (const key of ["3", "End", "4", "ArrowLeft", "5"]) await done(() => a.keyboard.press(key));
      await until(() => c.evaluate(() => document.getElementById("old").value === "31254" || Promise.reject(new Error(document.getElementById("old").value))), "31254");
    });
    await check("the customer's own hand presses it, and is never in the way of itself", async () => {
      await done(() => press("#plain"));
      const at = await c.evaluate(() => { const r = document.getElementById("pay").getBoundingClientRect(); return [r.left + 9, r.top + 9]; });
      await c.mouse.click(...at);
      await sees("click pay");
      await refused(() => press("#plain"), 10);
    });
    await check("taken back by one press: nothing is done any more, and the page is as it was", async () => {
      await wait(1_600);
      await customerPresses(c, "Take back");
      await until(() => a.evaluate(() => document.querySelector("[data-tool=operate]").getAttribute("aria-pressed") === "false"), "the hand to be gone");
      const before = await fired(c);
      await press("#plain");
      await wait(300);
      if (await fired(c) !== before) throw new Error(await fired(c));
      const natives = await c.evaluate(() => [HTMLElement.prototype.click, HTMLFormElement.prototype.submit, EventTarget.prototype.dispatchEvent].every((f) => /native code/.test(Function.prototype.toString.call(f)) && f.name !== ""));
      if (!natives) throw new Error("something is still wrapped");
    });
    await check("back and forward, as far as the browser says that they stay on the page's site", async () => {
      await grant(both);
      await c.evaluate(() => { location.hash = ""; location.hash = "#after"; });
      await S.settled(c, a);
      const at = () => c.evaluate(() => location.hash);
      const travel = (name) => a.click(`[data-tool=${name}]`);
      if (!(await c.evaluate(() => Boolean(window.navigation)))) {
        const before = await at();
        await travel("back");
        await until(() => a.evaluate(() => document.querySelector(".banner.operated[data-said=true]")?.textContent), "a word why not");
        if (await at() !== before) throw new Error(await at());
        return "this browser does not say";
      }
      await done(() => travel("back"));
      await until(async () => await at() === "", "back");
      await done(() => travel("forward"));
      await until(async () => await at() === "#after", "forward");
    });
    await check("taken back by Esc, held", async () => {
      await c.bringToFront();
      await c.keyboard.down("Escape");
      // Held down it comes again and again.
      await c.keyboard.down("Escape");
      await c.keyboard.up("Escape");
      await until(() => a.evaluate(() => document.querySelector("[data-tool=operate]").getAttribute("aria-pressed") === "false"), "the hand to be gone");
    });
    await check("taken back by Esc, twice", async () => {
      await a.bringToFront();
      await grant(both);
      await c.keyboard.press("Escape");
      await wait(100);
      await c.keyboard.press("Escape");
      await until(() => a.evaluate(() => document.querySelector("[data-tool=operate]").getAttribute("aria-pressed") === "false"), "the hand to be gone");
    });
    await check("a page that is loaded anew is not operated", async () => {
      await grant(both);
      await both.fresh("/");
      await until(() => a.evaluate(() => document.querySelector("[data-tool=operate]").getAttribute("aria-pressed") === "false"), "the hand to be gone");
    });
  });
}
