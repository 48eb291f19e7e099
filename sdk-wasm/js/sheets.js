// Style sheets: which stand in which root, in which order, with which rules. Compared at every flush by identity and
// count; what changed travels as a replacement of rules.
import { R } from "./capture.js";

export class Sheets {
  constructor(capture) {
    this.c = capture;
    this.ids = new WeakMap();
    this.next = 1;
    this.lists = new Map();
    this.sources = new Map();
    this.unreadable = new Set();
    this.fetching = new Set();
  }
  reset() { this.lists.clear(); this.ids = new WeakMap(); }
  forget(root) { this.lists.delete(root); }

  of(root) {
    const out = [];
    for (const s of root.styleSheets || []) if (!s.disabled) out.push(s);
    for (const s of root.adoptedStyleSheets || []) if (!s.disabled) out.push(s);
    return out;
  }

  rulesOf(sheet) {
    try { return sheet.cssRules; } catch { this.refetch(sheet.href); return this.sources.get(sheet.href)?.cssRules || null; }
  }

  // A sheet of another origin without `crossorigin`: most hosts let it be read again in CORS mode.
  refetch(href) {
    if (!href || this.fetching.has(href)) return;
    this.fetching.add(href);
    fetch(href, { mode: "cors", credentials: "omit", cache: "force-cache" })
      .then((r) => (r.ok ? r.text() : Promise.reject(new Error("status"))))
      .then((text) => {
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(text);
        this.sources.set(href, sheet);
        this.c.schedule();
      })
      .catch(() => this.unreadable.add(href));
  }

  changed() {
    for (const root of this.c.roots.keys()) {
      const known = this.lists.get(root);
      const now = this.of(root);
      if (!known || known.length !== now.length) return true;
      for (let i = 0; i < now.length; i++) if (now[i] !== known[i] || this.differs(now[i])) return true;
    }
    return false;
  }
  differs(sheet) {
    const known = this.ids.get(sheet);
    const rules = this.rulesOf(sheet);
    const n = rules ? rules.length : 0;
    return !known || known.rules.length !== n || n > 0 && (known.rules[0] !== rules[0] || known.rules[n - 1] !== rules[n - 1])
      || known.media !== sheet.media.mediaText;
  }

  read() {
    for (const root of this.c.roots.keys()) {
      const rootId = this.c.ids.get(root);
      if (rootId === undefined) continue;
      const now = this.of(root);
      for (const sheet of now) if (this.differs(sheet)) this.sheet(sheet, root);
      const known = this.lists.get(root);
      if (!known || known.length !== now.length || now.some((s, i) => s !== known[i])) {
        this.lists.set(root, now);
        this.c.n.push(R.SHEETS, rootId, now.length, ...now.map((s) => this.ids.get(s).id));
      }
    }
  }

  sheet(sheet, root) {
    const rules = [...(this.rulesOf(sheet) || [])];
    const base = sheet.href || root.baseURI || document.baseURI;
    const media = sheet.media.mediaText;
    const known = this.ids.get(sheet);
    if (!known || known.media !== media || known.source) {
      const id = known ? known.id : this.next++;
      const source = known ? null : this.source(sheet, rules);
      this.ids.set(sheet, { id, rules, media, source: source !== null });
      this.c.n.push(R.SHEET, id);
      this.c.str(media); this.c.str(base); this.c.str(source ?? "");
      if (source === null) this.rules(id, base, 0, 0, rules);
      return;
    }
    let head = 0;
    const old = known.rules;
    while (head < old.length && head < rules.length && old[head] === rules[head]) head++;
    let tail = 0;
    while (tail < old.length - head && tail < rules.length - head && old[old.length - 1 - tail] === rules[rules.length - 1 - tail]) tail++;
    this.rules(known.id, base, head, old.length - head - tail, rules.slice(head, rules.length - tail));
    known.rules = rules;
  }

  // The text a style element was written with, where its rules are still those: rules lose what shorthands with
  // variables said.
  source(sheet, rules) {
    const owner = sheet.ownerNode;
    if (owner?.localName !== "style" || rules.length === 0) return null;
    const text = owner.textContent;
    try {
      const check = new CSSStyleSheet();
      check.replaceSync(text);
      if (check.cssRules.length !== rules.length) return null;
      for (let i = 0; i < rules.length; i++) if (check.cssRules[i].cssText !== rules[i].cssText) return null;
      return text;
    } catch { return null; }
  }

  rules(id, base, index, removed, inserted) {
    if (!removed && !inserted.length) return;
    this.c.n.push(R.RULES, id, index, removed, inserted.length);
    this.c.str(base);
    for (const rule of inserted) this.c.str(this.text(rule));
  }

  // Imported sheets stand in place, inside their conditions; constructed sheets know no @import.
  text(rule) {
    if (rule.type !== 3) return rule.cssText;
    const inner = rule.styleSheet ? this.rulesOf(rule.styleSheet) : null;
    let text = inner ? [...inner].map((r) => this.text(r)).join("\n") : "";
    if (rule.layerName !== undefined && rule.layerName !== null) text = `@layer ${rule.layerName}{${text}}`;
    if (rule.supportsText) text = `@supports ${rule.supportsText}{${text}}`;
    const media = rule.media?.mediaText;
    return media ? `@media ${media}{${text}}` : `@media all{${text}}`;
  }
}
