// What people call an element: its accessible name, as far as rules of a policy ask for it (of the W3C's "Accessible Name and
// Description Computation" the steps for references, labels, values, content and titles).
import { attributeOf, matchesOf, rootOf, textOf } from "./dom.js";

// What people know by its name, and what is called as its content reads.
export const NAMED = "a,area,button,input,select,textarea,summary,label,legend,option,th,dt,[role],[aria-label],[aria-labelledby],[onclick],[tabindex]";
// Longer texts are no names.
const MOST = 200;
const BUTTONS = /^(button|submit|reset)$/;
const DEFAULTS = { submit: "Submit", reset: "Reset" };

// As labels of a policy are written when it is compiled (`label` in policies): spaces, case and signs around do not matter.
export const plain = (name) => name.replace(/\s+/g, " ").toLowerCase().replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, "");

const short = (text) => { const name = (text ?? "").trim(); return name.length > MOST ? "" : name; };

// isPressed: it is pressed itself, so that whatever it is its content names it. Otherwise what only holds others is not called
// like them.
export function called(el, isPressed) {
  const root = rootOf.call(el);
  const by = attributeOf.call(el, "aria-labelledby");
  if (by && root.getElementById) {
    const name = short(by.split(/\s+/).map((id) => { const one = root.getElementById(id); return one ? textOf.call(one) : ""; }).join(" "));
    if (name) return name;
  }
  const label = short(attributeOf.call(el, "aria-label"));
  if (label) return label;
  const name = el.localName;
  if (name === "input") {
    if (BUTTONS.test(el.type)) return short(el.value || DEFAULTS[el.type]);
    if (el.type === "image") return short(el.alt || el.title || "Submit");
  }
  if (name === "input" || name === "select" || name === "textarea") {
    const labels = [...el.labels ?? []].map((one) => short(textOf.call(one))).join(" ").trim();
    return labels || short(attributeOf.call(el, "title") || attributeOf.call(el, "placeholder"));
  }
  if (name === "img" || name === "area") return short(el.alt || el.title);
  // Content, with what its pictures say.
  if (!isPressed && !matchesOf.call(el, NAMED)) return short(attributeOf.call(el, "title"));
  const text = textOf.call(el);
  if (text.length > 4 * MOST) return "";
  const own = short(text);
  if (own) return own;
  const picture = el.querySelector?.("img[alt],svg title");
  return short(picture ? picture.alt ?? textOf.call(picture) : attributeOf.call(el, "title"));
}
