// Texts of linked sheets, from the browser's own cache. A rule as a browser writes it out has lost what a shorthand
// with a variable said; the text has not. What cannot be read at all is named.

import * as Reach from "./reach.js";

const texts = new Map();
const waiting = new Map();
const checked = new WeakMap();
// A sheet is held back for so long until its text is there.
const PATIENCE = 400;

// Imports stand before all rules that select.
const isImporting = (rules) => { for (const r of rules) { if (r.type === 3) return true; if (r.type === 1) return false; } return false; };

// Whether a text gives exactly these rules. Once it did, only their number is looked at again.
export function isText(sheet, text, rules) {
  if (checked.get(sheet) === rules.length) return true;
  if (isImporting(rules)) return false;
  try {
    const copy = new CSSStyleSheet();
    copy.replaceSync(text);
    const other = copy.cssRules;
    if (other.length !== rules.length) return false;
    for (let i = 0; i < rules.length; i++) if (other[i].cssText !== rules[i].cssText) return false;
    checked.set(sheet, rules.length);
    return true;
  } catch { return false; }
}

// A rule of it was edited: the text has to be compared again.
export const spoil = (sheet) => checked.delete(sheet);
export const isWaiting = (href) => waiting.has(href) && performance.now() - waiting.get(href).since < PATIENCE;
export const textOf = (href) => texts.get(href) ?? null;
export const isKnown = (href) => texts.has(href);

// Reads a sheet again; where another origin refuses, it stays unreadable.
export function load(href, done) {
  if (!href || texts.has(href) || waiting.has(href)) return waiting.get(href)?.promise;
  const promise = Reach.reach(href, { credentials: "same-origin", cache: "force-cache" })
    .then((r) => (r.ok ? r.text() : Promise.reject(new Error("status"))))
    .then((text) => { texts.set(href, text); })
    .catch(() => { texts.set(href, null); })
    .finally(() => { waiting.delete(href); done?.(); });
  waiting.set(href, { since: performance.now(), promise });
  return promise;
}

// Which hosts the relay may read too; what was refused before that was known is tried again.
export function allow(base, tenant, settings) {
  Reach.allow(base, tenant, settings);
  for (const [href, text] of texts) if (text === null) texts.delete(href);
}

const isLinked = (sheet) => sheet.href && sheet.ownerNode?.localName === "link";
export const hrefOf = (sheet) => (isLinked(sheet) ? sheet.href : "");

// Begins to read what the page links to, while people are still finding each other; resolves when all is there, or
// has had its time.
export function prepare() {
  const all = [];
  for (const sheet of document.styleSheets) {
    if (!isLinked(sheet)) continue;
    all.push(Promise.resolve(load(sheet.href)).then(() => {
      const text = textOf(sheet.href);
      try { if (text !== null) isText(sheet, text, sheet.cssRules); } catch { /* Another origin's: its text is all there is. */ }
    }));
  }
  return Promise.race([Promise.all(all), new Promise((done) => setTimeout(done, PATIENCE))]);
}
