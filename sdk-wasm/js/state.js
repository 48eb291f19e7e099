// State that has no attribute: what controls hold, what stands in the top layer, what pictures show.

import { boxOf, firstOf, parentOf, rootOf } from "./dom.js";

// Whether an element has a closed root that was made before us cannot be asked. One that is defined, has nothing in it,
// paints nothing itself and takes room all the same is taken for one.
export function isSealed(el) {
  if (firstOf.call(el) || !matches(el, ":defined")) return false;
  const { width, height } = boxOf.call(el);
  if (!width || !height) return false;
  const style = getComputedStyle(el);
  const isBare = (side) => /^(none|normal)$/.test(getComputedStyle(el, side).content);
  return isBare("::before") && isBare("::after") && style.backgroundImage === "none" && /, 0\)$|^transparent$/.test(style.backgroundColor) && style.borderStyle === "none";
}

export const TRACKED = new Set(["input", "textarea", "select", "dialog", "form", "fieldset"]);
// Elements that may have state of this kind at all.
export const STATEFUL = new Set([...TRACKED, "option", "slot", "img", "image", "use", "canvas", "video", "object", "embed", "iframe", "frame"]);
// Whether some sheet asks for one of the states that cost a question per control.
const ASKS = /:(?:user-)?(?:in)?valid/;
// States that custom elements give themselves.
const CUSTOM = /:state\(\s*([\w-]+)\s*\)/g;
// Takes note of what the text of a sheet asks for.
export function heed(capture, text) {
  if (!capture.asks && ASKS.test(text)) capture.asks = true;
  if (!text.includes(":state(")) return;
  const before = capture.customStates.size;
  for (const [, name] of text.matchAll(CUSTOM)) capture.customStates.add(name);
  if (capture.customStates.size !== before) for (const el of capture.ids.keys()) if (el.localName?.includes("-")) { capture.tracked.set(el, ""); capture.checksAll = true; }
}
const ASKED = { input: ["invalid", "user-invalid", "user-valid"], textarea: ["invalid", "user-invalid", "user-valid"], select: ["invalid", "user-invalid", "user-valid"], form: ["invalid"], fieldset: ["invalid"] };
const FIELDS = new Set(["input", "select", "textarea"]);
const BUTTONS = new Set(["button", "submit", "reset"]);

// How wide a picture is by itself. Browsers say it in whole pixels and lay it out in parts of them.
function naturalOf(el) {
  const used = parseFloat(getComputedStyle(el).width);
  return Math.abs(used - el.naturalWidth) <= 1 ? used : el.naturalWidth;
}

const matches = (el, selector) => { try { return el.matches(selector); } catch { return false; } };

// Pseudo-classes that the replica cannot be in by itself.
function named(capture, el) {
  let is = "";
  // What the browser filled in it paints by itself.
  if (FIELDS.has(el.localName)) {
    if (matches(el, ":autofill")) { is += " autofill"; capture.filled.add(el); } else capture.filled.delete(el);
  }
  for (const name of (capture.asks && ASKED[el.localName]) || []) if (matches(el, `:${name}`)) is += ` ${name}`;
  if (el.localName.includes("-")) {
    if (!matches(el, ":defined")) is += " undefined";
    for (const name of capture.customStates) if (matches(el, `:state(${name})`)) is += ` state-${name}`;
  }
  if (el === capture.pressed) is += " active";
  if (capture.marked.has(el) || location.hash.length > 1 && el.id) { if (matches(el, ":target")) is += " target"; if (matches(el, ":fullscreen")) is += " fullscreen"; }
  return is.slice(1);
}

// Name, value, name, value … of an element.
export function states(capture, el, name) {
  const out = [];
  switch (name) {
    case "input":
      if (el.type === "checkbox" || el.type === "radio") {
        out.push("@checked", el.checked ? "1" : "");
        if (el.indeterminate) out.push("@mixed", "1"); else out.push("@mixed", "");
      } else if (el.type === "image") {
        out.push("@res", el.src);
      } else if (el.type === "file") {
        out.push("@value", el.files?.length ? "1" : "");
      } else if (BUTTONS.has(el.type)) {
        if (el.hasAttribute("value")) out.push("@value", el.value);
      } else out.push("@value", el.value);
      break;
    case "textarea": out.push("@value", el.value); break;
    case "option": out.push("@selected", el.selected ? "1" : ""); break;
    case "img": {
      // What is not loaded shows nothing yet; its `load` brings us back.
      if (!el.complete) break;
      const address = el.currentSrc || el.src;
      if (address && !el.naturalWidth && !/\.svg|^data:image\/svg/.test(address)) out.push("@stands-for", "broken");
      else if (capture.pictures.rescued.has(address)) out.push("@res", capture.pictures.rescued.get(address));
      else if (capture.failedAddresses.has(address)) out.push("@stands-for", "picture");
      else if (address) {
        out.push("@res", address);
        // One of several densities was taken: its size is not the file's.
        if (el.srcset || parentOf.call(el)?.localName === "picture") out.push("@natural", naturalOf(el));
      }
      break;
    }
    case "slot": {
      const root = rootOf.call(el);
      if (root.slotAssignment === "manual") out.push("@assigned", el.assignedNodes().map((node) => capture.ids.get(node) ?? "").join(" "));
      break;
    }
    case "image": {
      const address = el.href?.baseVal;
      if (address) out.push("@res", address);
      break;
    }
    case "use": {
      // A symbol of another file.
      const [file, fragment] = (el.href?.baseVal || "").split("#");
      if (file && fragment) out.push("href", `#${fragment}`, "@res", file);
      break;
    }
    case "canvas": case "video": out.push(...capture.pictures.stateOf(el)); break;
    case "object": case "embed": {
      // One that failed shows its own content, as any inline element does.
      if (name === "object" && !el.clientWidth && el.getClientRects().length) break;
      out.push("@stands-for", "object");
      const called = el.title || el.ariaLabel || (el.data || el.src || "").split(/[?#]/)[0].split("/").pop();
      if (called) out.push("@named", called);
      break;
    }
    case "iframe": case "frame":
      if (capture.frameOf(el)) break;
      out.push("@stands-for", "frame");
      capture.frames?.meet(el);
      break;
    case "dialog": if (matches(el, ":modal")) out.push("@top", `modal ${capture.tops.get(el) || 0}`); break;
  }
  if (capture.sealed.has(el) && !capture.shadowOf(el) && !firstOf.call(el)) out.push("@stands-for", "closed-shadow");
  const moves = capture.moves.get(el);
  if (moves) out.push("@moves", moves);
  const is = named(capture, el);
  if (is) out.push("@is", is);
  if (el.popover && matches(el, ":popover-open")) out.push("@top", `popover ${capture.tops.get(el) || 0}`);
  return out;
}
