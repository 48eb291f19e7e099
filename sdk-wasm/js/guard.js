// Stands only while an agent may operate the page: what the agent's hand has set off may not press, by any detour, what only
// the customer may press. The customer's own hand is never stopped, and a page's own doings only where they follow an agent's.
import { above, isHand, sendersOf } from "./hands.js";

// Milliseconds after an agent's act in which what happens may be its doing.
const FOLLOWS = 2_000;
// Milliseconds between two presses of Escape that take control back.
const TWICE = 700;
const HEARD = ["pointerdown", "mousedown", "pointerup", "mouseup", "click", "auxclick", "dblclick", "contextmenu", "keydown", "keypress", "submit", "reset", "dragstart", "drop", "beforeinput", "toggle", "command"];
const GESTURES = ["pointerdown", "pointerup", "pointercancel", "keydown", "keyup", "touchstart", "touchend"];

export class Guard {
  // tell: "kept" when something was kept from happening, "back" when the customer takes control back.
  constructor(capture, tell) {
    this.c = capture;
    this.tell = tell;
    this.isOn = false;
    this.acted = -Infinity;
    this.gesture = -Infinity;
    // The customer holds a button down.
    this.isDown = false;
    this.escaped = -Infinity;
    this.undo = [];
    this.wrapped = new WeakSet();
  }

  // `false` where the page has frozen what would have to be wrapped: there nobody may be let in.
  begin() {
    if (this.isOn) return true;
    this.isOn = true;
    try { this.wrapAll(); } catch { this.end(); return false; }
    return true;
  }

  // Each document has natives of its own.
  wrapAll() { for (const root of this.c.roots.keys()) if (root.defaultView && !this.wrapped.has(root)) { this.wrapped.add(root); this.wrap(root.defaultView); } }

  end() {
    this.isOn = false;
    this.wrapped = new WeakSet();
    // A frame that has become another site's lets nobody in, and has lost what was done to it.
    for (const undo of this.undo.splice(0).reverse()) try { undo(); } catch { /* Gone with its document. */ }
    this.isDown = false;
  }

  act() {
    this.acted = performance.now();
    // A frame that has come since; one that cannot be guarded is not pressed in, nor is what may press in it.
    try { this.wrapAll(); } catch { this.tell("back"); return false; }
    return true;
  }
  // Milliseconds since the customer's own hand did something.
  idle() { return this.isDown ? 0 : performance.now() - this.gesture; }
  isAgents() { return this.isOn && !this.isDown && this.acted > this.gesture && performance.now() - this.acted < FOLLOWS; }

  wrap(win) {
    const on = (type, handler) => { win.addEventListener(type, handler, true); this.undo.push(() => win.removeEventListener(type, handler, true)); };
    for (const type of GESTURES) on(type, (e) => { if (e.isTrusted) this.moved(e); });
    const stop = (e) => {
      if (!this.isAgents() || !this.touches(e)) return;
      e.stopImmediatePropagation();
      e.preventDefault();
      this.tell("kept");
    };
    for (const type of HEARD) on(type, stop);
    const guard = this;
    const replace = (proto, name, blocks) => {
      const own = Object.getOwnPropertyDescriptor(proto, name);
      if (!own?.configurable && !own?.writable) throw new TypeError(name);
      const native = own.value;
      const ours = new Proxy(native, { apply(call, self, given) { if (guard.isAgents() && guard.tries(() => blocks(self, given))) { guard.tell("kept"); return undefined; } return Reflect.apply(call, self, given); } });
      Object.defineProperty(proto, name, { ...own, value: ours });
      // Whoever has wrapped ours meanwhile keeps it; it lets everything through.
      this.undo.push(() => { if (proto[name] === ours) Object.defineProperty(proto, name, own); });
    };
    replace(win.HTMLElement.prototype, "click", (el) => this.within(el));
    replace(win.HTMLFormElement.prototype, "submit", (form) => this.sends(form));
    replace(win.HTMLFormElement.prototype, "requestSubmit", (form, [button]) => this.sends(form, button));
    replace(win.EventTarget.prototype, "dispatchEvent", (el, [event]) => HEARD.includes(event?.type) && typeof el?.nodeType === "number" && this.within(el));
  }

  // What cannot be known is kept.
  tries(ask) { try { return ask(); } catch { return true; } }

  moved(e) {
    const now = performance.now();
    this.gesture = now;
    if (e.type === "pointerdown") this.isDown = true;
    if (e.type === "pointerup" || e.type === "pointercancel") this.isDown = false;
    if (e.type !== "keydown" || e.key !== "Escape") return;
    if (e.repeat || now - this.escaped < TWICE) this.tell("back");
    this.escaped = now;
  }

  // Whether an event presses or sends what only the customer may.
  touches(e) { return this.tries(() => this.isKept(e)); }
  isKept(e) {
    if (e.type === "submit") return this.sends(e.target, e.submitter);
    return e.composedPath().some((at, n) => this.guards(at, n === 0 || isHand(at)));
  }
  guards(at, isPressed) { return at?.nodeType === 1 && at.localName !== "form" && this.c.rules.isGuarded(at, isPressed); }
  within(el) { for (let at = el; at; at = above(at)) if (this.guards(at, at === el || isHand(at))) return true; return false; }
  // A form that only the customer may send, by itself or by the button that sends it.
  sends(form, button) {
    if (!form || form.localName !== "form") return false;
    const { rules } = this.c;
    return rules.isGuarded(form) || (button ? this.within(button) : rules.forms.has(form) || sendersOf(form).some((one) => this.within(one)));
  }
}
