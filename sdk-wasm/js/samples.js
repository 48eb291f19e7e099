// Where some of the elements in view lie, so that the agent's browser can tell whether it lays the page out alike.
import { boxOf } from "./dom.js";

const [COLUMNS, ROWS] = [4, 3];
// Each engine draws these itself and gives them a size of its own; the agent's gives them the customer's.
const CONTROLS = "input,select,textarea,button,progress,meter";
// How many are told, and how many looked at.
const [MOST, LOOKS] = [48, 400];
// Milliseconds from one look to the next.
const EVERY = 900;

export class Samples {
  constructor(capture) {
    this.c = capture;
    this.last = -Infinity;
    this.isLooking = false;
  }

  // Gives [id, left, top, width, height]* in quarters of a pixel, of elements that lay still for two frames.
  take(done) {
    const { native } = this.c;
    const due = Math.max(0, this.last + EVERY - performance.now());
    if (this.isLooking || document.visibilityState !== "visible") return;
    this.isLooking = true;
    // A page may have put anything in place of what is called here; then nothing is told.
    const frame = (f) => native.requestAnimationFrame(() => native.setTimeout(() => { try { f(); } catch { this.isLooking = false; } }, 0));
    native.setTimeout(() => frame(() => {
      if (!this.c.running) return;
      const first = this.look();
      frame(() => {
        this.isLooking = false;
        this.last = performance.now();
        // What was scrolled and not told yet lies elsewhere there.
        if (!this.c.running || this.c.scrolled.size) return;
        const out = [];
        for (const [el, before] of first) {
          const now = this.place(el);
          if (now && now.every((v, i) => v === before[i])) out.push(this.c.ids.get(el), ...now);
        }
        done(Int32Array.from(out));
      });
    }), due);
  }

  // What lies under a grid of points that shifts from look to look.
  look() {
    const found = new Map();
    const moving = new Set();
    // Where a field is as long as what is typed into it, places tell how long that is.
    for (const el of this.c.tracked.keys()) if (getComputedStyle(el).fieldSizing === "content") return found;
    for (const animation of document.getAnimations()) if (animation.playState === "running") moving.add(animation.effect?.target);
    const [dx, dy] = [Math.random(), Math.random()];
    for (let i = 0; i < COLUMNS * ROWS; i++) {
      const el = this.at(document, ((i % COLUMNS) + dx) * innerWidth / COLUMNS, (Math.floor(i / COLUMNS) + dy) * innerHeight / ROWS);
      const place = el && !found.has(el) && !this.moves(el, moving) && this.place(el);
      if (place) found.set(el, place);
    }
    const controls = [...document.querySelectorAll(CONTROLS)].slice(0, LOOKS).map((el) => [el, this.place(el)]);
    // Those in view first.
    const isAway = ([, place]) => Number(place[1] / 4 > scrollY + innerHeight || (place[1] + place[3]) / 4 < scrollY);
    const due = controls.filter(([el, place]) => place?.[2] && !found.has(el) && !this.moves(el, moving)).sort((a, b) => isAway(a) - isAway(b));
    for (const [el, place] of due.slice(0, MOST)) found.set(el, place);
    return found;
  }
  at(root, x, y) {
    const el = root.elementFromPoint(x, y);
    if (!el || el === this.c.own || el === root.host) return null;
    const shadow = this.c.shadowOf(el);
    if (shadow) return this.at(shadow, x, y) || el;
    const inner = this.c.frameOf(el);
    if (!inner) return el;
    const box = boxOf.call(el);
    return this.at(inner, x - box.left - el.clientLeft, y - box.top - el.clientTop) || el;
  }
  moves(el, moving) {
    for (let at = el; at && moving.size; at = at.parentNode || at.host) if (moving.has(at)) return true;
    return false;
  }
  place(el) {
    const win = el.ownerDocument.defaultView;
    if (!win || !this.c.ids.has(el)) return null;
    const { left, top, width, height } = boxOf.call(el);
    return [left + win.scrollX, top + win.scrollY, width, height].map((v) => Math.round(v * 4));
  }
}
