// Reads the page and packs what it reads into numbers and strings for one call into WASM. Decides nothing: what may
// be seen is judged in Rust (engine::privacy); what changed is found there too (engine::recorder).
//
// Mutation records only mark nodes dirty. A flush re-reads the dirty ones in a task of its own, so a burst costs one
// reading and what is read is always what the page is now. Record numbers are engine::pack::record.
import { attributeNames, attributeOf, connectedOf, firstOf, hasAttributes, nameOf, nextOf, parentOf, previousOf, rootOf, textOf, typeOf } from "./dom.js";
import { Samples } from "./samples.js";
import { Sheets } from "./sheets.js";
import { Device } from "./device.js";
import { movesIn } from "./motion.js";
import { Pictures } from "./pictures.js";
import { STATEFUL, states, TRACKED } from "./state.js";
import { Unread } from "./unread.js";

export const R = {
  CHILDREN: 1, ATTRS: 2, TEXT: 3, STATE: 4, NO_STATE: 5, SHEET: 6, RULES: 7, SHEETS: 8, VIEWPORT: 9, INFO: 10, FOCUS: 11,
  BOX: 12, WIDTH: 13, ROOT: 14, MERGED: 15, SELECT: 16, MORE: 17, DEVICE: 18,
  NODE_TEXT: 1, NODE_ELEMENT: 2, NODE_SHADOW: 3, NODE_DOCUMENT: 4,
  WAS_PASSWORD: 1, EDITABLE: 2, FAILED: 4,
};
const XHTML = "http://www.w3.org/1999/xhtml";
const SPACES = { [XHTML]: 0, "http://www.w3.org/2000/svg": 1, "http://www.w3.org/1998/Math/MathML": 2 };
// Source and addresses: never needed on the other side, often large.
const SKIP = new Set(["src", "srcset", "srcdoc", "nonce", "integrity", "imagesrcset", "data"]);
const HOLLOW = new Set(["script", "style", "template", "noscript", "title"]);
const INLINE = -1 >>> 0;
// Slices after which the rest is read too, even if attributes and children never come to an end.
const PATIENT = 20;
const EVENTS = ["input", "change", "click", "keyup", "focusin", "focusout", "toggle", "reset", "fullscreenchange", "transitionend", "selectionchange", "invalid"];

export class Capture {
  // natives: unpatched browser functions; own: our host element, never captured; roots: host → closed shadow root;
  // early: weak references to what was scrolled.
  constructor(natives, own, roots, early, onFlush) {
    // What was scrolled before we came, as the loader heard it.
    this.early = early;
    this.inInnerRoot = false;
    this.isFirst = false;
    this.native = natives;
    this.own = own;
    this.closed = roots;
    this.onFlush = onFlush;
    this.ids = new Map();
    this.nodes = new Map();
    this.parents = new Map();
    this.names = new Map();
    this.next = 1;
    this.kids = new Set();
    this.attrs = new Set();
    this.texts = new Set();
    this.scrolled = new Set();
    this.boxes = new Set();
    this.tracked = new Map();
    this.roots = new Map();
    this.hits = new Map();
    this.rules = [];
    this.broken = "";
    this.failedAddresses = new Set();
    this.wasPassword = new WeakSet();
    this.dirtyRules = true;
    this.styleMatters = false;
    this.focus = 0;
    this.info = "";
    this.selection = "";
    this.marked = new Set();
    this.pressed = null;
    this.view = "";
    this.painted = 0;
    this.running = false;
    this.posted = false;
    this.inFrame = false;
    this.waiting = false;
    this.listeners = [];
    this.sheets = new Sheets(this);
    this.pictures = new Pictures(this);
    this.samples = new Samples(this);
    this.device = new Device(() => this.schedule());
    this.facts = 0;
    this.redrawn = new Set();
    this.moves = new Map();
    this.touched = new Set();
    this.checksAll = false;
    // Whether some sheet asks for validity or autofill, and for which states of custom elements.
    this.asks = false;
    this.customStates = new Set();
    this.unscanned = [];
    this.unread = new Unread();
    this.unheard = [];
    // Elements whose box or place is watched: hidden ones and placeholders.
    this.observed = new Set();
    // Slices in which attributes and places alone used up the budget.
    this.starved = 0;
    // Whether it is known who stands where, and which nodes were found to stand as told in this reading.
    this.isPlaced = false;
    this.standing = new Map();
    this.newRoots = [];
    this.isCatchingUp = false;
    this.isScanning = false;
    this.inSight = new Set();
    this.hooked = new Map();
    this.tops = new WeakMap();
    this.topCount = 0;
    this.observer = new natives.MutationObserver((records) => { this.mark(records); this.schedule(); });
    this.resizes = new natives.ResizeObserver((entries) => {
      for (const e of entries) this.boxes.add(e.target);
      this.schedule();
    });
    this.sight = new IntersectionObserver((entries) => { for (const e of entries) if (e.isIntersecting) this.inSight.add(e.target); else this.inSight.delete(e.target); });
    const channel = new natives.MessageChannel();
    channel.port1.onmessage = () => { this.posted = false; this.run(); };
    this.post = () => { if (!this.posted) { this.posted = true; channel.port2.postMessage(0); } };
    this.close = () => channel.port1.close();
  }

  // rules: per rule a list of selectors. Returns the first selector that the browser refuses, or "".
  setRules(rules) {
    this.rules = rules.map((list) => list.join(","));
    this.any = this.rules.filter(Boolean).join(",");
    this.styleMatters = /\[\s*style/i.test(this.any);
    this.broken = "";
    for (const selector of rules.flat()) {
      try { document.createDocumentFragment().querySelector(selector); } catch { this.broken ||= selector; }
    }
    this.dirtyRules = true;
    return this.broken;
  }

  start() {
    this.running = true;
    this.timer = this.native.setInterval(() => { this.pictures.tick(); this.readMoves(); this.sheets.rotate(); if (this.poll()) this.schedule(); }, 250);
  }

  stop() {
    this.running = false;
    this.native.clearInterval(this.timer);
    this.observer.disconnect();
    this.resizes.disconnect();
    this.sight.disconnect();
    for (const undo of this.hooked.values()) { try { undo(); } catch { /* The frame is gone. */ } }
    this.hooked.clear();
    this.pictures.stop();
    this.device.stop();
    for (const [target, type, handler] of this.listeners) target.removeEventListener(type, handler, true);
    this.listeners = [];
    this.close();
    for (const map of [this.ids, this.nodes, this.parents, this.tracked, this.roots, this.hits, this.observed, this.standing]) map.clear();
  }

  // ---- when

  schedule() {
    if (!this.running) return;
    this.painted += this.waiting ? 1 : 0;
    if (this.inFrame && document.visibilityState === "visible") this.waiting = true;
    else this.post();
  }

  run() {
    if (!this.running) return;
    this.inFrame = true;
    const frame = () => {
      if (!this.inFrame) return;
      this.inFrame = false;
      if (this.waiting) { this.waiting = false; this.post(); }
    };
    this.native.requestAnimationFrame(frame);
    this.native.setTimeout(frame, 100);
    this.slice();
  }
  // One slice of work. What is left goes on in the next task: what waits for the page, input and painting, comes between.
  slice() {
    if (!this.onFlush()) return;
    this.unread.took();
    if (this.hasMore()) this.post();
  }
  // Whether what has been read can be shown: with its styles, and with everything where it stands now.
  isShowable() { return this.isPlaced && !this.sheets.isBehind; }
  hasMore() { return this.unread.size > 0 || this.sheets.isBehind || this.attrs.size > 0 || this.kids.size > 0 || this.texts.size > 0; }

  // ---- what became dirty

  mark(records) {
    this.pictures.wake();
    for (const r of records) {
      const node = r.target;
      if (r.type === "childList") { this.kids.add(node); this.dirtyRules = true; }
      else if (r.type === "attributes") {
        this.attrs.add(node);
        if (r.attributeName !== "style" || this.styleMatters) this.dirtyRules = true;
      } else this.texts.add(node);
    }
  }

  shadowAttached(host) {
    if (this.running && this.ids.has(host)) { this.kids.add(host); this.schedule(); }
  }
  // What the page's own calls end in; it outlives us.
  get attached() { return (host) => this.shadowAttached(host); }

  // The loader hooks the top window; frames have prototypes of their own.
  hook(win) {
    if (!win || win === window || this.hooked.has(win)) return;
    const capture = this;
    try {
      const { prototype } = win.Element;
      const native = prototype.attachShadow;
      const ours = new Proxy(native, { apply(attach, el, given) { const root = Reflect.apply(attach, el, given); capture.closed.set(el, root); capture.shadowAttached(el); return root; } });
      prototype.attachShadow = ours;
      this.hooked.set(win, () => { if (prototype.attachShadow === ours) prototype.attachShadow = native; });
    } catch { /* A frozen prototype: what is attached there is seen when its host is read again. */ }
  }

  failed(address) {
    this.failedAddresses.add(address);
    for (const el of this.ids.keys()) if (el.localName === "img" && (el.currentSrc || el.src) === address) this.pictures.rescue(el, address);
    this.refresh(address);
  }
  // Whatever shows the picture of this address is read again.
  refresh(address) {
    for (const el of this.ids.keys()) if (el.localName === "img" && (el.currentSrc || el.src) === address) this.attrs.add(el);
    this.schedule();
  }
  drawn(address) { return this.pictures.bytesOf(address); }

  listen(root) {
    const on = (type, handler) => {
      root.addEventListener(type, handler, { capture: true, passive: true });
      this.listeners.push([root, type, handler]);
    };
    on("beforetoggle", (e) => { if (e.newState === "open") { this.tops.set(e.target, ++this.topCount); this.schedule(); } });
    const touch = (e) => { this.touched.add(e.composedPath()[0]); this.pictures.wake(); this.schedule(); };
    for (const type of EVENTS) on(type, touch);
    for (const type of ["pointerdown", "pointerup", "pointercancel"]) on(type, (e) => { this.pressed = type === "pointerdown" ? e.composedPath()[0] : null; touch(e); });
    on("scroll", (e) => { this.scrolled.add(e.target); this.schedule(); });
    for (const type of ["load", "error"]) on(type, (e) => {
      const el = e.target;
      if (el.localName === "iframe" || el.localName === "frame") {
        this.kids.add(el);
        // It may have become another site's, or ceased to be.
        this.attrs.add(el);
        // A document that was opened and written anew stays the same and has lost whoever listened.
        const inner = this.frameOf(el);
        if (inner && this.ids.has(inner)) {
          this.listen(inner);
          if (this.roots.get(inner) === inner.compatMode) this.kids.add(inner); else this.reread(inner);
        }
      }
      else if (el.nodeType === 1) this.attrs.add(el);
      this.schedule();
    });
    this.observer.observe(root, { subtree: true, childList: true, attributes: true, characterData: true });
  }

  // Everything that changes without a mutation record. Cheap enough for every flush.
  poll() {
    for (const [el, last] of this.tracked) if (this.stateKey(el) !== last) { this.checksAll = true; return true; }
    return this.device.facts !== this.facts || this.sheets.changed() || this.focused() !== this.focus || this.viewKey() !== this.view || this.infoKey() !== this.info;
  }

  stateKey(el, state) {
    if (!this.asks) {
      // Asked at every flush, so without a list.
      if (el.localName === "input") return `${el.type}\u0001${el.value}\u0001${el.checked}${el.indeterminate}`;
      if (el.localName === "textarea") return el.value;
    }
    if (nameOf.call(el) === "select") { let key = ""; for (const o of el.options) key += o.selected ? "1" : "0"; return key + (this.asks ? states(this, el, "select").join() : ""); }
    return (state || states(this, el, nameOf.call(el))).join("\u0001");
  }
  viewKey() { return `${innerWidth},${innerHeight},${devicePixelRatio}`; }
  infoKey() {
    const title = this.titled();
    return `${this.ids.get(title)}\u0001${title ? textOf.call(title) : ""}\u0001${location.href}`;
  }

  // ---- reading

  begin() { this.n = []; this.s = []; this.chars = 0; }
  end() { return [new Uint32Array(this.n), this.s.join("\0")]; }
  str(v) { v = String(v ?? ""); this.chars += v.length; this.s.push(v.indexOf("\0") < 0 ? v : v.replaceAll("\0", "\ufffd")); }
  name(v) {
    let n = this.names.get(v);
    if (n === undefined) { n = this.names.size; this.names.set(v, n); this.str(v); }
    this.n.push(n);
  }

  first() {
    this.begin();
    this.ids.clear(); this.nodes.clear(); this.parents.clear(); this.tracked.clear(); this.names.clear(); this.next = 1;
    this.kids.clear(); this.attrs.clear(); this.texts.clear();
    this.newRoots = [...this.roots.keys()];
    this.sheets.reset();
    this.unread.reset();
    this.unheard = this.early;
    this.hits = new Map();
    this.dirtyRules = false;
    this.n.push(R.ROOT);
    this.isFirst = true;
    try { this.node(document, 0); } finally { this.isFirst = false; this.inInnerRoot = false; }
    this.isPlaced = true;
    this.sheets.read();
    this.rest(true);
    this.keepPasswords();
    return this.end();
  }

  // Reads a made-up page that nobody sees.
  rehearse() {
    const doc = document.implementation.createHTMLDocument("");
    for (let i = 0; i < 240; i++) {
      const el = doc.createElement(["div", "p", "input", "a", "li", "select", "form", "span"][i % 8]);
      el.className = `item i${i}`;
      el.id = `x${i}`;
      el.setAttribute("style", `margin:${i}px`);
      el.append(`words ${i}`);
      (i % 5 ? doc.body.lastChild || doc.body : doc.body).append(el);
    }
    this.begin();
    this.n.push(R.ROOT);
    this.node(doc, 0);
    return this.end();
  }

  read() {
    this.begin();
    this.mark(this.observer.takeRecords());
    if (this.dirtyRules) this.readRules((el) => this.reread(el));
    const firstNew = this.next;
    const { unread } = this;
    unread.begin();
    this.standing = new Map([[document, true]]);
    this.isPlaced = this.readAttributes(firstNew) && this.readPlaces(firstNew);
    if (!this.isPlaced) { this.starved++; this.keepPasswords(); return this.end(); }
    if (this.starved >= PATIENT) unread.begin();
    this.starved = 0;
    for (const node of this.texts) {
      if (unread.isSpent) break;
      this.texts.delete(node);
      const id = this.ids.get(node);
      if (id === undefined || id >= firstNew) continue;
      unread.left--;
      this.n.push(R.TEXT, id);
      this.str(node.data);
    }
    this.readStates(firstNew);
    this.sheets.read();
    if (!this.sheets.isBehind) while (!unread.isSpent && unread.size) this.more(unread.next());
    this.rest(false);
    if (unread.size) this.keepPasswords();
    if (this.painted) { this.n.push(R.MERGED, this.painted + 1); this.painted = 0; }
    return this.end();
  }
  isFull() { return this.unread.isSpent && this.starved < PATIENT; }

  // Whether a node stands where it was told to stand, and so does everything above it. One that has moved is judged by
  // where it was; nothing is told of it until its new parent's children have been read, and it with them. What changed
  // at the elements above is told before.
  stands(node, firstNew) {
    const above = this.parentOf(node);
    if (!above || this.parents.get(this.ids.get(node)) !== this.ids.get(above)) return false;
    const path = [];
    for (let at = above; at && !this.standing.has(at); at = this.parentOf(at)) path.push(at);
    while (path.length) {
      const at = path.pop();
      const over = this.parentOf(at);
      const id = this.ids.get(at);
      const is = Boolean(over) && id !== undefined && id < firstNew && this.parents.get(id) === this.ids.get(over) && this.standing.get(over) === true;
      this.standing.set(at, is);
      if (is && this.attrs.delete(at)) this.attributes(at, id);
    }
    return this.standing.get(above) === true;
  }

  // What is dirty is told if it stands; the others wait until it is known who stands where. Whether all was read.
  readAttributes(firstNew) {
    const later = [];
    for (const el of this.attrs) {
      if (this.isFull()) break;
      this.attrs.delete(el);
      const id = this.ids.get(el);
      if (id === undefined || id >= firstNew || typeOf.call(el) !== 1) continue;
      if (this.stands(el, firstNew)) this.attributes(el, id); else later.push(el);
    }
    const isDone = !this.attrs.size;
    for (const el of later) this.attrs.add(el);
    return isDone;
  }
  attributes(el, id) {
    this.unread.left--;
    this.n.push(R.ATTRS, id);
    this.describe(el, nameOf.call(el));
  }

  // Who stands where, before texts and states.
  readPlaces(firstNew) {
    const later = [];
    for (const node of this.kids) {
      if (this.isFull()) break;
      this.kids.delete(node);
      const id = this.ids.get(node);
      if (id === undefined || id >= firstNew) continue;
      if (node === document || this.stands(node, firstNew)) this.children(node, id, firstNew); else later.push(node);
    }
    // All that moved has been read where it stands now, or has gone.
    if (!this.kids.size) { this.attrs.clear(); return true; }
    for (const node of later) this.kids.add(node);
    return false;
  }

  // What is not read yet may show its password before it is: what it was is kept.
  keepPasswords() {
    for (const root of this.roots.keys()) for (const el of root.querySelectorAll("input[type=password]")) this.wasPassword.add(el);
  }

  rest(first) {
    if (this.unscanned.length && !this.isScanning) { this.isScanning = true; this.native.setTimeout(() => this.scan(), 0); }
    for (const root of this.newRoots) { const win = root.defaultView; if (win && (win.scrollX || win.scrollY)) this.scrolled.add(root); }
    this.newRoots = [];
    this.unheard = this.unheard.filter((known) => { const el = known.deref(); if (!el || !this.ids.has(el)) return Boolean(el); this.scrolled.add(el); return false; });
    for (const target of this.scrolled) {
      const el = target.nodeType === 9 ? target.documentElement : target;
      const id = this.ids.get(el);
      // It is told once it has been read.
      if (id === undefined && this.hasMore() && el?.isConnected) continue;
      this.scrolled.delete(target);
      if (id !== undefined) { this.n.push(R.STATE, id); this.name("@scroll"); this.str(this.scrollOf(el)); }
    }
    const focus = this.focused();
    if (focus !== this.focus || first) {
      this.focus = focus;
      const el = this.nodes.get(focus);
      this.n.push(R.FOCUS, focus, el && el.matches?.(":focus-visible") ? 1 : 0);
    }
    const range = this.selected();
    const key = range.join();
    if (key !== this.selection || first) { this.selection = key; if (range[0] || !first) this.n.push(R.SELECT, ...range); }
    const view = this.viewKey();
    if (view !== this.view || first) { this.view = view; this.n.push(R.VIEWPORT, innerWidth, innerHeight, Math.round(devicePixelRatio * 100)); }
    if (this.device.facts !== this.facts || first) { this.facts = this.device.facts; this.n.push(R.DEVICE, this.facts); }
    const info = this.infoKey();
    if (info !== this.info || first) {
      this.info = info;
      const title = this.titled();
      this.n.push(R.INFO, this.ids.get(title) ?? 0);
      this.str(title ? textOf.call(title).trim().replace(/\s+/g, " ") : ""); this.str(location.origin); this.str(location.pathname);
    }
  }
  // The element that names the page.
  titled() {
    for (const el of document.getElementsByTagName("title")) if (el.namespaceURI === XHTML) return el;
    return null;
  }

  // Which rules hit which elements, answered by the browser. Compared with the last answer: a class flip elsewhere
  // may have changed it. An element whose hits changed is read again as a new one.
  readRules(changed) {
    this.dirtyRules = false;
    // Without answers the last ones stand, and the whole document is marked as failed: masked.
    if (this.broken) { if (changed) this.attrs.add(document.documentElement); return; }
    const hits = new Map();
    if (this.any) {
      const all = this.roots.size ? [...this.roots.keys()] : [document];
      for (const root of all) {
        if (root.host ? root.host.isConnected : root.defaultView) this.hitsIn(root, hits);
      }
    }
    if (changed) {
      for (const [el, bits] of hits) if (this.ids.has(el) && this.differs(this.hits.get(el), bits)) changed(el);
      for (const el of this.hits.keys()) if (this.ids.has(el) && !hits.has(el)) changed(el);
    }
    this.hits = hits;
  }
  differs(a, b) { return !a || a[0] !== b[0] || a[1] !== b[1]; }
  hitsIn(root, hits) {
    for (const el of root.querySelectorAll(this.any)) {
      const bits = [0, 0];
      for (let i = 0; i < this.rules.length; i++) {
        if (this.rules[i] && el.matches(this.rules[i])) bits[i >> 5] = (bits[i >> 5] | (1 << (i & 31))) >>> 0;
      }
      hits.set(el, bits);
    }
  }

  // The node is forgotten; its parent's children are read again, so it comes back under a new id.
  reread(node) {
    const parent = this.parentOf(node);
    if (!parent) return;
    this.forgetTree(node);
    this.kids.add(parent);
  }
  rereadIds(ids) { for (const id of ids) { const node = this.nodes.get(id); if (node) this.reread(node); } }
  parentOf(node) {
    const type = typeOf.call(node);
    return type === 9 ? node.defaultView?.frameElement : type === 11 ? node.host : parentOf.call(node);
  }
  forgetTree(node) {
    const stack = [node];
    while (stack.length) {
      const at = stack.pop();
      this.ids.delete(at);
      for (const kid of this.kidsOf(at)) stack.push(kid);
    }
  }
  forget(ids) {
    for (const id of ids) {
      const node = this.nodes.get(id);
      this.nodes.delete(id);
      this.parents.delete(id);
      if (node && (this.ids.get(node) === id || !this.ids.has(node))) {
        this.ids.delete(node);
        if (typeOf.call(node) === 3) continue;
        this.tracked.delete(node);
        this.roots.delete(node);
        this.sheets.forget(node);
        this.pictures.forget(node);
        if (this.observed.delete(node)) { this.resizes.unobserve(node); this.sight.unobserve(node); this.inSight.delete(node); }
      }
    }
  }

  shadowOf(el) { return el.shadowRoot || this.closed.get(el) || null; }
  frameOf(el) {
    if (el.localName !== "iframe" && el.localName !== "frame") return null;
    try { const d = el.contentDocument; return d && d.documentElement ? d : null; } catch { return null; }
  }
  kidsOf(node) {
    const out = [];
    if (typeOf.call(node) === 1) {
      const name = nameOf.call(node);
      if (HOLLOW.has(name)) return out;
      const shadow = this.shadowOf(node);
      if (shadow) out.push(shadow);
      if (name === "iframe" || name === "frame") {
        const frame = this.frameOf(node);
        if (frame) { out.push(frame); return out; }
      }
    }
    for (let kid = firstOf.call(node); kid; kid = nextOf.call(kid)) {
      const t = typeOf.call(kid);
      if ((t === 1 || t === 3 || t === 4) && kid !== this.own) out.push(kid);
    }
    return out;
  }

  // Who a node's children are now. What is new and too much for this slice comes behind those before it, by `more`.
  children(node, id, firstNew) {
    const { n, unread } = this;
    unread.drop(node);
    unread.left--;
    const at = n.push(R.CHILDREN, id, 0) - 1;
    let count = 0;
    let last = null;
    let isMissing = false;
    for (const kid of this.kidsOf(node)) {
      const known = this.ids.get(kid);
      if (known !== undefined && known < firstNew && this.parents.get(known) === id) n.push(known);
      // A shadow root and a frame's document are no siblings to go on behind.
      else if (unread.isSpent && kid.nodeType !== 9 && kid.nodeType !== 11) { isMissing = true; continue; }
      else { n.push(0); this.node(kid, id); }
      if (!isMissing && parentOf.call(kid) === node) last = kid;
      count++;
    }
    n[at] = count;
    if (isMissing) unread.stop(node, last);
  }

  // Goes on behind the last child that was read, stepping over those that are known.
  more({ parent, last }) {
    const id = this.ids.get(parent);
    if (id === undefined || !connectedOf.call(parent)) return;
    // It has moved, and with it the place to go on: who stands where is asked anew.
    if (last && parentOf.call(last) !== parent) { this.kids.add(parent); return; }
    const { n, unread } = this;
    this.inInnerRoot = rootOf.call(parent) !== document;
    this.isCatchingUp = true;
    try {
      let at = 0;
      for (let kid = last ? nextOf.call(last) : firstOf.call(parent); kid; kid = nextOf.call(kid)) {
        const t = typeOf.call(kid);
        if ((t === 1 || t === 3 || t === 4) && kid !== this.own) {
          if (this.isChild(kid, id)) at = 0;
          else {
            if (unread.isSpent) { unread.stop(parent, last); break; }
            if (!at) at = n.push(R.MORE, id, this.before(kid, parent, id), 0) - 1;
            this.node(kid, id);
            n[at]++;
          }
        }
        last = kid;
      }
    } finally { this.isCatchingUp = false; this.inInnerRoot = false; }
  }
  isChild(kid, id) { const known = this.ids.get(kid); return known !== undefined && this.parents.get(known) === id; }
  // The id of what stands before a child: a sibling, or the shadow root.
  before(kid, parent, id) {
    for (let at = previousOf.call(kid); at; at = previousOf.call(at)) if (this.isChild(at, id)) return this.ids.get(at);
    return (typeOf.call(parent) === 1 && this.ids.get(this.shadowOf(parent))) || 0;
  }

  node(node, parent) {
    const id = this.next++;
    this.ids.set(node, id);
    this.nodes.set(id, node);
    this.parents.set(id, parent);
    const { n } = this;
    this.unread.left--;
    // A form gives a field in place of whatever the field is called like: no number, no string.
    let type = node.nodeType;
    if (typeof type !== "number") type = 1;
    if (type === 3 || type === 4) { n.push(R.NODE_TEXT); this.str(node.data); return false; }
    let inner = null;
    let isForm = false;
    if (type === 1) {
      let name = node.localName;
      if (typeof name !== "string") name = "form";
      isForm = name === "form";
      n.push(R.NODE_ELEMENT);
      this.name(name);
      n.push(isForm ? 0 : SPACES[node.namespaceURI] ?? 0);
      this.describe(node, name);
      if (HOLLOW.has(name)) { n.push(0); return false; }
      if (name === "iframe" || name === "frame") inner = this.frameOf(node);
    } else {
      n.push(type === 9 ? R.NODE_DOCUMENT : R.NODE_SHADOW);
      if (type === 9) n.push(node.compatMode === "BackCompat" ? 1 : 0);
      const isNew = !this.roots.has(node);
      if (isNew) {
        this.roots.set(node, node.compatMode || "");
        this.newRoots.push(node);
        // It has not its styles yet.
        this.sheets.isBehind = true;
        if (type === 9) this.hook(node.defaultView);
        this.listen(node);
      }
      // A new root has hits of its own, and a reading from the start has none yet.
      if ((isNew || this.isFirst) && this.any && !this.broken) this.hitsIn(node, this.hits);
      if (node !== document) {
        const outer = this.inInnerRoot;
        this.inInnerRoot = true;
        this.below(node, id, null, false);
        this.inInnerRoot = outer;
        return false;
      }
    }
    this.below(node, id, inner, isForm);
    return isForm;
  }
  // What is in a node: the document of a frame, or a shadow root and the children.
  below(node, id, inner, isForm) {
    const { n } = this;
    const at = n.length;
    n.push(0);
    let count = 0;
    if (inner) { this.node(inner, id); n[at] = 1; return; }
    const isElement = isForm || node.nodeType === 1;
    const shadow = isElement ? this.shadowOf(node) : null;
    if (shadow) { this.node(shadow, id); count++; }
    let kid = isForm ? firstOf.call(node) : node.firstChild;
    let last = null;
    if (kid && isElement && this.unread.defers(node)) kid = null;
    while (kid) {
      const t = kid.nodeType;
      let form = false;
      if ((t === 1 || t === 3 || t === 4 || typeof t !== "number") && kid !== this.own) {
        if (this.unread.isSpent) { this.unread.stop(node, last); break; }
        form = this.node(kid, id);
        count++;
      }
      last = kid;
      kid = form ? nextOf.call(kid) : kid.nextSibling;
    }
    n[at] = count;
    // Scrolling makes an event, and the loader has heard those before us, but in inner roots it could not listen.
    if (count && isElement && (this.isFirst || this.isCatchingUp) && this.inInnerRoot) this.unscanned.push(node);
  }

  // Flags, rule hits, attributes and states of an element.
  describe(el, name) {
    const { n } = this;
    const at = n.length;
    const bits = this.hits.get(el);
    n.push(0, bits ? bits[0] : 0, bits ? bits[1] : 0, 0);
    let flags = 0;
    if (name === "input") {
      if (el.type === "password") this.wasPassword.add(el);
      if (this.wasPassword.has(el)) flags |= R.WAS_PASSWORD;
    } else if (name === "html" && el === el.ownerDocument.documentElement) {
      if (this.broken && el === document.documentElement) flags |= R.FAILED;
      if (el.ownerDocument.designMode === "on") flags |= R.EDITABLE;
    }
    let count = 0;
    let popover = false;
    // By the prototype's own methods: a form's field may be called like them. Names and values, since an Attr is an
    // object more for each of them.
    const isForm = name === "form";
    if (isForm ? hasAttributes.call(el) : el.hasAttributes()) {
      for (const attr of isForm ? attributeNames.call(el) : el.getAttributeNames()) {
        if (SKIP.has(attr) || (attr[0] === "o" && attr[1] === "n") || attr[0] === "@") continue;
        const value = isForm ? attributeOf.call(el, attr) : el.getAttribute(attr);
        if (value === null || value.length > 65536) continue;
        if (attr === "popover") popover = true;
        if (attr === "contenteditable" && value !== "false" && !el.parentElement?.isContentEditable) flags |= R.EDITABLE;
        this.name(attr); this.str(value); count++;
      }
    }
    if (popover || STATEFUL.has(name) || this.moves.has(el) || this.marked.has(el) || name.includes("-")) {
      const state = states(this, el, name);
      for (let i = 0; i < state.length; i += 2) { this.name(state[i]); this.str(state[i + 1]); count++; }
      // What a select holds stands in its options, which are not written here.
      if (name === "select" ? !this.tracked.has(el) : popover || TRACKED.has(name) || name.includes("-") && (state.length || this.customStates.size)) this.tracked.set(el, this.stateKey(el, state));
      if (name === "canvas" || name === "video") this.pictures.watch(el);
    }
    n[at] = flags;
    n[at + 3] = count;
  }

  // Scroll positions that nobody heard of, asked in slices: asking lays the page out.
  scan() {
    if (!this.running) return;
    const end = performance.now() + 3;
    let found = false;
    while (this.unscanned.length) {
      for (let i = 0; i < 64 && this.unscanned.length; i++) {
        const el = this.unscanned.pop();
        if ((el.scrollTop || el.scrollLeft) && this.ids.has(el)) { this.scrolled.add(el); found = true; }
      }
      if (performance.now() > end) break;
    }
    if (found) this.schedule();
    this.isScanning = this.unscanned.length > 0;
    if (this.isScanning) this.native.setTimeout(() => this.scan(), 8);
  }

  // Pseudo-classes that come and go without a record: the pressed one, the target of the address, full screen.
  readMarked() {
    const now = new Set();
    for (const el of [this.pressed, document.fullscreenElement, location.hash.length > 1 && document.querySelector(":target")]) if (el && this.ids.has(el)) now.add(el);
    for (const el of this.marked) if (!now.has(el)) this.redrawn.add(el);
    for (const el of now) if (!this.marked.has(el)) this.redrawn.add(el);
    this.marked = now;
  }
  // Animations that script began. They make no record; the slow clock looks for them.
  readMoves() {
    const now = movesIn(this.roots.keys());
    for (const [el, text] of now) if (this.moves.get(el) !== text) this.redrawn.add(el);
    for (const el of this.moves.keys()) if (!now.has(el)) this.redrawn.add(el);
    this.moves = now;
    if (this.redrawn.size) this.schedule();
  }
  readStates(firstNew) {
    this.readMarked();
    for (const el of this.redrawn) this.writeStates(el, firstNew);
    this.redrawn.clear();
    for (const el of this.suspects()) {
      const last = this.tracked.get(el);
      if (last === undefined) continue;
      const key = this.stateKey(el);
      if (key === last) continue;
      this.tracked.set(el, key);
      if (el.localName === "select") { for (const o of el.options) this.writeStates(o, firstNew); }
      else this.writeStates(el, firstNew);
    }
  }
  // What is worth a look at this flush: what an event named with its form, and some of the others in turn. The slow
  // clock looks at all.
  suspects() {
    const out = new Set();
    if (this.checksAll || this.tracked.size <= 64) { for (const el of this.tracked.keys()) out.add(el); }
    for (const el of this.touched) {
      if (!el || typeOf.call(el) !== 1) continue;
      out.add(el);
      const form = el.form || el.closest?.("form");
      if (form) { out.add(form); if (form.elements?.length < 400) for (const kid of form.elements) out.add(kid); }
      if (el.type === "radio" && !form) for (const kid of el.ownerDocument.getElementsByName(el.name)) out.add(kid);
    }
    this.touched.clear();
    this.checksAll = false;
    return out;
  }
  writeStates(el, firstNew) {
    const id = this.ids.get(el);
    if (id === undefined || id >= firstNew) return;
    const now = states(this, el, nameOf.call(el));
    const has = new Set();
    for (let i = 0; i < now.length; i += 2) {
      has.add(now[i]);
      this.n.push(R.STATE, id); this.name(now[i]); this.str(now[i + 1]);
    }
    for (const gone of ["@top", "@stands-for", "@res", "@is", "@moves"]) if (!has.has(gone)) { this.n.push(R.NO_STATE, id); this.name(gone); }
  }

  scrollOf(el) {
    const win = el.ownerDocument.defaultView;
    return el === el.ownerDocument.documentElement && win ? `${win.scrollX},${win.scrollY}` : `${el.scrollLeft},${el.scrollTop}`;
  }

  focused() {
    let el = document.activeElement;
    for (;;) {
      if (!el || el === this.own || el.localName === "body") return 0;
      const inside = this.frameOf(el)?.activeElement || this.shadowOf(el)?.activeElement;
      if (!inside) return this.ids.get(el) ?? 0;
      el = inside;
    }
  }

  // What is selected, between two text nodes: [from, offset, to, offset], zeros for nothing.
  selected() {
    const nothing = [0, 0, 0, 0];
    let doc = document;
    for (let el = doc.activeElement; el; el = doc.activeElement) { const inner = this.frameOf(el); if (!inner) break; doc = inner; }
    const all = doc.getSelection();
    if (!all || all.isCollapsed || !all.rangeCount) return nothing;
    const { startContainer, startOffset, endContainer, endOffset, commonAncestorContainer } = all.getRangeAt(0);
    const known = (n) => (this.ids.has(n) ? 1 : 3);
    const walker = doc.createTreeWalker(commonAncestorContainer, 4, known);
    let [from, to] = [startContainer, endContainer];
    if (from.nodeType !== 3) {
      const after = from.childNodes[startOffset];
      walker.currentNode = after || from;
      from = after?.nodeType === 3 && this.ids.has(after) ? after : walker.nextNode();
    }
    if (to.nodeType !== 3) {
      const after = to.childNodes[endOffset];
      if (after) { walker.currentNode = after; to = walker.previousNode(); } else { walker.currentNode = to; let last = null; for (let n = walker.nextNode(); n && to.contains(n); n = walker.nextNode()) last = n; to = last; }
    }
    const [a, b] = [this.ids.get(from), this.ids.get(to)];
    if (!a || !b) return nothing;
    return [a, from === startContainer ? startOffset : 0, b, to === endContainer ? endOffset : to.length];
  }

  // ---- boxes

  // Boxes of hidden elements (in 64ths of a pixel, as Chromium lays out) and widths of hidden texts (in units of 16 px).
  measure(ids) {
    this.begin();
    // Before it is known who stands where, sizes are nobody's business either.
    if (!this.isPlaced) { for (const id of ids) { const node = this.nodes.get(id); if (node) this.boxes.add(node); } return null; }
    const all = new Set(ids);
    for (const el of this.boxes) { const id = this.ids.get(el); if (id !== undefined) all.add(id); }
    this.boxes.clear();
    for (const id of all) {
      const node = this.nodes.get(id);
      if (!node || !node.isConnected) continue;
      if (node.nodeType === 1) {
        this.observed.add(node);
        this.sight.observe(node);
        // What stands in a field does not change its size.
        if (node.localName === "textarea" || node.localName === "input" && !/^(button|submit|reset|image)$/.test(node.type)) continue;
        this.resizes.observe(node);
        const style = node.ownerDocument.defaultView?.getComputedStyle(node);
        if (!style || style.display === "inline" && !/^(img|svg|canvas|video|iframe|input|textarea|select|button|object|embed)$/.test(node.localName)
          || style.display === "contents" || style.display === "none") { this.n.push(R.BOX, id, INLINE, 0); continue; }
        let { width, height } = node.getBoundingClientRect();
        // Transforms move the painted box, not the laid-out one.
        if (node.offsetWidth !== undefined && Math.abs(node.offsetWidth - width) > 1) { width = node.offsetWidth; height = node.offsetHeight; }
        this.n.push(R.BOX, id, Math.round(width * 64), Math.round(height * 64));
      } else if (node.nodeType === 3) {
        const range = node.ownerDocument.createRange();
        range.selectNodeContents(node);
        let width = 0;
        for (const r of range.getClientRects()) width += r.width;
        this.n.push(R.WIDTH, id, Math.ceil(width / 16));
      }
    }
    return this.n.length ? this.end() : null;
  }

  // Tells `done` where some of what is in view lies.
  sample(done) { this.samples.take(done); }

  // ---- for cursors and marks

  // The nearest known element, and where in its box a point of its window is: [id, x, y], shares of 65535.
  anchorIn(el, x, y) {
    if (!el?.isConnected) return null;
    while (el && (el.nodeType !== 1 || !this.ids.has(el))) el = el.parentNode || el.host;
    if (!el) return null;
    const box = el.getBoundingClientRect();
    const share = (v, from, size) => Math.max(0, Math.min(65535, Math.round(((v - from) / (size || 1)) * 65535)));
    return [this.ids.get(el), share(x, box.left, box.width), share(y, box.top, box.height)];
  }
  // The box of a node in the top viewport: [left, top, width, height], or null when it is gone or not shown.
  boxOf(id) {
    const el = this.nodes.get(id);
    if (!el || el.nodeType !== 1 || !el.isConnected) return null;
    const box = el.getBoundingClientRect();
    if (!box.width && !box.height) return null;
    let { left, top } = box;
    for (let frame = el.ownerDocument.defaultView?.frameElement; frame; frame = frame.ownerDocument.defaultView?.frameElement) {
      const outer = frame.getBoundingClientRect();
      left += outer.left + frame.clientLeft;
      top += outer.top + frame.clientTop;
    }
    return [left, top, box.width, box.height];
  }
  // Boxes of what is hidden, for the outlines: [left, top, width, height]*.
  hiddenBoxes(ids) {
    const out = [];
    for (const id of ids) {
      if (!this.inSight.has(this.nodes.get(id))) continue;
      const box = this.boxOf(id);
      if (box && box[2] > 0 && box[3] > 0) out.push(...box);
    }
    return Float64Array.from(out);
  }
}
