// Where elements are: boxes that the replica must keep, anchors of cursors and marks, outlines of what is hidden.
import { attributeOf } from "./dom.js";
import { R } from "./records.js";

const INLINE = -1 >>> 0;

// How much more of the margin of what stands first or last in a block lies outside it than its own: where nothing is between them,
// the larger of the two counts. A block whose height is pinned, or that is told without what is in it, lets none through.
function through(el, style, side, child) {
  if (!/^(block|list-item)$/.test(style.display) || style.overflowY !== "visible") return 0;
  const margin = side === "top" ? "marginTop" : "marginBottom";
  const own = parseFloat(style[margin]) || 0;
  const edge = el.getBoundingClientRect()[side];
  let most = own;
  for (let at = el[child]; at; at = at[child]) {
    const its = at.ownerDocument.defaultView?.getComputedStyle(at);
    if (!its || its.display !== "block" && its.display !== "list-item" || /absolute|fixed/.test(its.position) || its.float !== "none") break;
    if (Math.abs(at.getBoundingClientRect()[side] - edge) > 0.5) break;
    most = Math.max(most, parseFloat(its[margin]) || 0);
  }
  return most > own ? most : 0;
}

const above = (node) => node.parentElement ?? node.getRootNode().host ?? null;

export class Places {
  constructor(capture) {
    this.c = capture;
    // Elements whose size changed; those that are watched, hidden ones and placeholders; those of them in sight.
    this.boxes = new Set();
    this.observed = new Set();
    this.inSight = new Set();
    // The id under which a box of its own was told last.
    this.kept = new WeakMap();
    this.resizes = new capture.native.ResizeObserver((entries) => { for (const e of entries) this.boxes.add(e.target); capture.schedule(); });
    this.sight = new IntersectionObserver((entries) => { for (const e of entries) if (e.isIntersecting) this.inSight.add(e.target); else this.inSight.delete(e.target); });
  }
  stop() { this.resizes.disconnect(); this.sight.disconnect(); this.observed.clear(); }
  forget(node) { if (this.observed.delete(node)) { this.resizes.unobserve(node); this.sight.unobserve(node); this.inSight.delete(node); } }

  // Boxes of hidden elements (in 64ths of a pixel, as Chromium lays out) and widths of hidden texts (in units of 16 px).
  measure(ids) {
    this.c.begin();
    // Before it is known who stands where, sizes are nobody's business either.
    if (!this.c.isPlaced) { for (const id of ids) { const node = this.c.nodes.get(id); if (node) this.boxes.add(node); } return null; }
    const all = new Set(ids);
    for (const el of this.boxes) { const id = this.c.ids.get(el); if (id !== undefined) all.add(id); }
    this.boxes.clear();
    for (const id of all) {
      const node = this.c.nodes.get(id);
      if (!node || !node.isConnected) continue;
      if (node.nodeType === 1) {
        this.observed.add(node);
        this.sight.observe(node);
        // What stands in a field does not change its size; what a number may be does, and is not told.
        if (node.localName === "textarea" || node.localName === "input" && !/^(button|submit|reset|image|number)$/.test(node.type)) continue;
        this.resizes.observe(node);
        const style = node.ownerDocument.defaultView?.getComputedStyle(node);
        if (!style || style.display === "inline" && !/^(img|svg|canvas|video|iframe|input|textarea|select|button|object|embed)$/.test(node.localName)
          || style.display === "contents" || style.display === "none") { this.kept.delete(node); this.c.n.push(R.BOX, id, INLINE, 0, 0, 0); continue; }
        let { width, height } = node.getBoundingClientRect();
        // Transforms move the painted box, not the laid-out one.
        if (node.offsetWidth !== undefined && Math.abs(node.offsetWidth - width) > 1) { width = node.offsetWidth; height = node.offsetHeight; }
        this.kept.set(node, id);
        this.c.n.push(R.BOX, id, Math.round(width * 64), Math.round(height * 64), Math.round(through(node, style, "top", "firstElementChild") * 64), Math.round(through(node, style, "bottom", "lastElementChild") * 64));
      } else if (node.nodeType === 3) {
        let width = 0;
        if (!this.isInBox(node, all)) {
          const range = node.ownerDocument.createRange();
          range.selectNodeContents(node);
          for (const r of range.getClientRects()) width += r.width;
        }
        this.c.n.push(R.WIDTH, id, Math.ceil(width / 16));
      }
    }
    return this.c.n.length ? this.c.end() : null;
  }

  // Whether the block that a hidden text stands in keeps its box: then its width moves nothing, and only tells its length.
  isInBox(text, measured) {
    let el = above(text);
    while (el && /^(inline|contents)$/.test(el.ownerDocument.defaultView?.getComputedStyle(el).display)) el = above(el);
    const id = el && this.c.ids.get(el);
    return id !== undefined && id !== null && (this.kept.get(el) === id || measured.has(id));
  }

  // The nearest known element, and where in its box a point of its window is: [id, x, y], shares of 65535.
  anchorIn(el, x, y) {
    if (!el?.isConnected) return null;
    while (el && (el.nodeType !== 1 || !this.c.ids.has(el))) el = el.parentNode || el.host;
    if (!el) return null;
    const box = el.getBoundingClientRect();
    const share = (v, from, size) => Math.max(0, Math.min(65535, Math.round(((v - from) / (size || 1)) * 65535)));
    return [this.c.ids.get(el), share(x, box.left, box.width), share(y, box.top, box.height)];
  }

  // The middle of what a pointer rests on: where a page comes up beneath it there is no event in every browser.
  rests() {
    const over = document.querySelectorAll(":hover");
    const el = over[over.length - 1];
    if (!el || el === document.documentElement || el === document.body) return null;
    // Of what is in sight.
    const box = el.getBoundingClientRect();
    const middle = (from, to, most) => (Math.max(from, 0) + Math.min(to, most)) / 2;
    return this.anchorIn(el, middle(box.left, box.right, innerWidth), middle(box.top, box.bottom, innerHeight));
  }

  // The box of a node in the top viewport: [left, top, width, height], or null when it is gone or not shown.
  boxOf(id) {
    const el = this.c.nodes.get(id);
    if (!el || el.nodeType !== 1 || !el.isConnected) return null;
    const box = el.getBoundingClientRect();
    if (!box.width && !box.height) return null;
    let { left, top } = box;
    for (let frame = el.ownerDocument.defaultView?.frameElement; frame; frame = frame.ownerDocument.defaultView?.frameElement) {
      const outer = frame.getBoundingClientRect();
      left += outer.left + frame.clientLeft;
      top += outer.top + frame.clientTop;
    }
    return [left, top, box.width, box.height];
  }

  // What an element says, for its own customer, and whether its middle is out of sight.
  looked(id) {
    const box = this.boxOf(id);
    if (!box) return null;
    const el = this.c.nodes.get(id);
    let words = "";
    try { words = attributeOf.call(el, "aria-label") || el.labels?.[0]?.textContent || el.textContent || attributeOf.call(el, "alt") || ""; } catch { /* A form's own fields may be called so. */ }
    const [x, y] = [box[0] + box[2] / 2, box[1] + box[3] / 2];
    return [String(words).trim().replace(/\s+/g, " ").slice(0, 60), x < 0 || y < 0 || x > innerWidth || y > innerHeight];
  }
  bring(id) {
    const behavior = matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
    try { this.c.nodes.get(id)?.scrollIntoView({ block: "center", inline: "nearest", behavior }); } catch { /* A page may have put anything in its place. */ }
  }

  // Boxes of what is hidden, for the outlines: [left, top, width, height]*.
  hiddenBoxes(ids) {
    const out = [];
    for (const id of ids) {
      if (!this.inSight.has(this.c.nodes.get(id))) continue;
      const box = this.boxOf(id);
      if (box && box[2] > 0 && box[3] > 0) out.push(...box);
    }
    return Float64Array.from(out);
  }
}
