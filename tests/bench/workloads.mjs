const FRAMEWORKS = ["react", "vue", "svelte"];
// js-framework-benchmark's nine actions: name, what stands before, what is measured.
const ACTIONS = [
  ["create 1,000 rows", null, "table.create()"],
  ["replace all 1,000", "table.create()", "table.create()"],
  ["update every 10th of 1,000", "table.create()", "table.update()"],
  ["select a row, 10 times", "table.create()", "table.select()"],
  ["swap two rows, 10 times", "table.create()", "table.swap()"],
  ["remove a row, 10 times", "table.create()", "table.remove()"],
  ["create 10,000 rows", null, "table.create(10000)"],
  ["append 1,000 to 1,000", "table.create()", "table.append()"],
  ["clear 1,000 rows", "table.create()", "table.clear()"],
];
export const TABLES = FRAMEWORKS.flatMap((name) => ACTIONS.map(([action, before, run]) => ({ id: `${name}: ${action}`, what: "js-framework-benchmark", page: `/table-${name}`, before: before && `async () => { await ${before}; }`, run: `async () => { await ${run}; }` })));

// What runs in the page after the recorder has started and the page is quiet. Each returns a promise. Self-contained:
// they travel as source.
export const WORKLOADS = {
  P1: {
    what: "append 5,000 elements one by one in one task",
    run: () => { const s = document.getElementById("stage"); for (let i = 0; i < 5000; i++) { const d = document.createElement("div"); d.className = `item i${i % 10}`; d.textContent = `item ${i}`; s.append(d); } },
  },
  P2: {
    what: "1,000 inserts, each in a microtask of its own, 50 a frame",
    run: () => new Promise((done) => { const s = document.getElementById("stage"); let n = 0; const step = async () => { for (let i = 0; i < 50; i++) { await null; const d = document.createElement("div"); d.className = `item i${n % 10}`; d.textContent = `item ${n++}`; s.append(d); } if (n < 1000) requestAnimationFrame(step); else done(); }; requestAnimationFrame(step); }),
  },
  P3: {
    what: "shuffle 5,000 items in one task",
    before: () => { const s = document.getElementById("stage"); const ul = document.createElement("ul"); for (let i = 0; i < 5000; i++) { const li = document.createElement("li"); li.textContent = `item ${i}`; ul.append(li); } s.append(ul); },
    run: () => { const ul = document.querySelector("#stage ul"); const list = [...ul.children]; let x = 12345; const r = (n) => { x = (Math.imul(x, 1103515245) + 12345) >>> 0; return x % n; }; for (let i = list.length - 1; i > 0; i--) { const j = r(i + 1); [list[i], list[j]] = [list[j], list[i]]; } for (const li of list) ul.append(li); },
  },
  P4: {
    what: "remove 10,000 nodes one by one in one task",
    before: () => { const s = document.getElementById("stage"); for (let i = 0; i < 5000; i++) { const d = document.createElement("div"); d.className = `item i${i % 10}`; d.textContent = `item ${i}`; s.append(d); } },
    run: () => { const s = document.getElementById("stage"); while (s.firstChild) s.firstChild.remove(); },
  },
  P5: {
    what: "style.transform of 1,000 elements in each of 60 frames",
    before: () => { const s = document.getElementById("stage"); for (let i = 0; i < 1000; i++) { const d = document.createElement("div"); d.textContent = `box ${i}`; s.append(d); } },
    run: () => new Promise((done) => { const list = [...document.querySelectorAll("#stage > div")]; let f = 0; const step = () => { for (let i = 0; i < list.length; i++) list[i].style.transform = `translate(${(f * 7 + i) % 97}px,${(f * 3 + i) % 53}px)`; if (++f < 60) requestAnimationFrame(step); else done(); }; requestAnimationFrame(step); }),
  },
  P6: {
    what: "200 texts in each of 60 frames",
    before: () => { const s = document.getElementById("stage"); for (let i = 0; i < 200; i++) { const d = document.createElement("div"); d.textContent = "0.00"; s.append(d); } },
    run: () => new Promise((done) => { const list = [...document.querySelectorAll("#stage > div")].map((d) => d.firstChild); let f = 0; let x = 99; const r = () => { x = (Math.imul(x, 1664525) + 1013904223) >>> 0; return x / 2 ** 32; }; const step = () => { for (const t of list) t.data = (r() * 1000).toFixed(2); if (++f < 60) requestAnimationFrame(step); else done(); }; requestAnimationFrame(step); }),
  },
  P7: {
    what: "200 characters typed into a textarea, 4 a frame",
    run: () => new Promise((done) => { const t = document.querySelector("textarea"); let n = 0; const step = () => { for (let i = 0; i < 4; i++, n++) { t.value += "abcdefghij klmnop"[n % 17]; t.dispatchEvent(new Event("input", { bubbles: true })); } if (n < 200) requestAnimationFrame(step); else done(); }; requestAnimationFrame(step); }),
  },
  P8: {
    what: "500 mouse moves, 10 a frame",
    run: () => new Promise((done) => { let n = 0; const step = () => { for (let i = 0; i < 10; i++, n++) { const at = { bubbles: true, composed: true, clientX: 100 + (n * 7) % 900, clientY: 100 + (n * 3) % 500 }; const el = document.elementFromPoint(at.clientX, at.clientY) || document.body; el.dispatchEvent(new PointerEvent("pointermove", at)); el.dispatchEvent(new MouseEvent("mousemove", at)); } if (n < 500) requestAnimationFrame(step); else done(); }; requestAnimationFrame(step); }),
  },
  P9: {
    what: "js-framework-benchmark's sequence on a keyed table",
    run: async () => {
      const frame = () => new Promise((done) => requestAnimationFrame(() => done()));
      const s = document.getElementById("stage");
      const table = document.createElement("table");
      const body = document.createElement("tbody");
      table.append(body);
      s.append(table);
      let id = 1;
      const A = ["pretty", "large", "big", "small", "tall", "short", "long", "handsome", "plain", "quaint"];
      const row = () => { const tr = document.createElement("tr"); const cells = [String(id), `${A[id % 10]} ${A[(id * 7) % 10]} thing`, "x", ""]; for (const [n, c] of cells.entries()) { const td = document.createElement("td"); td.className = ["col-1", "col-4", "col-1", "col-6"][n]; if (n === 1 || n === 2) { const a = document.createElement("a"); a.textContent = c; td.append(a); } else td.textContent = c; tr.append(td); } id++; return tr; };
      const create = (n) => { const f = document.createDocumentFragment(); for (let i = 0; i < n; i++) f.append(row()); body.append(f); };
      create(1000); await frame();
      body.textContent = ""; create(1000); await frame();
      for (let i = 0; i < 1000; i += 10) body.children[i].querySelector("a").firstChild.data += " !!!"; await frame();
      body.children[4].className = "danger"; await frame();
      { const [a, b] = [body.children[1], body.children[998]]; const after = b.nextSibling; body.insertBefore(b, a); body.insertBefore(a, after); } await frame();
      body.children[5].remove(); await frame();
      create(1000); await frame();
      body.textContent = ""; await frame();
      create(10000); await frame();
      body.textContent = ""; await frame();
    },
  },
  P10: {
    what: "innerHTML of 2,000 nodes replaced in 20 frames, 4 texts differ each time",
    run: () => new Promise((done) => { const s = document.getElementById("stage"); let f = 0; const step = () => { s.innerHTML = Array.from({ length: 200 }, (_, i) => `<div class="card"><h3>card ${i}</h3><p>text ${i < 4 ? f * 4 + i : i}</p><a href="#c${i}">more</a><span>${i}</span></div>`).join(""); if (++f < 20) requestAnimationFrame(step); else done(); }; requestAnimationFrame(step); }),
  },
  R1: {
    what: "100 chains of 256 nested elements in one task",
    run: () => { const s = document.getElementById("stage"); for (let i = 0; i < 100; i++) { let at = s; for (let k = 0; k < 256; k++) { const d = document.createElement("div"); at.append(d); at = d; } } },
  },
  R2: {
    what: "1,000 chains of 10 with two attributes in one task",
    run: () => { const s = document.getElementById("stage"); for (let i = 0; i < 1000; i++) { let at = s; for (let k = 0; k < 10; k++) { const d = document.createElement("div"); d.className = `c${i % 7}`; d.title = `t${i} ${k}`; at.append(d); at = d; } } },
  },
  R3: {
    what: "add 10,000, clear, add 10,000 in one task",
    run: () => { const s = document.getElementById("stage"); for (let n = 0; n < 2; n++) { s.textContent = ""; for (let i = 0; i < 10_000; i++) s.append(document.createElement("div")); } },
  },
  R4: {
    what: "one chain of 1,000 in one task",
    run: () => { let at = document.getElementById("stage"); for (let k = 0; k < 1000; k++) { const d = document.createElement("div"); at.append(d); at = d; } },
  },
  R5: {
    what: "append 10,000 and move them in one task",
    run: () => { const s = document.getElementById("stage"); const [a, b] = [document.createElement("div"), document.createElement("div")]; s.append(a, b); const all = Array.from({ length: 10_000 }, () => { const d = document.createElement("div"); a.append(d); return d; }); for (const d of all) b.append(d); },
  },
  R6: {
    what: "classList.add on 10,000 elements in one task",
    before: () => { const s = document.getElementById("stage"); for (let i = 0; i < 10_000; i++) s.append(document.createElement("div")); },
    run: () => { for (const d of document.getElementById("stage").children) d.classList.add("on"); },
  },
};
