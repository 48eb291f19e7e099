// Which rules of the policy hit which elements, answered by the browser. Where the rules look no further than an element and
// what is above it, only what changed is asked again; now and then everything is, whatever they look at.
import { connectedOf, containsOf, matchesOf, parentOf, queryAllOf, typeOf } from "./dom.js";
import { called, NAMED, plain } from "./called.js";
import { SENDERS } from "./hands.js";

// How far a change reaches: to the element itself, to what is below it, anywhere.
const ITSELF = 0;
const BELOW = 1;
const ANYWHERE = 2;
// Above so many elements one question to the whole page is cheaper.
const MOST_CAME = 60;
const MOST_TURNED = 1_000;
// Milliseconds after which everything is asked again, if something was asked since.
const SWEEP = 2_000;
// Names that are remembered with the rules that name them.
const MOST_NAMES = 2_000;

// As long as the page: what was the customer's alone once stays so when the page is read anew by another policy.
const PINNED = new WeakSet();
const FORMS = new WeakSet();

// By what a selector is made of, its strings and attributes aside: with a pseudo-class or a sibling's sign it may look
// anywhere.
function reachOf(selector) {
  const bare = selector.replace(/\\.|"[^"]*"|'[^']*'/g, "").replace(/\[[^\]]*\]/g, "").split(",").map((part) => part.trim()).join(",");
  if (/[:+~]/.test(bare) || selector.includes("/*")) return ANYWHERE;
  return /[\s>]/.test(bare) ? BELOW : ITSELF;
}

export class Rules {
  constructor(reader) {
    this.c = reader;
    // Element → a bit for each rule.
    this.hits = new Map();
    this.list = [];
    this.any = "";
    // With what else is asked for its name, where rules have labels.
    this.which = "";
    this.isLabelled = false;
    this.named = null;
    this.names = new Map();
    // Rules that say that only the customer may operate what they hit, and what they hit once.
    this.guard = [0, 0];
    this.pinned = PINNED;
    // Forms that such a button has belonged to.
    this.forms = FORMS;
    // The selector that the browser refuses, if there is one: everything is masked then.
    this.broken = "";
    this.isDirty = true;
    this.reach = ANYWHERE;
    this.heedsStyle = false;
    this.came = new Set();
    this.turned = new Set();
    this.asked = 0;
  }

  // lists: per rule its selectors; labels: 0 without, 1 where labels only guard, 2 where they hide, too; named: a name → bits of
  // the rules that name it; guard: bits of the rules that keep the agent's hand off. Returns the first selector that the
  // browser refuses, or "".
  set(lists, labels, named, guard) {
    this.list = lists.map((selectors) => selectors.join(","));
    this.any = this.list.filter(Boolean).join(",");
    this.isLabelled = labels > 0;
    this.which = [this.any, this.isLabelled ? NAMED : ""].filter(Boolean).join(",");
    this.named = named;
    this.names.clear();
    this.guard = guard;
    // What is hidden by its name may be named anywhere.
    this.reach = labels > 1 ? ANYWHERE : Math.max(ITSELF, ...lists.flat().map(reachOf));
    this.heedsStyle = /\[\s*style/i.test(this.any);
    this.broken = "";
    for (const selector of lists.flat()) {
      try { document.createDocumentFragment().querySelector(selector); } catch { this.broken ||= selector; }
    }
    this.isDirty = true;
    return this.broken;
  }

  // ---- what may have changed an answer

  // Also a node that is known: what changed on it while it stood nowhere made no record.
  arrived(nodes) {
    if (this.isDirty) return;
    // What has left is let go at the next sweep.
    this.asked ||= performance.now();
    if (this.reach === ANYWHERE) this.isDirty = true;
    else for (const node of nodes) {
      if (typeOf.call(node) === 1) this.came.add(node);
      if (this.came.size > MOST_CAME) { this.isDirty = true; return; }
    }
  }
  turn(el, attribute) {
    if (this.isDirty || attribute === "style" && !this.heedsStyle) return;
    this.turned.add(el);
    if (this.reach === ANYWHERE || this.turned.size > (this.reach === BELOW ? MOST_CAME : MOST_TURNED)) this.isDirty = true;
  }
  // What is in a node reads otherwise now, and with it what it, or something around it, is called.
  renamed(node) {
    if (!this.isLabelled || this.isDirty) return;
    if (this.reach === ANYWHERE) { this.isDirty = true; return; }
    for (let at = typeOf.call(node) === 1 ? node : parentOf.call(node), n = 0; at && n < 4; at = parentOf.call(at), n++) if (typeOf.call(at) === 1 && matchesOf.call(at, NAMED)) this.turn(at, "");
  }
  // Called by the slow clock. `true` when everything is to be asked again.
  sweep() { return this.isDirty ||= this.asked > 0 && performance.now() - this.asked > SWEEP; }

  // ---- asking

  // Calls back with each element that is known and whose answer changed.
  read(changed) {
    if (!this.isDirty && this.came.size + this.turned.size === 0) return;
    const isSome = !this.broken && !this.isDirty && this.which;
    if (this.broken) {
      // Without answers the last ones stand, and the whole document is marked as failed: masked.
      this.isDirty = false;
      this.c.attrs.add(document.documentElement);
    } else if (isSome) this.some(changed);
    else this.all(changed);
    this.came.clear();
    if (!isSome) this.turned.clear();
  }

  all(changed) {
    this.isDirty = false;
    this.asked = 0;
    const before = this.hits;
    this.hits = new Map();
    const roots = this.c.roots.size ? this.c.roots.keys() : [document];
    if (this.which) for (const root of roots) if (root.host ? root.host.isConnected : root.defaultView) this.within(root);
    for (const [el, bits] of this.hits) if (this.c.ids.has(el) && differs(before.get(el), bits)) changed(el);
    for (const el of before.keys()) if (this.c.ids.has(el) && !this.hits.has(el)) changed(el);
  }

  some(changed) {
    this.asked ||= performance.now();
    const asked = new Set();
    const below = (el) => {
      asked.add(el);
      for (const one of queryAllOf.call(el, this.which)) asked.add(one);
      if (this.reach === BELOW) for (const hit of this.hits.keys()) if (containsOf.call(el, hit)) asked.add(hit);
    };
    for (const el of this.came) if (connectedOf.call(el)) below(el);
    // One that stands nowhere now is asked when it is back.
    for (const el of this.turned) if (connectedOf.call(el)) { this.turned.delete(el); if (this.reach === BELOW) below(el); else asked.add(el); }
    for (const el of asked) {
      const bits = matchesOf.call(el, this.which) ? this.hitsOf(el) : null;
      const before = this.hits.get(el);
      if (bits ? !differs(before, bits) : !before) continue;
      if (bits) this.hits.set(el, bits); else this.hits.delete(el);
      if (this.c.ids.has(el)) changed(el);
    }
  }

  // What hits in a root that is read for the first time, or from the start.
  within(root) {
    if (!this.which || this.broken) return;
    // What stands in the customer's alone is so too, however deep.
    for (let at = root.host; at; at = parentOf.call(at) ?? at.host) if (this.pinned.has(at) && at.localName !== "form") { for (const one of root.querySelectorAll(NAMED)) this.keep(one); break; }
    for (const el of root.querySelectorAll(this.which)) { const bits = this.hitsOf(el); if (bits) this.hits.set(el, bits); }
  }

  hitsOf(el) { const bits = this.bitsOf(el); return bits[0] | bits[1] ? bits : null; }

  // isPressed: as for `called`; what only its content names now may be called otherwise when something else stands in it.
  bitsOf(el, isPressed) {
    const bits = this.isLabelled ? this.byNames(called(el, false)) : [0, 0];
    for (let i = 0; i < this.list.length; i++) if (this.list[i] && matchesOf.call(el, this.list[i])) bits[i >> 5] = (bits[i >> 5] | (1 << (i & 31))) >>> 0;
    if (bits[0] & this.guard[0] || bits[1] & this.guard[1]) this.pin(el);
    else if (isPressed && this.isLabelled) { const [low, high] = this.byNames(called(el, true)); bits[0] |= low; bits[1] |= high; }
    return bits;
  }

  byNames(names) {
    const bits = [0, 0];
    for (const name of names) { const [low, high] = this.byName(name); bits[0] |= low; bits[1] |= high; }
    return [bits[0] >>> 0, bits[1] >>> 0];
  }

  byName(name) {
    if (!name) return [0, 0];
    let bits = this.names.get(name);
    if (!bits) {
      if (this.names.size > MOST_NAMES) this.names.clear();
      bits = this.named(plain(name));
      this.names.set(name, bits);
    }
    return bits;
  }

  // The customer's alone for the rest of the session, with all that can be pressed in it, wherever it is moved. Of a form only
  // what sends it: filling it in is help.
  pin(el) {
    if (this.pinned.has(el)) return;
    this.keep(el);
    if (el.localName === "form") { for (const one of queryAllOf.call(el, SENDERS)) this.keep(one); return; }
    for (const one of queryAllOf.call(el, NAMED)) this.keep(one);
    for (const root of this.c.roots.keys()) {
      let at = root.host;
      while (at && at !== el) at = parentOf.call(at) ?? at.host;
      if (at) for (const one of root.querySelectorAll(NAMED)) this.keep(one);
    }
  }
  keep(el) {
    this.pinned.add(el);
    if (matchesOf.call(el, SENDERS) && el.form) this.forms.add(el.form);
  }

  // Whether only the customer may operate it, now or once in this session.
  isGuarded(el, isPressed) { const bits = this.bitsOf(el, isPressed); return this.pinned.has(el) || Boolean(bits[0] & this.guard[0] || bits[1] & this.guard[1]); }

  // Nothing is known; what is read tells.
  clear() { this.hits = new Map(); this.isDirty = false; this.asked = 0; this.came.clear(); this.turned.clear(); }
}

const differs = (a, b) => !a || a[0] !== b[0] || a[1] !== b[1];
