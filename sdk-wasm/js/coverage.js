// How far the rules of the policy reach on the page as it stands: numbers, and for one moment those texts that no rule reaches, in
// which detectors count. Nothing of it is kept.
import { attributeOf, matchesOf, parentOf, typeOf } from "./dom.js";

const FIELDS = "input:not([type=hidden],[type=button],[type=submit],[type=reset],[type=image]),textarea,select,[contenteditable]";
const SIGN = /[\d@]/;
// Characters of a text that is a long one, and of all texts that are searched.
const LONG = 300;
const MOST = 100_000;
// What no number, name or address goes on across.
const BREAK = "\n|\n";

// [fields, of these reached by no rule, long texts that no rule reaches, (hits of each rule)*], and the texts.
export function coverage(capture) {
  const { hits, list } = capture.rules;
  const reached = new Map();
  const isReached = (node) => {
    const way = [];
    let at = node;
    while (at && !reached.has(at) && !hits.has(at)) { way.push(at); at = parentOf.call(at) ?? at.host ?? at.defaultView?.frameElement ?? null; }
    const is = Boolean(at) && (hits.has(at) || reached.get(at));
    for (const one of way) reached.set(one, is);
    return is;
  };
  const counts = list.map(() => 0);
  for (const bits of hits.values()) for (let n = 0; n < counts.length; n++) if (bits[n >> 5] & (1 << (n & 31))) counts[n]++;
  let [fields, uncoveredFields, uncoveredTexts, left] = [0, 0, 0, MOST];
  const texts = [];
  for (const node of capture.ids.keys()) {
    const type = typeOf.call(node);
    if (type === 1) {
      if (!matchesOf.call(node, FIELDS) || attributeOf.call(node, "contenteditable") === "false") continue;
      fields++;
      if (!isReached(node)) uncoveredFields++;
    } else if (type === 3 && (node.data.length > LONG || SIGN.test(node.data)) && !isReached(node)) {
      if (node.data.trim().length > LONG) uncoveredTexts++;
      if (left > 0 && SIGN.test(node.data)) { left -= node.data.length; texts.push(node.data.slice(0, 1_000)); }
    }
  }
  return [Uint32Array.of(fields, uncoveredFields, uncoveredTexts, ...counts), texts.join(BREAK)];
}
