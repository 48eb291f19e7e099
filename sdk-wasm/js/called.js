// What people call an element: its accessible name, as far as rules of a policy ask for it (of the W3C's "Accessible Name and
// Description Computation" the steps for references, labels, values, content and titles).
import { attributeOf, firstOf, matchesOf, nextOf, rootOf, textOf, typeOf } from "./dom.js";

// What people know by its name, and what is called as its content reads.
export const NAMED = "a,area,button,input,select,textarea,summary,label,legend,option,th,dt,[role],[aria-label],[aria-labelledby],[onclick],[tabindex]";
// Longer texts are no names.
const MOST = 200;
// Links of a page's navigation.
const WAYS = "nav a[href],[role=navigation] a[href]";
const BUTTONS = /^(button|submit|reset)$/;
const SILENT = new Set(["svg", "style", "script", "template", "noscript"]);
const DEFAULTS = { submit: "Submit", reset: "Reset" };

// As labels of a policy are written when it is compiled (`label` in policies): spaces, case and signs around do not matter.
export const plain = (name) => name.replace(/[\u00ad\u200b-\u200f\u2060\ufeff]/g, "").replace(/\s+/g, " ").toLowerCase().replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, "");

const short = (text) => { const name = (text ?? "").trim(); return name.length > MOST ? "" : name; };

// What is in an element, as it may be read: with a space between its parts or without, with pictures made of letters or not.
function contents(el) {
  const texts = ["", "", ""];
  let left = 4 * MOST;
  const go = (node, isIcon) => {
    for (let kid = firstOf.call(node); kid && left > 0; kid = nextOf.call(kid)) {
      const type = typeOf.call(kid);
      if (type === 3 || type === 4) {
        left -= kid.data.length;
        texts[0] += kid.data; texts[1] += kid.data;
        if (!isIcon) texts[2] += kid.data;
      } else if (type === 1 && !SILENT.has(kid.localName) && attributeOf.call(kid, "aria-hidden") !== "true") {
        left--;
        texts[0] += " "; texts[2] += " ";
        go(kid, isIcon || kid.localName === "i" || /icon/i.test(attributeOf.call(kid, "class") ?? ""));
        texts[0] += " "; texts[2] += " ";
      }
    }
  };
  go(el, false);
  return left > 0 ? texts : [];
}

// isPressed: it is pressed itself, or what is in it, so that whatever it is its content names it. Otherwise what only holds
// others is not called like them. Gives all names that it may go by.
export function called(el, isPressed) {
  const way = el.closest?.(WAYS);
  // It is called like the page that it leads to, and does nothing by itself.
  if (way && /^(?!#|javascript:)./i.test(attributeOf.call(way, "href").trim())) return [];
  const root = rootOf.call(el);
  const by = attributeOf.call(el, "aria-labelledby");
  if (by && root.getElementById) {
    const name = short(by.split(/\s+/).map((id) => { const one = root.getElementById(id); return one ? textOf.call(one) : ""; }).join(" "));
    if (name) return [name];
  }
  const label = short(attributeOf.call(el, "aria-label"));
  if (label) return [label];
  const name = el.localName;
  if (name === "input") {
    if (BUTTONS.test(el.type)) return [short(el.value || DEFAULTS[el.type])];
    if (el.type === "image") return [short(el.alt || el.title || "Submit")];
  }
  if (name === "input" || name === "select" || name === "textarea") {
    const labels = [...el.labels ?? []].map((one) => short(textOf.call(one))).join(" ").trim();
    return [labels || short(attributeOf.call(el, "title") || attributeOf.call(el, "placeholder"))];
  }
  if (name === "img" || name === "area") return [short(el.alt || el.title)];
  // Content, or what its picture says.
  if (!isPressed && !matchesOf.call(el, NAMED)) return [short(attributeOf.call(el, "title"))];
  const own = contents(el).map(short).filter(Boolean);
  if (own.length) return [...new Set(own)];
  const picture = el.querySelector?.("img[alt],svg title");
  return [short(picture ? picture.alt ?? textOf.call(picture) : attributeOf.call(el, "title"))];
}
