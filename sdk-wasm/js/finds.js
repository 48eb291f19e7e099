// Texts that a detector of the policy hits, also where what it looks for is split over several of them. What counts as a hit
// is decided in Rust; here is only what stands in one line with what.
import { firstOf, lastOf, nameOf, nextOf, parentOf, previousElementOf, previousOf, typeOf } from "./dom.js";

// As policies::detect::Needs.
const NOTHING = 0;
const TEXT = 2;
const SIGN = /[\d@]|[^\0-\x7f]/;
// Elements that stand within a line; those with a hyphen are taken for such, too.
const INLINE = new Set("a abbr b bdi bdo big br cite code data del dfn em font i ins kbd label mark output q rb rt ruby s samp small span strike strong sub sup time tspan textpath tt u var wbr".split(" "));
// They are not drawn.
const HOLLOW = new Set(["script", "style", "template", "noscript"]);
// Characters that a date may be away from the word that says whose it is, in the block before.
const NEAR = 48;
// Blocks that one reading searches again.
const AT_ONCE = 300;

const isInline = (node) => { if (typeOf.call(node) !== 1) return false; const name = String(nameOf.call(node)).toLowerCase(); return INLINE.has(name) || name.includes("-"); };

export class Finds {
  // find: a text → [start, end]* of what is found in it.
  constructor(reader) {
    this.c = reader;
    this.needs = NOTHING;
    // Something hidden is remembered. One text by itself is asked about in Rust anyway.
    this.hasEchoes = false;
    this.find = null;
    this.found = new WeakSet();
    this.isSome = false;
    this.searched = new Set();
    // Blocks with lines of several texts, and those of them that are to be searched again.
    this.lines = new Set();
    this.backlog = new Set();
    this.stirred = new Set();
  }

  set(needs, find) { this.needs = needs; this.find = find; }

  // To be called at the beginning of each reading: what was searched before may read otherwise now.
  begin() { this.searched.clear(); }

  // More is looked for than when lines were searched: those of this reading are searched again at once, the others in turn.
  again() {
    this.hasEchoes = true;
    const now = [...this.searched];
    this.begin();
    for (const holder of now) this.search(holder);
    for (const holder of this.lines) this.backlog.add(holder);
  }

  forget(node) { this.lines.delete(node); this.backlog.delete(node); }

  // Children of a node have come or gone: what was found around them may be found no more.
  stir(node) { if (this.isSome) this.stirred.add(node); }

  // Searches again where something was stirred.
  read() {
    for (const node of this.stirred) if (this.c.ids.has(node)) this.search(this.holderOf(node));
    this.stirred.clear();
    let left = AT_ONCE;
    for (const holder of this.backlog) {
      if (!left--) { this.c.schedule(); break; }
      this.backlog.delete(holder);
      this.search(holder);
    }
  }

  // Whether a detector hits a text.
  hits(text) {
    const holder = parentOf.call(text);
    const isAlone = !holder || !isInline(holder) && firstOf.call(holder) === text && !nextOf.call(text);
    const block = isAlone ? null : this.holderOf(holder);
    if (block) this.lines.add(block);
    if (this.needs === NOTHING && !this.hasEchoes) return false;
    if (block) this.search(block); else this.run([text], text.data, [0], holder);
    return this.found.has(text);
  }

  // The block that a node stands in, or that it is.
  holderOf(node) {
    while (isInline(node)) { const above = parentOf.call(node); if (!above) break; node = above; }
    return node;
  }

  // Searches the lines that stand in a block themselves.
  search(holder) {
    if (this.searched.has(holder)) return;
    this.searched.add(holder);
    let texts = [];
    let starts = [];
    let joined = "";
    const end = () => { if (texts.length) this.run(texts, joined, starts, holder); texts = []; starts = []; joined = ""; };
    // What is open: where to go on behind each inline element.
    const stack = [];
    let at = firstOf.call(holder);
    while (at || stack.length) {
      if (!at) { at = stack.pop(); continue; }
      const type = typeOf.call(at);
      const next = nextOf.call(at);
      if (type === 3 || type === 4) { texts.push(at); starts.push(joined.length); joined += at.data; }
      else if (type === 1 && at !== this.c.own) {
        if (HOLLOW.has(nameOf.call(at))) { at = next; continue; }
        if (!isInline(at)) end();
        else if (nameOf.call(at) === "br") joined += "\n";
        else { const first = firstOf.call(at); if (first) { stack.push(next); at = first; continue; } }
      }
      at = next;
    }
    end();
  }

  run(texts, joined, starts, holder) {
    const ranges = this.needs === TEXT || this.hasEchoes && texts.length > 1 || this.needs !== NOTHING && SIGN.test(joined) ? this.rangesIn(joined, holder) : [];
    for (let i = 0; i < texts.length; i++) {
      const text = texts[i];
      let is = false;
      const [from, to] = [starts[i], starts[i] + text.data.length];
      for (let r = 0; r < ranges.length && !is; r += 2) is = ranges[r] < to && from < ranges[r + 1];
      if (is === this.found.has(text)) continue;
      if (is) { this.found.add(text); this.isSome = true; } else this.found.delete(text);
      // It was told as it was before.
      if (this.c.ids.has(text)) this.c.texts.add(text);
    }
  }

  // A date may have its word in the block before.
  rangesIn(joined, holder) {
    if (!/\d{4}/.test(joined) || joined.length > 200) return this.find(joined);
    let before = null;
    for (let at = holder, n = 0; at && !before && n < 2; at = parentOf.call(at), n++) if (typeOf.call(at) === 1) before = previousElementOf.call(at);
    let tail = "";
    // Its last text, not all that is in it.
    for (let at = before, n = 0; at && !tail && n < 50; n++) {
      if (typeOf.call(at) === 3) tail = at.data.trim().slice(-NEAR);
      const last = lastOf.call(at);
      if (last) { at = last; continue; }
      while (at && at !== before && !previousOf.call(at)) at = parentOf.call(at);
      at = at && at !== before ? previousOf.call(at) : null;
    }
    const alone = this.find(joined);
    if (!tail) return alone;
    // A sign that no number, name or address goes on across.
    const shift = tail.length + 3;
    return [...alone, ...this.find(`${tail}\n|\n${joined}`).map((at) => Math.max(0, at - shift))];
  }
}
