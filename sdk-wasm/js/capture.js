// Watches the page and packs what it reads into numbers and strings for one call into WASM. Decides nothing: what may
// be seen is judged in Rust (engine::privacy); what changed is found there too (engine::recorder).
//
// Mutation records only mark nodes dirty. A flush re-reads the dirty ones in a task of its own, so a burst costs one
// reading and what is read is always what the page is now.
import { nameOf, parentOf, textOf, typeOf } from "./dom.js";
import { Device, barIn } from "./device.js";
import { Motion } from "./motion.js";
import { Pictures } from "./pictures.js";
import { Places } from "./places.js";
import { PATIENT, Reader, XHTML } from "./reader.js";
import { R } from "./records.js";
import { Samples } from "./samples.js";
import { focused, selected } from "./selection.js";
import { Sheets } from "./sheets.js";
import { states } from "./state.js";
import { NOT_ZOOMED, zoomKey } from "./zoom.js";

// Milliseconds from one reading to the next: no more than one for each picture that is painted.
const FRAME = 15;
// Readings, none of them much later than the one before, after which the page is taken to go on changing. Then it is read
// half as often; if nothing but words change, a third.
const STREAK = 4;
// Nodes that are forgotten in one go.
const LOST = 8192;
const FIELD = /^(input|textarea)$/;
// What such a field holds the page has put in it, or it is no text.
const UNTYPED = /^(checkbox|radio|hidden|button|submit|reset|image|color|range)$/;
// Values of one field that are remembered until they are read.
const NOTED = 8;
// What a person has put into a field: a file's name, not where a browser says that it lies.
function heldBy(el) {
  try {
    if (el.type === "file") return [...el.files].map((file) => file.name)[0] ?? "";
    return UNTYPED.test(el.type) ? "" : String(el.value);
  } catch { return ""; }
}
// What a page has put there is no news.
function isTyped(el) { try { return el.value !== el.defaultValue; } catch { return true; } }
const EVENTS = ["input", "change", "click", "keyup", "focusin", "focusout", "toggle", "reset", "fullscreenchange", "transitionend", "selectionchange", "invalid", "slotchange"];

export class Capture extends Reader {
  // natives: unpatched browser functions; own: our host element, never captured; roots: host → closed shadow root;
  // early: weak references to what was scrolled.
  constructor(natives, own, roots, early, onFlush) {
    super(own, roots);
    // What was scrolled before we came, as the loader heard it.
    this.early = early;
    this.native = natives;
    this.onFlush = onFlush;
    this.scrolled = new Set();
    // What was told to be scrolled anywhere but to its beginning.
    this.away = new Set();
    this.failedAddresses = new Set();
    this.focus = 0;
    this.info = "";
    this.selection = "";
    // Whether they may be others than were told.
    this.selectionMayDiffer = true;
    this.pressed = null;
    this.view = "";
    // How many more times pictures are looked at after the window changed.
    this.refits = 0;
    this.zoom = NOT_ZOOMED;
    this.zoomMayDiffer = true;
    this.painted = 0;
    this.running = false;
    // Whether the last reading was put off: nobody is shown anything, or the line is full.
    this.isHeld = false;
    this.posted = false;
    // Whether it was read a moment ago, and whether something changed since.
    this.isResting = false;
    this.waiting = false;
    // How often it was read, when last, and how often in a row.
    this.turn = 0;
    this.ran = 0;
    this.streak = 0;
    // Whether nothing but words changed since.
    this.isOnlyWords = true;
    this.listeners = [];
    this.sheets = new Sheets(this);
    this.pictures = new Pictures(this);
    this.samples = new Samples(this);
    this.places = new Places(this);
    this.motion = new Motion();
    // Those of other origins that may join, if any may.
    this.frames = null;
    this.device = new Device(() => this.schedule());
    this.facts = 0;
    this.redrawn = new Set();
    this.touched = new Set();
    // What fields held when somebody wrote in them: a page may empty or remove them in the same moment.
    this.noted = new Map();
    this.heard = new WeakMap();
    this.checksAll = false;
    // Whether some sheet asks for validity, and for which states of custom elements.
    this.asks = false;
    this.customStates = new Set();
    // Fields that the browser filled in.
    this.filled = new WeakSet();
    this.unheard = [];
    this.isScanning = false;
    this.hooked = new Map();
    // Lists of ids that have been taken back and are not all forgotten.
    this.lost = [];
    this.tops = new WeakMap();
    this.topCount = 0;
    this.observer = new natives.MutationObserver((records) => { this.mark(records); this.schedule(); });
    const channel = new natives.MessageChannel();
    channel.port1.onmessage = () => { this.posted = false; this.run(); };
    this.post = () => { if (!this.posted) { this.posted = true; channel.port2.postMessage(0); } };
    this.close = () => channel.port1.close();
  }

  start() {
    this.running = true;
    const view = window.visualViewport;
    if (view) for (const type of ["resize", "scroll"]) {
      const moved = () => { this.zoomMayDiffer = true; this.schedule(); };
      view.addEventListener(type, moved, true);
      this.listeners.push([view, type, moved]);
    }
    this.timer = this.native.setInterval(() => { this.pictures.tick(); this.readMoves(); this.sheets.rotate(); this.refit(); if (this.rules.sweep() || this.poll() || this.isHeld) this.schedule(); }, 250);
  }

  stop() {
    this.running = false;
    this.native.clearInterval(this.timer);
    this.observer.disconnect();
    this.places.stop();
    this.sheets.stop();
    for (const undo of this.hooked.values()) { try { undo(); } catch { /* The frame is gone. */ } }
    this.hooked.clear();
    this.pictures.stop();
    this.device.stop();
    for (const [target, type, handler] of this.listeners) target.removeEventListener(type, handler, true);
    this.listeners = [];
    this.lost = [];
    this.close();
    for (const map of [this.ids, this.nodes, this.tracked, this.noted, this.roots, this.rules, this.standing]) map.clear();
  }

  // ---- when

  schedule() {
    if (!this.running) return;
    this.painted += this.waiting ? 1 : 0;
    // What is scrolled is followed frame by frame, whatever else goes on.
    const isDue = !this.isResting || document.visibilityState !== "visible" || this.scrolled.size && performance.now() - this.ran >= FRAME;
    if (isDue) this.post(); else this.waiting = true;
  }

  // A timer, not an animation frame: asking for one makes the browser prepare a picture that nobody needs.
  run() {
    if (!this.running) return;
    const now = performance.now();
    this.streak = now - this.ran < 4 * FRAME ? this.streak + 1 : 0;
    const frames = this.streak <= STREAK ? 1 : this.isOnlyWords ? 3 : 2;
    this.isOnlyWords = true;
    this.ran = now;
    this.waiting = false;
    this.isResting = true;
    const turn = ++this.turn;
    this.native.setTimeout(() => {
      if (turn !== this.turn) return;
      this.isResting = false;
      if (this.waiting) this.run();
    }, frames * FRAME);
    this.slice();
  }
  // One slice of work. What is left goes on in the next task: what waits for the page, input and painting, comes between.
  slice() {
    this.isHeld = !this.onFlush();
    if (this.isHeld) return;
    this.unread.took();
    if (this.hasMore()) this.post();
  }
  // Whether what has been read can be shown: with its styles, and with everything where it stands now.
  isShowable() { return this.isPlaced && !this.sheets.isBehind; }
  // Whether the page holds what has not been read, though nothing may have said so yet.
  isBehind() { return this.hasMore() || this.pictures.isBehind() || this.poll(); }
  hasMore() { return this.unread.size > 0 || this.sheets.isBehind || this.attrs.size > 0 || this.kids.size > 0 || this.texts.size > 0; }

  // ---- what became dirty

  mark(records) {
    if (!records.length) return;
    this.pictures.wake();
    this.isStirred = true;
    const came = this.away.size ? new Set() : null;
    for (const r of records) {
      const node = r.target;
      if (r.type !== "characterData") this.isOnlyWords = false;
      if (came) for (const added of r.addedNodes) came.add(added);
      if (r.type === "childList") { if (r.addedNodes.length) this.kids.add(node); else this.kids.lose(node, r.removedNodes); if (this.sealed.has(node)) this.attrs.add(node); this.finds.stir(node); this.rules.arrived(r.addedNodes); this.rules.renamed(node); }
      else if (r.type === "attributes") {
        this.attrs.add(node);
        this.rules.turn(node, r.attributeName);
      } else { this.texts.add(node); this.rules.renamed(node); }
    }
    // What is moved is scrolled back without a word, also in shadow roots.
    if (came) for (const el of this.away) for (let at = el; at; at = this.parentOf(at)) if (came.has(at)) { this.scrolled.add(el); break; }
  }

  shadowAttached(host) {
    if (this.running && this.ids.has(host)) { this.kids.add(host); this.attrs.add(host); this.schedule(); }
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
    on("selectionchange", () => { this.selectionMayDiffer = true; });
    const note = (e) => { const el = e.composedPath()[0]; if (FIELD.test(el?.localName)) this.note(el); };
    for (const type of ["input", "change"]) on(type, note);
    const touch = (e) => { this.touched.add(e.composedPath()[0]); this.pictures.wake(); this.schedule(); };
    for (const type of EVENTS) on(type, touch);
    for (const type of ["pointerdown", "pointerup", "pointercancel"]) on(type, (e) => { this.pressed = type === "pointerdown" ? e.composedPath()[0] : null; touch(e); });
    on("scroll", (e) => { this.scrolled.add(e.target); this.pictures.wake(); this.schedule(); });
    // What is drawn meanwhile makes no record.
    on("wheel", () => this.pictures.wake());
    on("pointermove", () => { if (this.pressed) this.pictures.wake(); });
    for (const type of ["load", "error"]) on(type, (e) => {
      const el = e.target;
      if (el.localName === "iframe" || el.localName === "frame") {
        this.frames?.loaded(el);
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
    this.isStirred = true;
    this.observer.observe(root, { subtree: true, childList: true, attributes: true, characterData: true });
  }

  // Everything that changes without a mutation record. Cheap enough for every flush.
  poll() {
    for (const [el, last] of this.tracked) if (this.stateKey(el) !== last) { this.checksAll = true; return true; }
    return this.device.facts !== this.facts || this.sheets.changed() || focused(this) !== this.focus || this.viewKey() !== this.view || this.infoKey() !== this.info;
  }

  stateKey(el, state) {
    const asks = this.asks || this.filled.has(el);
    // Asked at every flush, so without a list. Of another type it is told anew.
    if (!asks && el.localName === "input") return el.checked || el.indeterminate ? `${el.value}\u0001${el.checked}${el.indeterminate}` : el.value;
    if (!asks && el.localName === "textarea") return el.value;
    if (nameOf.call(el) === "select") { let key = ""; for (const o of el.options) key += o.selected ? "1" : "0"; return key + (asks ? states(this, el, "select").join() : ""); }
    return (state || states(this, el, nameOf.call(el))).join("\u0001");
  }
  // In a window of another size a picture of several densities may have another one, or another size; a browser sees to
  // that some time after.
  refit() {
    if (!this.refits) return;
    this.refits--;
    for (const root of this.roots.keys()) for (const el of root.querySelectorAll("img[srcset], picture > img")) { this.attrs.add(el); this.schedule(); }
  }
  viewKey() { return `${innerWidth},${innerHeight},${devicePixelRatio}`; }
  infoKey() {
    const title = this.titled();
    return `${this.ids.get(title)}\u0001${title ? textOf.call(title) : ""}\u0001${location.href}`;
  }

  first() {
    this.begin();
    this.finds.begin();
    this.ids.clear(); this.nodes.clear(); this.tracked.clear(); this.names.clear(); this.next = 1;
    this.kids.clear(); this.attrs.clear(); this.texts.clear();
    this.lost = [];
    this.away.clear();
    this.newRoots = [...this.roots.keys()];
    this.sheets.reset();
    this.unread.reset();
    this.unheard = this.early;
    this.rules.clear();
    this.n.push(R.ROOT);
    this.isFirst = true;
    this.isStirred = true;
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
    this.finds.begin();
    this.n.push(R.ROOT);
    this.node(doc, 0);
    return this.end();
  }

  // What was written in a field; a page may empty or remove it in the same moment.
  note(el) {
    const value = heldBy(el);
    const all = this.noted.get(el);
    if (!all) this.noted.set(el, [value]);
    else if (value.startsWith(all[all.length - 1]) || all.length >= NOTED) all[all.length - 1] = value;
    else all.push(value);
  }

  // What fields hold, before anything else is read: what is hidden of it may be repeated in what is read.
  hear() {
    this.begin();
    const listen = (el, value) => {
      // What is not told stands in something that is.
      let at = el;
      while (at && !this.ids.has(at)) at = parentOf.call(at) ?? at.host;
      if (!at) return false;
      if (this.heard.get(el) !== value) {
        this.heard.set(el, value);
        this.n.push(R.HEARD, this.ids.get(at));
        this.str(value);
      }
      return at === el;
    };
    for (const [el, values] of this.noted) {
      let isKnown = false;
      for (const value of values) isKnown = listen(el, value);
      if (isKnown || !el.isConnected) this.noted.delete(el);
    }
    for (const el of this.tracked.size <= 64 ? this.tracked.keys() : this.touched) if (FIELD.test(el?.localName) && isTyped(el)) listen(el, heldBy(el));
    return this.n.length ? this.end() : null;
  }

  read() {
    this.begin();
    this.finds.begin();
    this.readRules();
    const firstNew = this.next;
    const { unread } = this;
    unread.begin();
    this.standing = new Map([[document, true]]);
    this.isPlaced = this.readAttributes(firstNew) && this.readPlaces(firstNew);
    if (!this.isPlaced) { this.starved++; this.keepPasswords(); return this.end(); }
    if (this.starved >= PATIENT) unread.begin();
    this.starved = 0;
    this.finds.read();
    for (const node of this.texts) {
      if (unread.isSpent) break;
      this.texts.delete(node);
      const id = this.ids.get(node);
      if (id === undefined || id >= firstNew) continue;
      unread.left--;
      this.n.push(this.finds.hits(node) ? R.FOUND : R.TEXT, id);
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

  // An element that came under a rule, or out of one, is forgotten at once; it is read again as a new one.
  readRules() {
    this.mark(this.observer.takeRecords());
    this.rules.read((el) => this.reread(el));
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
      if (id === undefined) continue;
      const at = this.scrollOf(el);
      if (at === "0,0") this.away.delete(el); else this.away.add(el);
      this.n.push(R.STATE, id);
      this.name("@scroll");
      this.str(at);
    }
    const focus = focused(this);
    if (focus !== this.focus || first) {
      this.focus = focus;
      this.selectionMayDiffer = true;
      const el = this.nodes.get(focus);
      this.n.push(R.FOCUS, focus, el && el.matches?.(":focus-visible") ? 1 : 0);
    }
    // Asking what is selected lays the page out.
    if (this.selectionMayDiffer || first) {
      const { isSomething, range } = selected(this);
      const key = range.join();
      if (key !== this.selection || first) { this.selection = key; if (range[0] || !first) this.n.push(R.SELECT, ...range); }
      this.selectionMayDiffer = isSomething;
    }
    const view = this.viewKey();
    if (view !== this.view) this.refits = 2;
    if (view !== this.view || first) { this.view = view; this.n.push(R.VIEWPORT, innerWidth, innerHeight, Math.round(devicePixelRatio * 100), barIn(this.home)); }
    // So does asking what is zoomed in on.
    if (this.zoomMayDiffer || first) {
      this.zoomMayDiffer = false;
      const zoom = zoomKey();
      if (zoom !== this.zoom || (first && zoom !== NOT_ZOOMED)) { this.zoom = zoom; this.n.push(R.ZOOM, ...zoom.split(",")); }
    }
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
  // What has been taken back: from now on a stranger wherever it stands. What is kept of it goes in slices.
  forget(ids) {
    if (!ids.length) return;
    this.nodes.lose(ids);
    this.lost.push({ ids, at: 0 });
    if (this.lost.length > 1) return;
    if (ids.length > LOST) this.native.setTimeout(() => this.forgetSome(), 0); else this.forgetSome();
  }
  forgetSome() {
    for (let left = LOST; left && this.lost.length;) {
      const list = this.lost[0];
      if (list.at === list.ids.length) { this.lost.shift(); continue; }
      const id = list.ids[list.at++];
      left--;
      const node = this.nodes.delete(id);
      const now = node && this.ids.get(node);
      if (!node || now !== undefined && now !== id) continue;
      this.ids.delete(node);
      if (typeOf.call(node) === 3) continue;
      this.tracked.delete(node);
      this.away.delete(node);
      this.roots.delete(node);
      this.pictures.forget(node);
      this.places.forget(node);
      this.finds.forget(node);
    }
    if (this.lost.length) this.native.setTimeout(() => this.forgetSome(), 0);
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
  retell() { this.motion.retell(); }
  readMoves() {
    const now = this.motion.in(this.roots.keys());
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
      if (el.localName === "select") for (const o of el.options) this.writeStates(o, firstNew);
      this.writeStates(el, firstNew);
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

  // ---- where things are

  // Tells `done` where some of what is in view lies.
  sample(done) { this.samples.take(done); }
  measure(ids) { return this.places.measure(ids); }
  anchorIn(el, x, y) { return this.places.anchorIn(el, x, y); }
  rests() { return this.places.rests(); }
  boxOf(id) { return this.places.boxOf(id); }
  looked(id) { return this.places.looked(id); }
  bring(id) { this.places.bring(id); }
  hiddenBoxes(ids) { return this.places.hiddenBoxes(ids); }
}
