// Packs the tree into numbers and strings: nodes with their attributes and states, who stands where, and which rules hit
// what. Knows what has been told under which id, and tells nothing of a node that may have moved since.
import { attributeNames, attributeOf, connectedOf, firstOf, hasAttributes, nameOf, nextOf, parentOf, previousOf, rootOf, styleOf, typeOf } from "./dom.js";
import { Finds } from "./finds.js";
import { Kids } from "./kids.js";
import { R } from "./records.js";
import { Rules } from "./rules.js";
import { isSealed, STATEFUL, states, TRACKED } from "./state.js";
import { Ids, Told } from "./told.js";
import { Unread } from "./unread.js";

export const XHTML = "http://www.w3.org/1999/xhtml";
const SPACES = { [XHTML]: 0, "http://www.w3.org/2000/svg": 1, "http://www.w3.org/1998/Math/MathML": 2 };
// Source and addresses: never needed on the other side, often large.
const SKIP = new Set(["src", "srcset", "srcdoc", "nonce", "integrity", "imagesrcset", "data"]);
const HOLLOW = new Set(["script", "style", "template", "noscript", "title"]);
// Slices after which the rest is read too, even if attributes and children never come to an end.
export const PATIENT = 20;

// What watches a page (capture.js) adds what a new root needs: `listen`, `hook`, `sheets`, `pictures`, `stateKey`.
// As long as the page, by whatever policy and in however many readings: a password that is shown is one still.
const WAS_PASSWORD = new WeakSet();

export class Reader {
  // own: our host element, never read; roots: host → closed shadow root.
  constructor(own, roots) {
    this.own = own;
    this.closed = roots;
    this.ids = new Ids();
    this.nodes = new Told();
    this.names = new Map();
    this.next = 1;
    // What is dirty: children, attributes, texts.
    this.kids = new Kids();
    this.attrs = new Set();
    this.texts = new Set();
    this.unread = new Unread();
    // Slices in which attributes and places alone used up the budget.
    this.starved = 0;
    // Whether it is known who stands where, and which nodes were found to stand as told in this reading.
    this.isPlaced = false;
    this.standing = new Map();
    // Documents and shadow roots, those that came just now, and elements in inner ones whose scrolling nobody heard.
    this.roots = new Map();
    this.newRoots = [];
    this.unscanned = [];
    this.inInnerRoot = false;
    this.isFirst = false;
    this.isCatchingUp = false;
    this.rules = new Rules(this);
    this.finds = new Finds(this);
    this.wasPassword = WAS_PASSWORD;
    // Whether the page has changed since passwords were looked for.
    this.isStirred = true;
    // Elements with a closed root that was made before us.
    this.sealed = new WeakSet();
    this.tracked = new Map();
    this.moves = new Map();
    this.marked = new Set();
  }

  // As `Rules.set`.
  setRules(lists, labels, named, guard) { return this.rules.set(lists, labels, named, [...guard]); }

  // What the policy's detectors need, and how they are asked.
  setDetectors(needs, find) { this.finds.set(needs, find); }

  searchAgain() { this.finds.again(); }

  begin() { this.n = []; this.s = []; this.chars = 0; }

  end() { return [new Uint32Array(this.n), this.s.join("\0")]; }

  // Long texts count as the nodes that could be read in their stead.
  str(v) { v = String(v ?? ""); this.chars += v.length; this.unread.left -= v.length >> 8; this.s.push(v.indexOf("\0") < 0 ? v : v.replaceAll("\0", "\ufffd")); }

  name(v) {
    let n = this.names.get(v);
    if (n === undefined) { n = this.names.size; this.names.set(v, n); this.str(v); }
    this.n.push(n);
  }

  isFull() { return this.unread.isSpent && this.starved < PATIENT; }

  // Whether a node stands where it was told to stand, and so does everything above it. One that has moved is judged by
  // where it was; nothing is told of it until its new parent's children have been read, and it with them. What changed
  // at the elements above is told before.
  stands(node, firstNew) {
    const above = this.parentOf(node);
    if (!above || this.nodes.parentOf(this.ids.get(node)) !== this.ids.get(above)) return false;
    const path = [];
    for (let at = above; at && !this.standing.has(at); at = this.parentOf(at)) path.push(at);
    while (path.length) {
      const at = path.pop();
      const over = this.parentOf(at);
      const id = this.ids.get(at);
      const is = Boolean(over) && id !== undefined && id < firstNew && this.nodes.parentOf(id) === this.ids.get(over) && this.standing.get(over) === true;
      this.standing.set(at, is);
      if (is && this.attrs.delete(at)) this.attributes(at, id);
    }
    return this.standing.get(above) === true;
  }

  // Tells of dirty nodes as much as fits, of those that stand; gives the others, which wait until it is known who stands
  // where.
  drain(dirty, firstNew, tell) {
    const later = [];
    for (const node of dirty) {
      if (this.isFull()) break;
      const lost = dirty.of?.(node);
      dirty.delete(node);
      const id = this.ids.get(node);
      if (id === undefined || id >= firstNew) continue;
      if (node === document || this.stands(node, firstNew)) tell(node, id, lost); else later.push(node);
    }
    return later;
  }

  // Whether all were read that stand.
  readAttributes(firstNew) {
    const later = this.drain(this.attrs, firstNew, (el, id) => this.attributes(el, id));
    const isDone = !this.attrs.size;
    for (const el of later) this.attrs.add(el);
    return isDone;
  }

  attributes(el, id) {
    this.unread.left--;
    this.n.push(R.ATTRS, id);
    this.describe(el, nameOf.call(el), this.shadowOf(el));
  }

  // Who stands where, before texts and states.
  readPlaces(firstNew) {
    const later = this.drain(this.kids, firstNew, (node, id, lost) => { if (!lost || !this.gone(node, id, firstNew, lost)) this.children(node, id, firstNew); });
    // All that moved has been read where it stands now, or has gone.
    if (!this.kids.size) { this.attrs.clear(); return true; }
    for (const node of later) this.kids.add(node);
    return false;
  }

  // What is not read yet may show its password before it is: what it was is kept. Asked when the page has changed since.
  keepPasswords() {
    if (!this.isStirred) return;
    this.isStirred = false;
    for (const root of this.roots.keys()) for (const el of root.querySelectorAll("input[type=password]")) this.wasPassword.add(el);
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

  // Where something of our own may stand.
  get home() { return this.shadowOf(this.own) || this.own; }
  shadowOf(el) { return el.shadowRoot || this.closed.get(el) || null; }

  frameOf(el) {
    if (el.localName !== "iframe" && el.localName !== "frame") return null;
    try { const d = el.contentDocument; return d && d.documentElement ? d : null; } catch { return null; }
  }

  // What is in a node and travels: its shadow root or its frame's document, its elements and texts.
  *kidsOf(node) {
    if (typeOf.call(node) === 1) {
      const name = nameOf.call(node);
      if (HOLLOW.has(name)) return;
      const shadow = this.shadowOf(node);
      if (shadow) yield shadow;
      if (name === "iframe" || name === "frame") {
        const frame = this.frameOf(node);
        if (frame) { yield frame; return; }
      }
    }
    for (let kid = firstOf.call(node); kid; kid = nextOf.call(kid)) {
      const t = typeOf.call(kid);
      if ((t === 1 || t === 3 || t === 4) && kid !== this.own) yield kid;
    }
  }

  // Tells that some children have gone. `false` where that is not all: one stands here again, or has been read elsewhere
  // already, or was never told.
  gone(node, id, firstNew, lost) {
    const told = [];
    for (const kid of lost) {
      const type = typeOf.call(kid);
      if (type !== 1 && type !== 3 && type !== 4 || kid === this.own) continue;
      const known = this.ids.get(kid);
      if (known === undefined || known >= firstNew || this.nodes.parentOf(known) !== id || parentOf.call(kid) === node) return false;
      told.push(known);
    }
    if (this.unread.has(node)) return false;
    this.unread.left--;
    if (told.length) this.n.push(R.GONE, id, told.length, ...told);
    return true;
  }

  // Who a node's children are now. What is new and too much for this slice comes behind those before it, by `more`.
  children(node, id, firstNew) {
    const { n, unread } = this;
    unread.drop(node);
    unread.left--;
    const at = n.push(R.CHILDREN, id, 0) - 1;
    // Those that stood here before may stand anywhere in the list; behind the last of them it need not be looked through.
    let before = this.nodes.kidsOf(id);
    let count = 0;
    let last = null;
    let isMissing = false;
    for (const kid of this.kidsOf(node)) {
      const known = this.ids.get(kid);
      if (known !== undefined && known < firstNew && this.nodes.parentOf(known) === id) { n.push(known); before--; }
      // A shadow root and a frame's document are no siblings to go on behind.
      else if (unread.isSpent && kid.nodeType !== 9 && kid.nodeType !== 11) { isMissing = true; if (before > 0) continue; break; }
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

  isChild(kid, id) { const known = this.ids.get(kid); return known !== undefined && this.nodes.parentOf(known) === id; }

  // The id of what stands before a child: a sibling, or the shadow root.
  before(kid, parent, id) {
    for (let at = previousOf.call(kid); at; at = previousOf.call(at)) if (this.isChild(at, id)) return this.ids.get(at);
    return (typeOf.call(parent) === 1 && this.ids.get(this.shadowOf(parent))) || 0;
  }

  node(node, parent) {
    const id = this.next++;
    this.ids.set(node, id);
    this.nodes.set(id, node, parent);
    const { n } = this;
    this.unread.left--;
    // A form gives a field in place of whatever the field is called like: no number, no string.
    let type = node.nodeType;
    if (typeof type !== "number") type = 1;
    if (type === 3 || type === 4) { n.push(this.finds.hits(node) ? R.NODE_FOUND : R.NODE_TEXT); this.str(node.data); return false; }
    let inner = null;
    let shadow = null;
    let isForm = false;
    if (type === 1) {
      let name = node.localName;
      if (typeof name !== "string") name = "form";
      isForm = name === "form";
      n.push(R.NODE_ELEMENT);
      this.name(name);
      n.push(isForm ? 0 : SPACES[node.namespaceURI] ?? 0);
      shadow = this.shadowOf(node);
      this.describe(node, name, shadow);
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
      // It has hits of its own, and one that was away may have others than before.
      this.rules.within(node);
      if (node !== document) {
        const outer = this.inInnerRoot;
        this.inInnerRoot = true;
        this.below(node, id, null, false, null);
        this.inInnerRoot = outer;
        return false;
      }
    }
    this.below(node, id, inner, isForm, shadow);
    return isForm;
  }

  // What is in a node: the document of a frame, or a shadow root and the children.
  below(node, id, inner, isForm, shadow) {
    const { n } = this;
    const at = n.length;
    n.push(0);
    let count = 0;
    if (inner) { this.node(inner, id); n[at] = 1; return; }
    const isElement = isForm || node.nodeType === 1;
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
  describe(el, name, shadow) {
    const { n } = this;
    const at = n.length;
    const bits = this.rules.hits.get(el);
    n.push(0, bits ? bits[0] : 0, bits ? bits[1] : 0, 0);
    let flags = 0;
    if (name === "input") {
      if (el.type === "password") this.wasPassword.add(el);
      if (this.wasPassword.has(el)) flags |= R.WAS_PASSWORD;
    } else if (name === "html" && el === el.ownerDocument.documentElement) {
      if (this.rules.broken && el === document.documentElement) flags |= R.FAILED;
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
        let value = isForm ? attributeOf.call(el, attr) : el.getAttribute(attr);
        if (value === null || value.length > 65536) continue;
        // What the page's own policy (style-src) keeps from counting stands in the attribute all the same.
        if (attr === "style" && (isForm ? styleOf.call(el) : el.style)?.length === 0) value = "";
        if (attr === "popover") popover = true;
        if (attr === "contenteditable" && value !== "false" && !el.parentElement?.isContentEditable) flags |= R.EDITABLE;
        this.name(attr); this.str(value); count++;
      }
    }
    if ((this.isFirst || this.isCatchingUp) && !shadow && name.includes("-") && isSealed(el)) this.sealed.add(el);
    if (shadow?.slotAssignment === "manual") { this.name("@slots"); this.str("manual"); count++; }
    if (popover || STATEFUL.has(name) || this.moves.has(el) || this.marked.has(el) || name.includes("-")) {
      const state = states(this, el, name);
      for (let i = 0; i < state.length; i += 2) { this.name(state[i]); this.str(state[i + 1]); count++; }
      // What a select holds stands in its options, which are not written here.
      if (name === "select" ? !this.tracked.has(el) : popover || TRACKED.has(name) || (name === "slot" && state.length) || name.includes("-") && (state.length || this.customStates.size)) this.tracked.set(el, this.stateKey(el, state));
      if (name === "canvas" || name === "video") this.pictures.watch(el);
    }
    n[at] = flags;
    n[at + 3] = count;
  }
}
