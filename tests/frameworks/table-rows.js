// The nine actions of js-framework-benchmark on a keyed table. What they change is the framework's to show.
const ADJECTIVES = ["pretty", "large", "big", "small", "tall", "short", "long", "handsome", "plain", "quaint", "clean", "elegant", "easy", "angry", "crazy", "helpful"];
const COLOURS = ["red", "yellow", "blue", "green", "pink", "brown", "purple", "white", "black", "orange"];
const NOUNS = ["table", "chair", "house", "desk", "car", "pony", "cookie", "sandwich", "burger", "pizza", "mouse", "keyboard"];

let last = 0;
let seed = 7;
const pick = (list) => { seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0; return list[Math.floor((seed / 2 ** 32) * list.length)]; };
const made = (n) => Array.from({ length: n }, () => ({ id: ++last, label: `${pick(ADJECTIVES)} ${pick(COLOURS)} ${pick(NOUNS)}` }));

// show(rows, selected): puts that into the page at once.
export function table(show) {
  let rows = [];
  let selected = 0;
  const set = (next) => { rows = next; show(rows, selected); };
  const frame = () => new Promise((done) => requestAnimationFrame(() => done()));
  // One a frame, ten times: once alone is too little to be told from noise.
  const often = async (f) => { for (let n = 0; n < 10; n++) { f(n); await frame(); } };
  window.table = {
    create: (n = 1000) => set(made(n)),
    append: (n = 1000) => set([...rows, ...made(n)]),
    update: () => set(rows.map((row, n) => (n % 10 ? row : { ...row, label: `${row.label} !!!` }))),
    select: () => often((n) => { selected = rows[n + 1].id; show(rows, selected); }),
    swap: () => often(() => { const next = [...rows]; [next[1], next[998]] = [next[998], next[1]]; set(next); }),
    remove: () => often(() => set(rows.filter((_, n) => n !== 4))),
    clear: () => set([]),
  };
}
