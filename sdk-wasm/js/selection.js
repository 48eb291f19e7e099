// What has the focus and what is selected, by ids.

// The element that has the focus, through frames and shadow roots, or 0.
export function focused(capture) {
  let el = document.activeElement;
  for (;;) {
    if (!el || el === capture.own || el.localName === "body") return 0;
    const inside = capture.frameOf(el)?.activeElement || capture.shadowOf(el)?.activeElement;
    if (!inside) return capture.ids.get(el) ?? 0;
    el = inside;
  }
}

// Whether something is selected, and between which text nodes: [from, offset, to, offset], zeros for none that is known.
export function selected(capture) {
  const zeros = [0, 0, 0, 0];
  let doc = document;
  for (let el = doc.activeElement; el; el = doc.activeElement) { const inner = capture.frameOf(el); if (!inner) break; doc = inner; }
  const all = doc.getSelection();
  if (!all || all.isCollapsed || !all.rangeCount) return { isSomething: false, range: zeros };
  const { startContainer, startOffset, endContainer, endOffset, commonAncestorContainer } = all.getRangeAt(0);
  const known = (n) => (capture.ids.has(n) ? 1 : 3);
  const walker = doc.createTreeWalker(commonAncestorContainer, 4, known);
  let [from, to] = [startContainer, endContainer];
  if (from.nodeType !== 3) {
    const after = from.childNodes[startOffset];
    walker.currentNode = after || from;
    from = after?.nodeType === 3 && capture.ids.has(after) ? after : walker.nextNode();
  }
  if (to.nodeType !== 3) {
    const after = to.childNodes[endOffset];
    if (after) { walker.currentNode = after; to = walker.previousNode(); } else { walker.currentNode = to; let last = null; for (let n = walker.nextNode(); n && to.contains(n); n = walker.nextNode()) last = n; to = last; }
  }
  const [a, b] = [capture.ids.get(from), capture.ids.get(to)];
  const isKnown = a && b;
  return { isSomething: true, range: isKnown ? [a, from === startContainer ? startOffset : 0, b, to === endContainer ? endOffset : to.length] : zeros };
}
