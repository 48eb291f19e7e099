// Style sheets: which stand in which root, in which order, with which rules. Lists and counts are compared at every
// flush, rule texts in rotation; what changed travels as a replacement of rules.
import { R } from "./records.js";
import { heed } from "./state.js";
import * as Sources from "./sources.js";

// Rules whose text is compared in one turn of the slow clock, and how many milliseconds that may take.
const TURN = 400;
const TURN_TIME = 4;
// Characters of new sheets that one slice reads; a sheet is read whole.
const SLICE = 60_000;
// Rules as browsers write them out have addresses in one form.
const ADDRESS = /url\("((?:[^"\\]|\\.)*)"\)/g;
const absolute = (text, base) => text.replace(ADDRESS, (whole, address) => {
  if (address.startsWith("#")) return whole;
  try { return `url("${new URL(address.replace(/\\(["\\])/g, "$1"), base).href.replace(/["\\]/g, "\\$&")}")`; } catch { return whole; }
});
const hash = (text) => { let h = text.length; for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193); return h; };

export class Sheets {
  constructor(capture) {
    this.c = capture;
    this.ids = new WeakMap();
    this.next = 1;
    // Root → the id it was told under, and its sheets; those that have stood on a list.
    this.lists = new Map();
    this.listed = new Set();
    this.isSettled = true;
    this.copies = new Map();
    this.turn = [0, 0];
    this.edited = new Set();
    this.wasOff = new WeakSet();
    // Fonts that script made.
    this.faces = null;
    this.faceCount = 0;
    this.faceText = "";
    this.ownAddresses = [];
    this.faceAddresses = new WeakMap();
    // Whether sheets are still to be read; nodes wait for them, so that nobody sees a page without its styles.
    this.isBehind = false;
  }
  reset() { this.lists.clear(); this.listed.clear(); this.ids = new WeakMap(); this.edited.clear(); this.isBehind = false; }
  stop() { for (const address of this.ownAddresses) URL.revokeObjectURL(address); this.ownAddresses = []; }

  of(root) {
    const out = [];
    for (const s of root.styleSheets || []) if (this.counts(s) && this.isThere(s)) out.push(s);
    for (const s of root.adoptedStyleSheets || []) if (!s.disabled) out.push(s);
    if (root === document && this.facesText()) out.push(this.faces);
    return out;
  }
  // An alternate sheet counts only once somebody switched it on; browsers differ in what they call disabled.
  counts(sheet) {
    if (sheet.disabled) { this.wasOff.add(sheet); return false; }
    return !(sheet.title && sheet.ownerNode?.relList?.contains("alternate")) || this.wasOff.has(sheet);
  }
  // Fonts that script made are in no sheet; they get one of ours, which only the agent's browser uses.
  facesText() {
    const { fontSources } = this.c.native;
    if (document.fonts.size !== this.faceCount) {
      this.faceCount = document.fonts.size;
      let text = "";
      for (const face of document.fonts) {
        const source = fontSources.get(face);
        if (!source) continue;
        if (!this.faceAddresses.has(face)) this.faceAddresses.set(face, typeof source === "string" ? source : `url("${this.addressOf(source)}")`);
        text += `@font-face{font-family:${face.family};src:${this.faceAddresses.get(face)};font-style:${face.style};font-weight:${face.weight};font-stretch:${face.stretch};unicode-range:${face.unicodeRange}}`;
      }
      if (text !== this.faceText) { this.faceText = text; this.faces = new CSSStyleSheet(); this.faces.replaceSync(text); }
    }
    return this.faceText;
  }
  addressOf(bytes) { const address = URL.createObjectURL(new Blob([bytes])); this.ownAddresses.push(address); return address; }
  // A linked sheet that is new waits a moment for its text.
  isThere(sheet) {
    const href = Sources.hrefOf(sheet);
    if (!href || this.ids.has(sheet) || Sources.isKnown(href)) return true;
    Sources.load(href, () => this.c.schedule());
    return !Sources.isWaiting(href);
  }

  // What cannot be read is read again in CORS mode, which most hosts allow.
  rulesOf(sheet) {
    try { return sheet.cssRules; } catch { /* Another origin's, without `crossorigin`. */ }
    const { href } = sheet;
    if (!this.copies.has(href)) {
      if (!Sources.isKnown(href)) { Sources.load(href, () => this.c.schedule()); return null; }
      const text = Sources.textOf(href);
      if (text === null) return null;
      const copy = new CSSStyleSheet();
      copy.replaceSync(text);
      this.copies.set(href, copy);
    }
    return this.copies.get(href).cssRules;
  }

  changed() {
    for (const root of this.c.roots.keys()) {
      const known = this.lists.get(root)?.sheets;
      const now = this.of(root);
      if (!known || known.length !== now.length) return true;
      for (let i = 0; i < now.length; i++) if (now[i] !== known[i] || this.differs(now[i])) return true;
    }
    return this.edited.size > 0;
  }
  differs(sheet) {
    const known = this.ids.get(sheet);
    const rules = this.rulesOf(sheet);
    const n = rules ? rules.length : 0;
    return !known || known.count !== n || n > 0 && (known.first !== rules[0] || known.last !== rules[n - 1])
      || known.media !== sheet.media.mediaText || this.edited.has(sheet);
  }

  // Edits of single rules make no record and change no count. One turn of the slow clock: some rules are compared.
  rotate() {
    const all = new Set();
    for (const { sheets } of this.lists.values()) for (const s of sheets) all.add(s);
    const sheets = [...all];
    let left = TURN;
    const end = performance.now() + TURN_TIME;
    for (let n = 0; n < sheets.length && left > 0; n++) {
      if (this.turn[0] >= sheets.length) this.turn = [0, 0];
      const sheet = sheets[this.turn[0]];
      const known = this.ids.get(sheet);
      const rules = this.rulesOf(sheet);
      if (!known || !rules) { this.turn = [this.turn[0] + 1, 0]; continue; }
      known.hashes ||= [];
      let i = this.turn[1];
      for (; i < rules.length && left > 0; i++, left--) {
        if (left % 50 === 0 && performance.now() > end) { left = 0; break; }
        const h = hash(rules[i].cssText);
        if (known.hashes[i] === undefined) known.hashes[i] = h;
        else if (known.hashes[i] !== h) { known.hashes[i] = h; (known.edits ||= []).push(i); this.edited.add(sheet); Sources.spoil(sheet); }
      }
      this.turn = i >= rules.length ? [this.turn[0] + 1, 0] : [this.turn[0], i];
    }
    return this.edited.size > 0;
  }

  // Before a reading: what stood on no list any more when the last message ended is forgotten, as the mirror has done; one
  // that comes back is told anew.
  settle() {
    for (const [root, { id }] of this.lists) if (!this.c.nodes.isTold(id)) { this.lists.delete(root); this.isSettled = false; }
    if (this.isSettled) return;
    this.isSettled = true;
    const on = new Set();
    for (const { sheets } of this.lists.values()) for (const s of sheets) on.add(s);
    for (const s of this.listed) if (!on.has(s)) { this.listed.delete(s); this.ids.delete(s); }
  }

  read() {
    const before = this.c.chars;
    this.isBehind = false;
    this.settle();
    for (const root of this.c.roots.keys()) {
      const rootId = this.c.ids.get(root);
      if (rootId === undefined) continue;
      const now = this.of(root);
      for (const sheet of now) {
        if (!this.differs(sheet)) continue;
        // Only what is new waits: sheets that change for ever must not hold up the rest.
        if (!this.ids.has(sheet) && this.c.chars - before > SLICE) { this.isBehind = true; return; }
        this.sheet(sheet, root);
      }
      const known = this.lists.get(root);
      // One that was read again has no list yet.
      if (known?.id !== rootId || known.sheets.length !== now.length || now.some((s, i) => s !== known.sheets[i])) {
        this.lists.set(root, { id: rootId, sheets: now });
        for (const s of now) this.listed.add(s);
        this.isSettled = false;
        this.c.n.push(R.SHEETS, rootId, now.length, ...now.map((s) => this.ids.get(s).id));
      }
    }
    this.edited.clear();
  }

  sheet(sheet, root) {
    const live = this.rulesOf(sheet);
    const count = live ? live.length : 0;
    const base = sheet.href || root.baseURI || document.baseURI;
    const media = sheet.media.mediaText;
    const known = this.ids.get(sheet);
    const edits = known?.edits || [];
    const ends = { count, first: live?.[0], last: live?.[count - 1], media, hashes: known?.count === count ? known.hashes : null, edits: null };
    if (!known || known.media !== media || known.isSource) {
      const id = known ? known.id : this.next++;
      const text = known && known.media === media ? null : this.source(sheet, live);
      const rules = text === null ? [...(live || [])] : null;
      this.ids.set(sheet, { id, ...ends, rules, isSource: text !== null });
      this.c.n.push(R.SHEET, id);
      this.c.str(media); this.c.str(base); this.c.str(text ?? "");
      if (text) heed(this.c, text);
      if (rules) this.rules(id, base, 0, 0, rules);
      return;
    }
    const rules = [...(live || [])];
    let head = 0;
    const old = known.rules;
    while (head < old.length && head < rules.length && old[head] === rules[head]) head++;
    let tail = 0;
    while (tail < old.length - head && tail < rules.length - head && old[old.length - 1 - tail] === rules[rules.length - 1 - tail]) tail++;
    this.rules(known.id, base, head, old.length - head - tail, rules.slice(head, rules.length - tail));
    for (const i of edits) if (i < rules.length) this.rules(known.id, base, i, 1, [rules[i]]);
    Object.assign(known, ends, { rules });
  }

  // The text a sheet was written with, where its rules are still those.
  source(sheet, rules) {
    const href = Sources.hrefOf(sheet);
    const text = href ? Sources.textOf(href) : sheet.ownerNode?.localName === "style" ? sheet.ownerNode.textContent : null;
    return text && rules?.length && Sources.isText(sheet, text, rules) ? text : null;
  }

  rules(id, base, index, removed, inserted) {
    if (!removed && !inserted.length) return;
    this.c.n.push(R.RULES, id, index, removed, inserted.length);
    this.c.str(base);
    for (const rule of inserted) {
      const text = this.text(rule);
      heed(this.c, text);
      this.c.str(text);
    }
  }

  // Imported sheets stand in place, inside their conditions; constructed sheets know no @import. Addresses in them are
  // relative to where they came from, not to the sheet that they stand in now.
  text(rule) {
    if (rule.type !== 3) return rule.cssText;
    const inner = rule.styleSheet ? this.rulesOf(rule.styleSheet) : null;
    let text = inner ? [...inner].map((r) => (r.type === 3 ? this.text(r) : absolute(r.cssText, rule.styleSheet.href))).join("\n") : "";
    if (rule.layerName !== undefined && rule.layerName !== null) text = `@layer ${rule.layerName}{${text}}`;
    if (rule.supportsText) text = `@supports ${rule.supportsText}{${text}}`;
    const media = rule.media?.mediaText;
    return media ? `@media ${media}{${text}}` : `@media all{${text}}`;
  }
}
