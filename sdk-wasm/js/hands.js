// The agent's hand in the page: what an act would touch, for the gate to decide about, and the act itself as a person's hand
// would do it, event by event. Decides nothing.
import { attributeOf, connectedOf, matchesOf, parentOf, rootOf } from "./dom.js";

// As engine::gate's `scene`, `touched` and protocol's `deed`.
const S = { CONNECTED: 1, HIT: 2, DISABLED: 4, AWAY: 8, SENDS: 16, EDITABLE: 32, SEEN: 64 };
const T = { TARGET: 1, FORM: 2, PINNED: 4, WAS_PASSWORD: 8, FIELD: 16 };
const D = { PRESS: 1, DOUBLE: 2, TEXT: 3, KEY: 4, SELECT: 5, SCROLL: 6, BACK: 7, FORWARD: 8 };
// Numbers that older pages still ask for.
const CODES = { Backspace: 8, Tab: 9, Enter: 13, Escape: 27, End: 35, Home: 36, ArrowLeft: 37, ArrowRight: 39, Delete: 46 };
const WORDLESS = /^(button|submit|reset|image|checkbox|radio|range|color|file|hidden)$/;
// What may send a form.
export const SENDERS = "button:not([type=button],[type=reset]),input[type=submit],input[type=image]";
const FOCUSABLE = "a[href],button,input,select,textarea,summary,[tabindex],[contenteditable]";

// Above an element in what is drawn: its slot, its parent, its host, its frame.
export const above = (node) => node.assignedSlot ?? parentOf.call(node) ?? node.host ?? node.defaultView?.frameElement ?? null;
const isSender = (el) => el.form && (el.localName === "button" ? el.type === "submit" : el.type === "submit" || el.type === "image");
// In the order of the tree, those with a `form` attribute too.
export const sendersOf = (form) => [...rootOf.call(form).querySelectorAll(SENDERS)].filter((el) => el.form === form && isSender(el));
const isTyped = (el) => el.localName === "textarea" || el.localName === "input" && !WORDLESS.test(el.type);
const isEditable = (el) => el.isContentEditable || isTyped(el) && !el.readOnly;

// Pages show what can be pressed by a hand.
export const isHand = (el) => el?.nodeType === 1 && el.ownerDocument.defaultView?.getComputedStyle(el).cursor === "pointer";

export class Hands {
  constructor(capture) {
    this.c = capture;
    this.target = null;
    this.at = [0, 0];
    // The field that our texts went into, and whether the page has been told that it changed.
    this.edited = null;
  }

  // Numbers [flags, count, (id, flags, rules low, rules high)*] and strings [type, autocomplete]* of what an act touches.
  gather(id, x, y, deed, key, index) {
    const el = this.c.nodes.get(id);
    let flags = document.visibilityState === "visible" ? S.SEEN : 0;
    this.target = null;
    if (!el || !connectedOf.call(el)) return [Uint32Array.of(flags, 0), ""];
    flags |= S.CONNECTED;
    const points = deed === D.PRESS || deed === D.DOUBLE;
    this.target = el;
    if (points) {
      const hit = this.hit(id, x, y);
      if (hit) { this.target = hit; flags |= S.HIT; }
    } else if (deed !== D.SCROLL && (el === el.ownerDocument.body || el === el.ownerDocument.documentElement || this.hit(id))) flags |= S.HIT;
    const seen = { list: new Map(), flags };
    if (deed !== D.SCROLL) this.touch(seen, this.target, points, deed === D.KEY && key === "Enter");
    if (deed === D.SELECT) this.option(seen, el, index);
    const numbers = [seen.flags, seen.list.size];
    const strings = [];
    const { rules } = this.c;
    for (const [one, how] of seen.list) {
      let is = how;
      if (one.localName === "input" || one.localName === "textarea" || one.localName === "select" || one.isContentEditable) is |= T.FIELD;
      if (this.c.wasPassword.has(one)) is |= T.WAS_PASSWORD;
      // What shows a hand is pressed with what is in it.
      const bits = rules.bitsOf(one, (is & T.TARGET) > 0 || points && isHand(one));
      if (rules.pinned.has(one)) is |= T.PINNED;
      // What was tried in such a part stays the customer's when it is moved out of it.
      if (is & T.PINNED && !(is & T.FORM) && points) rules.pinned.add(this.target);
      numbers.push(this.c.ids.get(one) ?? 0, is, bits[0] >>> 0, bits[1] >>> 0);
      strings.push(one.localName === "input" ? one.type : "", attributeOf.call(one, "autocomplete") ?? "");
    }
    return [Uint32Array.from(numbers), strings.join("\0")];
  }

  // What lies on top where the agent points, or in the middle of what is in sight of it, if that is the element or in it.
  hit(id, x, y) {
    const box = this.c.boxOf(id);
    if (!box) return null;
    const middle = (from, size, most) => (Math.max(from, 0) + Math.min(from + size, most)) / 2;
    let [px, py] = x === undefined
      ? [middle(box[0], box[2], innerWidth), middle(box[1], box[3], innerHeight)]
      : [box[0] + box[2] * x / 65535, box[1] + box[3] * y / 65535];
    // The very edge is the next one's.
    px = Math.min(Math.max(px, box[0] + 0.5), box[0] + box[2] - 0.5);
    py = Math.min(Math.max(py, box[1] + 0.5), box[1] + box[3] - 0.5);
    let top = document.elementFromPoint(px, py);
    while (top) {
      const frame = this.c.frameOf(top);
      const shadow = this.c.shadowOf(top);
      let inner = null;
      if (frame) {
        const outer = top.getBoundingClientRect();
        px -= outer.left + top.clientLeft;
        py -= outer.top + top.clientTop;
        inner = frame.elementFromPoint(px, py);
      } else if (shadow) inner = shadow.elementFromPoint(px, py);
      if (!inner || inner === top) break;
      top = inner;
    }
    this.at = [px, py];
    const el = this.c.nodes.get(id);
    for (let at = top; at; at = above(at)) if (at === el) return top;
    return null;
  }

  // An entry of a list is chosen, not the list.
  option(seen, el, index) {
    const option = el.localName === "select" ? el.options[index] : null;
    if (!option) return;
    seen.list.set(option, T.TARGET);
    if (matchesOf.call(option, ":disabled")) seen.flags |= S.DISABLED;
    const group = parentOf.call(option);
    if (group && group !== el) seen.list.set(group, 0);
  }

  // Everything that a press or a key on an element can set off.
  touch(seen, target, points, isEnter) {
    const add = (el, how) => { if (el) seen.list.set(el, (seen.list.get(el) ?? 0) | how); };
    const sends = (button, form) => {
      seen.flags |= S.SENDS;
      add(form, T.FORM);
      const to = button?.getAttribute("formtarget") || attributeOf.call(form, "target") || "";
      if (this.isAway(button?.hasAttribute("formaction") ? button.formAction : this.actionOf(form), to)) seen.flags |= S.AWAY;
    };
    const pressed = (el, how) => {
      for (let at = el; at; at = above(at)) {
        if (at.nodeType !== 1) continue;
        add(at, at === el ? how : at.localName === "form" ? T.FORM : 0);
        if (matchesOf.call(at, ":disabled") || at.inert) seen.flags |= S.DISABLED;
        if (!points && !(isEnter && at === el)) continue;
        switch (at.localName) {
          case "label": if (at.control && !seen.list.has(at.control)) pressed(at.control, T.TARGET); break;
          case "summary": add(parentOf.call(at), 0); break;
          case "option": add(at.closest("select"), T.TARGET); break;
          case "a": case "area": this.link(seen, at, add); break;
          case "button": case "input":
            add(at.popoverTargetElement, 0);
            add(at.commandForElement, 0);
            if (isSender(at)) sends(at, at.form);
            else if (at.type === "reset") add(at.form, T.FORM);
            break;
        }
      }
    };
    pressed(target, T.TARGET);
    if (isEditable(target)) seen.flags |= S.EDITABLE;
    if (isEnter && target.localName === "input" && target.form) {
      // What the browser presses when Enter is pressed in a field.
      const button = sendersOf(target.form)[0];
      if (button) add(button, 0);
      // Without a button it would be sent as the one does that it had.
      else if (this.c.rules.forms.has(target.form)) this.c.rules.pinned.add(target.form);
      sends(button, target.form);
    }
  }

  actionOf(form) { return new URL(attributeOf.call(form, "action") || location.href, form.ownerDocument.baseURI).href; }

  link(seen, el, add) {
    const href = typeof el.href === "string" ? el.href : el.href?.baseVal;
    if (!href) return;
    let url;
    try { url = new URL(href, el.ownerDocument.baseURI); } catch { seen.flags |= S.AWAY; return; }
    if (this.isAway(url.href, attributeOf.call(el, "target") || "") || el.hasAttribute("download")) seen.flags |= S.AWAY;
    // An address does what a form or link does that only the customer may press.
    for (const [one, bits] of this.c.rules.hits) {
      if (!(bits[0] & this.c.rules.guard[0] || bits[1] & this.c.rules.guard[1])) continue;
      const form = one.localName === "form" ? one : one.form;
      const own = form && attributeOf.call(form, "action") ? this.actionOf(form) : one.localName === "a" ? one.href : "";
      if (!own) continue;
      const other = new URL(own);
      if (other.origin === url.origin && other.pathname === url.pathname && other.pathname !== location.pathname) add(one, 0);
    }
  }

  isAway(address, target) {
    try {
      const url = new URL(address, document.baseURI);
      return url.origin !== location.origin || !/^https?:$/.test(url.protocol) || target !== "" && !/^_(self|top|parent)$/i.test(target);
    } catch { return true; }
  }

  // Does what was gathered last. `again` asks the gate anew; `false` stops. Gives whether it was done.
  perform(deed, text, x, y, again) {
    const el = this.target;
    const win = el?.ownerDocument.defaultView ?? window;
    switch (deed) {
      case D.PRESS: return this.press(el, win, again, 1);
      case D.DOUBLE: return this.press(el, win, again, 2);
      case D.TEXT: return this.text(el, win, text, again);
      case D.KEY: return this.key(el, win, text, again);
      case D.SELECT: return this.select(el, win, x);
      case D.SCROLL: return this.scroll(el, x, y);
      // Among the pages of this site; a browser that does not tell is not asked to go.
      case D.BACK: if (!window.navigation?.canGoBack) return false; history.back(); return true;
      case D.FORWARD: if (!window.navigation?.canGoForward) return false; history.forward(); return true;
    }
    return false;
  }

  press(el, win, again, detail) {
    const [clientX, clientY] = this.at;
    const all = { bubbles: true, cancelable: true, composed: true, view: win, clientX, clientY, detail };
    const pointer = (type, buttons) => el.dispatchEvent(new win.PointerEvent(type, { ...all, detail: 0, pointerId: 1, pointerType: "mouse", isPrimary: true, buttons }));
    const mouse = (type, buttons) => el.dispatchEvent(new win.MouseEvent(type, { ...all, buttons }));
    pointer("pointerover", 0); mouse("mouseover", 0); pointer("pointermove", 0); mouse("mousemove", 0);
    // What a handler moved or renamed is another thing from here on.
    const stands = () => again() && this.target === el;
    const stop = () => { if (connectedOf.call(el)) pointer("pointercancel", 0); return false; };
    if (!stands()) return stop();
    pointer("pointerdown", 1);
    if (!stands()) return stop();
    if (mouse("mousedown", 1)) { this.focus(el); if (isEditable(el)) this.place(el, win); }
    if (!stands()) return stop();
    pointer("pointerup", 0);
    if (!stands()) return stop();
    mouse("mouseup", 0);
    if (!stands()) return stop();
    if (el.localName === "input" && el.type === "range") this.slide(el, win);
    else mouse("click", 0);
    if (detail === 2 && stands()) mouse("dblclick", 0);
    return true;
  }

  focus(el) {
    let at = el;
    while (at && !(at.nodeType === 1 && matchesOf.call(at, FOCUSABLE) && !matchesOf.call(at, ":disabled"))) at = above(at);
    const before = this.edited;
    if (at) at.focus({ preventScroll: true }); else el.ownerDocument.activeElement?.blur();
    if (before && before.el !== at) this.left();
  }

  // The field that was written in is left: where the browser did not say that it changed, we do.
  left() {
    const { el, value, isTold } = this.edited ?? {};
    this.edited = null;
    if (el && !isTold() && connectedOf.call(el) && el.value !== value) el.dispatchEvent(new Event("change", { bubbles: true }));
  }

  enter(el) {
    if (this.edited?.el === el) return;
    if (this.edited) this.left();
    let told = false;
    el.addEventListener("change", () => { told = true; }, { capture: true, once: true });
    this.edited = { el, value: el.value, isTold: () => told };
  }

  slide(el, win) {
    const box = el.getBoundingClientRect();
    const [min, max, step] = [Number(el.min || 0), Number(el.max || 100), Number(el.step) || 1];
    const isUpright = box.height > box.width;
    let share = isUpright ? 1 - (this.at[1] - box.top) / box.height : (this.at[0] - box.left) / box.width;
    if (!isUpright && win.getComputedStyle(el).direction === "rtl") share = 1 - share;
    this.set(el, win, String(min + Math.round(Math.max(0, Math.min(1, share)) * (max - min) / step) * step));
    el.dispatchEvent(new win.Event("change", { bubbles: true }));
  }

  // As the browser sets it, past what a framework has put on the element itself.
  set(el, win, value) {
    const proto = el.localName === "textarea" ? win.HTMLTextAreaElement : win.HTMLInputElement;
    Object.getOwnPropertyDescriptor(proto.prototype, "value").set.call(el, value);
    el.dispatchEvent(new win.InputEvent("input", { bubbles: true, composed: true, inputType: "insertReplacementText" }));
  }

  event(el, win, type, key) {
    const is = type === "keypress" ? key === "Enter" ? 13 : key.charCodeAt(0) : CODES[key] ?? (/^[a-z0-9 ]$/i.test(key) ? key.toUpperCase().charCodeAt(0) : 0);
    return el.dispatchEvent(new win.KeyboardEvent(type, { key, keyCode: is, which: is, charCode: type === "keypress" ? is : 0, bubbles: true, cancelable: true, composed: true }));
  }
  // Whether the page let the key through.
  down(el, win, key) { return this.event(el, win, "keydown", key) && (key.length > 1 && key !== "Enter" || this.event(el, win, "keypress", key)); }
  up(el, win, key) { if (connectedOf.call(el)) this.event(el, win, "keyup", key); }

  text(el, win, text, again) {
    if (!this.holds(el)) this.focus(el);
    if (!again() || !this.holds(el)) return false;
    if (isTyped(el)) this.enter(el);
    for (const char of isTyped(el) && el.localName === "input" ? text.replace(/[\r\n]/g, "") : text) {
      if (!this.down(el, win, char)) continue;
      if (!again() || !this.holds(el)) return false;
      if (!el.ownerDocument.execCommand("insertText", false, char)) this.splice(el, win, char);
      this.up(el, win, char);
    }
    return true;
  }

  // Whether an element has the focus, or stands in the editable one that has it.
  holds(el) {
    let active = el.ownerDocument.activeElement;
    for (let inner; active && (inner = this.c.shadowOf(active)?.activeElement);) active = inner;
    return active === el || Boolean(el.isContentEditable && active?.isContentEditable && active.contains(el));
  }

  // Where the browser has no such command for a field.
  splice(el, win, text) {
    if (!isTyped(el)) return;
    const value = el.value;
    let [from, to] = [value.length, value.length];
    try { if (el.selectionStart !== null) [from, to] = [el.selectionStart, el.selectionEnd]; } catch { /* A field without a caret to ask for. */ }
    if (!el.dispatchEvent(new win.InputEvent("beforeinput", { data: text, inputType: "insertText", bubbles: true, cancelable: true, composed: true }))) return;
    this.set(el, win, value.slice(0, from) + text + value.slice(to));
    try { el.setSelectionRange(from + text.length, from + text.length); } catch { /* The same. */ }
  }

  key(el, win, key, again) {
    const doc = el.ownerDocument;
    if (!this.holds(el) && (isEditable(el) || matchesOf.call(el, FOCUSABLE))) this.focus(el);
    if (!again()) return false;
    if (!this.down(el, win, key)) { this.up(el, win, key); return true; }
    if (!again()) return false;
    // The browser writes where the focus is, and that is what was asked about.
    if (/^(Enter|Backspace|Delete)$/.test(key) && !this.holds(el)) return false;
    if (isTyped(el)) this.enter(el);
    switch (key) {
      case "Enter":
        if (el.localName === "textarea") doc.execCommand("insertText", false, "\n") || this.splice(el, win, "\n");
        else if (el.isContentEditable) doc.execCommand("insertParagraph");
        else if (el.localName === "input" && el.form) {
          this.left();
          if (!again()) return false;
          const button = sendersOf(el.form)[0];
          if (button) { if (!button.disabled) button.click(); } else el.form.requestSubmit();
        } else if (el.localName === "button" || el.localName === "summary" || el.localName === "a") el.click();
        break;
      case "Backspace": doc.execCommand("delete"); break;
      case "Delete": doc.execCommand("forwardDelete"); break;
      case "Tab": this.next(el); break;
      case "ArrowLeft": case "ArrowRight": case "Home": case "End": this.caret(el, key); break;
    }
    this.up(el, win, key);
    return true;
  }

  next(el) {
    const all = [...rootOf.call(el).querySelectorAll(FOCUSABLE)].filter((one) => one.tabIndex >= 0 && !matchesOf.call(one, ":disabled") && one.getClientRects().length);
    this.focus(all[(all.indexOf(el) + 1) % all.length] ?? el);
  }

  // Where a field or an editable element was pressed, the caret stands.
  place(el, win) {
    const spot = el.ownerDocument.caretPositionFromPoint?.(...this.at);
    try {
      if (isTyped(el)) { if (spot?.offsetNode === el) el.setSelectionRange(spot.offset, spot.offset); }
      else if (spot && el.contains(spot.offsetNode)) win.getSelection().collapse(spot.offsetNode, spot.offset);
    } catch { /* A field without a caret to set. */ }
  }

  caret(el, key) {
    if (!isTyped(el)) {
      if (el.isContentEditable) el.ownerDocument.getSelection().modify("move", /Left|Home/.test(key) ? "backward" : "forward", /^A/.test(key) ? "character" : "lineboundary");
      return;
    }
    try {
      const at = { ArrowLeft: el.selectionStart - 1, ArrowRight: el.selectionEnd + 1, Home: 0, End: el.value.length }[key];
      el.setSelectionRange(Math.max(0, at), Math.max(0, at));
    } catch { /* A field without a caret to set. */ }
  }

  select(el, win, index) {
    const option = el.localName === "select" ? el.options[index] : null;
    if (!option || matchesOf.call(option, ":disabled")) return false;
    this.focus(el);
    if (el.multiple) option.selected = !option.selected; else el.selectedIndex = index;
    el.dispatchEvent(new win.Event("input", { bubbles: true, composed: true }));
    el.dispatchEvent(new win.Event("change", { bubbles: true }));
    return true;
  }

  // What scrolls nearest to the element, and can go on in that direction.
  scroll(el, x, y) {
    for (let at = el; at; at = above(at)) {
      if (at.nodeType !== 1) continue;
      const [left, top] = [at.scrollLeft, at.scrollTop];
      const root = at === at.ownerDocument.scrollingElement;
      const style = at.ownerDocument.defaultView.getComputedStyle(at);
      if (!root && !/auto|scroll/.test(style.overflowX + style.overflowY)) continue;
      at.scrollBy({ left: x, top: y, behavior: "instant" });
      if (at.scrollLeft !== left || at.scrollTop !== top) return true;
    }
    return true;
  }
}
