// What only the customer may press, whatever an agent tries: every way to press × every way to keep it × every trick of a page,
// and random sequences. Checked by what actually fired in the page.
import { between } from "../lib/between.mjs";
import { wait } from "../lib/browsers.mjs";
import * as S from "../lib/session.mjs";
import { POLICY, grant } from "./21-control.mjs";

// Random acts a browser in each run; `--sequences N` plays others.
const SEQUENCES = process.argv.includes("--sequences") ? Number(process.argv[process.argv.indexOf("--sequences") + 1]) : 4_000;

const PART = 1_000;
const PART_KINDS = 4;

const PAGE = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Kept</title><style>body{font:16px sans-serif;margin:8px}#stage{min-height:200px}</style></head><body><div id="stage"></div><p id="ok-place"></p></body></html>`;

// Runs in the page. G marks what only the customer may press; what fires on it, or is sent by it, is counted.
function matrix({ kinds, sequences, seed }) {
  const stage = document.getElementById("stage");
  const D = { PRESS: 1, DOUBLE: 2, TEXT: 3, KEY: 4, SELECT: 5 };
  let pressed = 0;
  let fired = "";
  let allowed = 0;
  const el = (html) => { const t = document.createElement("template"); t.innerHTML = html.trim(); return t.content.firstElementChild; };
  const watch = (one) => { for (const type of one.localName === "form" ? ["submit"] : ["click", "mousedown", "pointerdown", "change"]) one.addEventListener(type, (e) => { if (e.type === "change" && e.target !== one) return; pressed++; fired = `${e.type} ${e.isTrusted} on ${e.target.outerHTML.slice(0, 90)} in ${one.outerHTML.slice(0, 90)}`; if (e.type === "submit") e.preventDefault(); }); return one; };
  // How an element comes to be the customer's alone.
  const KEEPS = {
    selector: (one) => one.setAttribute("data-only", ""),
    "its name": (one) => { if (one.localName === "input") { if (/^(submit|button)$/.test(one.type)) one.value = "Pay now"; else one.setAttribute(one.type === "image" ? "alt" : "aria-label", "Pay now"); } else if (one.localName === "select" || one.querySelector("*")) one.setAttribute("aria-label", "  PAY   now! "); else one.textContent = "» Pay  NOW"; },
    "what it stands in": (one, place) => place.setAttribute("data-only", ""),
    "an aria-label in French": (one) => one.setAttribute("aria-label", "Supprimer le compte"),
    "another element's words": (one, place) => { const root = one.getRootNode(); (root.host ? root : root === document || !root.body ? place : root.body).append(el("<span id=words>Ik ga akkoord</span>")); one.setAttribute("aria-labelledby", "words"); },
  };
  // What is pressed: how it is made, and what an agent would try on it. `by` is what the agent acts on.
  const KINDS = {
    button: () => ({ one: el("<button type=button>go</button>") }),
    "button with a child": () => { const one = el("<button type=button><b><i>go</i></b></button>"); return { one, by: one.querySelector("i") }; },
    link: () => ({ one: el("<a href='#x'>go</a>") }),
    "element that listens": () => ({ one: el("<div role=button tabindex=0>go</div>") }),
    checkbox: () => ({ one: el("<input type=checkbox>") }),
    radio: () => ({ one: el("<input type=radio>") }),
    list: () => ({ one: el("<select><option>a<option>b</select>"), deeds: ["select"] }),
    summary: () => { const d = el("<details><summary>go</summary>more</details>"); return { root: d, one: d.firstElementChild }; },
    "label of a checkbox": () => { const p = el("<p><label for=cb>the box</label><input type=checkbox id=cb></p>"); return { root: p, one: p.querySelector("input"), by: p.querySelector("label") }; },
    "label around one": () => { const l = el("<label>the box <input type=checkbox></label>"); return { root: l, one: l.querySelector("input"), by: l }; },
    submit: () => { const f = el("<form><input name=q value=a><button>go</button></form>"); return { root: f, one: f.querySelector("button"), form: f }; },
    "submit input": () => { const f = el("<form><input type=submit value=go></form>"); return { root: f, one: f.querySelector("input"), form: f }; },
    "image button": () => { const f = el("<form><input type=image alt=go width=40 height=20></form>"); return { root: f, one: f.querySelector("input"), form: f }; },
    "button of a form elsewhere": () => { const p = el("<div><form id=ff><input name=q></form><button form=ff>go</button></div>"); return { root: p, one: p.querySelector("button"), form: p.querySelector("form") }; },
    "Enter in a field": () => { const f = el("<form><input name=q value=a><button>go</button></form>"); return { root: f, one: f.querySelector("button"), by: f.querySelector("input"), form: f, deeds: ["enter"] }; },
    "Enter with a button elsewhere": () => { const p = el("<div><button form=f3>go</button><form id=f3><input name=q></form></div>"); return { root: p, one: p.querySelector("button"), by: p.querySelector("input"), form: p.querySelector("form"), deeds: ["enter"] }; },
    "in an open shadow root": () => { const h = el("<div></div>"); const one = el("<button type=button>go</button>"); h.attachShadow({ mode: "open" }).append(one); return { root: h, one, by: one }; },
    "in a closed shadow root": () => { const h = el("<div></div>"); const one = el("<button type=button>go</button>"); h.attachShadow({ mode: "closed" }).append(one); return { root: h, one, by: one }; },
    slotted: () => { const h = el("<div><button type=button>go</button></div>"); h.attachShadow({ mode: "open" }).innerHTML = "<slot></slot>"; return { root: h, one: h.firstElementChild }; },
    "in SVG": () => { const s = el("<svg width=60 height=30><a href='#x'><rect width=60 height=30></rect></a></svg>"); return { root: s, one: s.querySelector("a"), by: s.querySelector("rect") }; },
    "input button": () => ({ one: el("<input type=button value=go>") }),
    "link around a picture": () => { const one = el("<a href='#x'><img alt=go width=30 height=20></a>"); return { one, by: one.firstElementChild }; },
    "custom element": () => ({ one: el("<x-button tabindex=0 style='display:inline-block'>go</x-button>") }),
    "in a frame": () => { const root = el("<iframe style='height:60px'></iframe>"); stage.append(root); const one = root.contentDocument.createElement("button"); one.type = "button"; one.textContent = "go"; root.contentDocument.body.append(one); return { root, one, isThere: true }; },
    "popover button": () => { const p = el("<div><button type=button popovertarget=pp>go</button><div id=pp popover>more</div></div>"); return { root: p, one: p.querySelector("button") }; },
  };
  // What a page, or chance, does to make another thing of it: before it is read, between request and execution, in the midst.
  const TRICKS = {
    plainly: () => {},
    "by a press on another that clicks it": ({ one }) => other((b) => b.addEventListener("click", () => one.click())),
    "… in a task": ({ one }) => other((b) => b.addEventListener("click", () => setTimeout(() => one.click(), 0))),
    "… in a promise": ({ one }) => other((b) => b.addEventListener("click", () => Promise.resolve().then(() => one.click()))),
    "… by an event": ({ one }) => other((b) => b.addEventListener("mousedown", () => one.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true })))),
    "… that cannot be heard from outside": ({ one }) => other((b) => b.addEventListener("click", () => one.dispatchEvent(new MouseEvent("click", { cancelable: true })))),
    "… by sending the form": ({ form }) => form ? other((b) => b.addEventListener("click", () => form.requestSubmit())) : null,
    "… by the form's own submit": ({ form }) => { if (!form) return null; form.addEventListener("formdata", () => { pressed++; }); form.target = "nowhere"; return other((b) => b.addEventListener("click", () => { form.action = "about:blank"; form.submit(); })); },
    "put under the pointer in mid-press": ({ one, root }) => other((b) => b.addEventListener("pointerdown", () => b.replaceWith(root ?? one))),
    "its mark taken away before": ({ one, place }) => ({ before: () => { one.removeAttribute("data-only"); place.removeAttribute("data-only"); one.removeAttribute("aria-label"); one.removeAttribute("aria-labelledby"); } }),
    "its mark taken away in mid-press": ({ one, by, place }) => { (by ?? one).addEventListener("pointerover", () => { one.removeAttribute("data-only"); place.removeAttribute("data-only"); }); return null; },
    "moved elsewhere before": ({ root, one }) => ({ before: () => document.getElementById("ok-place").append(root ?? one) }),
    "with something over it": ({ place }) => { place.style.position = "relative"; const over = el("<div style='position:absolute;inset:0'></div>"); place.append(over); return { by: over }; },
  };
  let clicked = 0;
  function other(arm) { const b = el("<button type=button>another</button>"); b.addEventListener("click", () => { clicked++; }); arm(b); stage.append(b); return { by: b }; }

  // How often acts were answered how.
  const answers = {};
  const act = (one, deed, text = "", x = 0) => { const answer = window.__besideAct(one, deed, 32768, 32768, text, x, 0); answers[answer] = (answers[answer] ?? 0) + 1; return answer; };
  const tries = (by, deeds) => {
    for (const deed of deeds) {
      const r = deed === "press" ? act(by, D.PRESS) : deed === "double" ? act(by, D.DOUBLE) : deed === "enter" ? act(by, D.KEY, "Enter") : deed === "space" ? act(by, D.TEXT, " ") : act(by, D.SELECT, "", 1);
      if (r === 0) allowed++;
    }
  };
  const failures = [];
  let cases = 0;
  // Pages answer in tasks of their own; what they do then counts as well.
  const pause = () => new Promise((done) => setTimeout(done, 2));
  // Changes are heard of before the next act, and read with it.
  const known = async () => { await null; for (let n = 0; n < 200 && act(stage, D.TEXT, "x") === 2; n++) await pause(); };
  const clear = () => { stage.textContent = ""; document.getElementById("ok-place").textContent = ""; };

  async function run() {
    for (const [kind, make] of Object.entries(KINDS).slice(...kinds)) for (const [keep, mark] of Object.entries(KEEPS)) for (const [trick, play] of Object.entries(TRICKS)) for (const deeds of [["press"], ["double"], ["enter"], ["space", "press"]]) {
      clear();
      stage.removeAttribute("data-only");
      const made = make();
      const list = made.deeds ?? deeds;
      if (made.deeds && deeds[0] !== "press" || made.isThere && /moved elsewhere|under the pointer|something over|what it stands/.test(`${trick} ${keep}`)) continue;
      // A frame that is moved is loaded anew.
      const place = made.isThere ? stage : el("<div></div>");
      if (!made.isThere) { place.append(made.root ?? made.one); stage.append(place); }
      watch(made.one);
      if (made.form) watch(made.form);
      mark(made.one, place);
      await known();
      pressed = 0;
      const tricked = play({ ...made, place }) ?? {};
      if (trick !== "plainly" && trick.startsWith("…") && !tricked.by) continue;
      await known();
      tricked.before?.();
      tries(tricked.by ?? made.by ?? made.one, list);
      await pause();
      cases++;
      if (pressed) { failures.push(`${kind}, kept by ${keep}, ${trick}, ${list.join("+")}: ${pressed}`); if (failures.length > 20) return; }
    }
  }

  // Random pages and random acts, among them things that anybody may press.
  let state = seed;
  const random = (n) => { state = (Math.imul(state, 1664525) + 1013904223) >>> 0; return Math.floor((state / 4294967296) * n); };
  const pick = (list) => list[random(list.length)];
  let free = 0;
  async function sequence() {
    const log = [];
    for (let n = 0; n < sequences; n++) {
      if (n % 40 === 0) {
        clear();
        log.length = 0;
        for (let k = 0; k < 4; k++) {
          const made = pick(Object.values(KINDS))();
          if (made.isThere) { made.root.remove(); continue; }
          const place = el("<div></div>");
          place.append(made.root ?? made.one);
          stage.append(place);
          watch(made.one);
          if (made.form) watch(made.form);
          pick(Object.values(KEEPS))(made.one, place);
        }
        const b = el("<button type=button>free</button>");
        b.addEventListener("click", () => { free++; });
        stage.prepend(b);
        stage.append(el("<p><input name=t> <textarea></textarea></p>"));
        await known();
        pressed = 0;
      }
      // What the page changed is heard of in a task of its own, as it is between two acts of an agent.
      await null;
      const all = [...stage.querySelectorAll("*")];
      const one = pick(all);
      const what = random(12);
      log.push(`${what} ${one.localName}`);
      if (what < 5) act(one, D.PRESS);
      else if (what === 5) act(one, D.KEY, pick(["Enter", "Tab", "Escape", "ArrowDown"]));
      else if (what === 6) act(one, D.TEXT, pick(["a", " ", "42"]));
      else if (what === 7) act(one, D.SELECT, "", random(3));
      else if (what === 8) one.removeAttribute(pick(["data-only", "aria-label", "form", "id"]));
      else if (what === 9) { const to = pick(all); if (!one.contains(to) && !/^(select|input|option|textarea|svg|rect)$/.test(to.localName)) to.append(one); }
      else if (what === 10) act(one, D.DOUBLE);
      else one.dispatchEvent(new MouseEvent("mouseover", { bubbles: true }));
      if (n % 8 === 7) await pause();
      if (pressed) { failures.push(`sequence at ${n}: ${log.slice(-6).join(", ")}: ${fired}`); if (failures.length > 20) return; pressed = 0; }
    }
  }
  return run().then(() => { const done = { cases, allowed, clicked }; return sequence().then(() => ({ ...done, sequences, free, failures, answers, kinds: Object.keys(KINDS).length })); });
}

export async function run({ check, say, ...players }) {
  await between(players, { pages: { "/": PAGE }, policy: POLICY }, async (both) => {
    const { c, connect } = both;
    await connect("/");
    await grant(both);
    await wait(200);
    await check("the customer's alone, whatever is tried: what fired in the page", async () => {
      const seed = Number(process.env.SEED ?? 20_261_130);
      let answers = {};
      const sums = { cases: 0, clicked: 0, free: 0, sequences: 0 };
      // In parts: a driver waits a minute at most.
      let left = SEQUENCES;
      for (let n = 0, all = 1; n < all || left > 0; n += PART_KINDS) {
        const found = await c.evaluate(matrix, { kinds: [n, n + PART_KINDS], sequences: Math.max(0, Math.min(left, PART)), seed: seed + n });
        if (found.failures.length) throw new Error(`${found.failures.length} with seed ${seed + n}:\n${found.failures.join("\n")}`);
        for (const name of Object.keys(sums)) sums[name] += found[name];
        answers = found.answers;
        all = found.kinds;
        left -= PART;
      }
      if (!sums.clicked || !sums.free) throw new Error(`too little was ever allowed (${sums.clicked}, ${sums.free}, answers ${JSON.stringify(answers)}): this proves nothing`);
      if (sums.cases < 4_500) throw new Error(`only ${sums.cases} cases`);
      return `${sums.cases} cases, ${sums.sequences} random acts, 0 presses; of what anybody may press ${sums.clicked} and ${sums.free} were done`;
    });
    await S.settled(c, both.a, 20_000).catch(() => {});
  });
}
