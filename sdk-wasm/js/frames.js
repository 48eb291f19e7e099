// Frames of other origins that carry the tag: those that this page names get a channel each, by which they tell what the
// policy lets be seen of them. A frame answers only to pages that it names itself.
export class Frames {
  // word: what their tags answer to; origins: who may join, with spaces between; tell(id, kind, value, value).
  constructor(capture, word, origins, tell) {
    this.c = capture;
    this.word = word;
    this.origins = new Set(origins.split(" "));
    this.tell = tell;
    this.asked = new WeakMap();
    // Frame → the end of its channel and the number it is known by; only those that have spoken.
    this.joined = new Map();
    capture.frames = this;
  }

  // A frame is read whose document is not ours to read.
  meet(el) {
    const joined = this.joined.get(el);
    if (!this.asked.has(el)) this.ask(el);
    else if (!joined || joined.id !== this.c.ids.get(el)) this.asked.get(el)?.postMessage(["begin"]);
  }
  // What it showed is there no more; who comes next is asked anew.
  loaded(el) {
    if (!this.asked.has(el)) return;
    this.leave(el);
    this.ask(el);
  }

  ask(el) {
    this.asked.get(el)?.close();
    this.asked.set(el, null);
    let origin;
    try { origin = new URL(el.src, document.baseURI).origin; } catch { return; }
    if (!this.origins.has(origin)) return;
    const { port1, port2 } = new this.c.native.MessageChannel();
    port1.onmessage = ({ data: [kind, ...values] }) => {
      if (!el.isConnected) { this.leave(el); return; }
      // What the page came to hide a moment ago is not let through by what it was.
      this.c.readRules();
      const id = this.c.ids.get(el);
      // Of one that the agent does not know nothing is taken; when it is read again it begins anew.
      if (id === undefined) return;
      // Under a new number it begins anew: what it told under the old one went with that.
      if (kind === "page" && !values[0][0] && this.joined.get(el)?.id !== id) { port1.postMessage(["begin"]); return; }
      const hides = kind === "hides" ? values[0] : this.joined.get(el)?.hides || [];
      this.joined.set(el, { port: port1, id, hides });
      if (kind === "at") this.point(el, ...values);
      else if (kind !== "hides") this.tell(id, kind, ...values);
    };
    this.asked.set(el, port1);
    try { el.contentWindow.postMessage(this.word, origin, [port2]); } catch { /* It has gone elsewhere. */ }
  }

  leave(el) {
    const joined = this.joined.get(el);
    if (!joined) return;
    joined.port.close();
    this.joined.delete(el);
    this.tell(joined.id, "left");
  }

  // To the one of this number, or to all.
  say(id, ...what) { for (const joined of this.joined.values()) if (!id || joined.id === id) joined.port.postMessage(what); }

  // A point of a frame's own window is told as a place in its element.
  point(el, [x, y], pressed) {
    const box = el.getBoundingClientRect();
    const scale = el.offsetWidth ? box.width / el.offsetWidth : 1;
    const at = this.c.anchorIn(el, box.left + (el.clientLeft + x) * scale, box.top + (el.clientTop + y) * scale);
    if (at) this.tell(at[0], pressed ? "press" : "at", ...at.slice(1));
  }

  // Where what is hidden in frames lies on the page, as far as they show it: [left, top, width, height]*.
  hiddenBoxes() {
    const out = [];
    for (const [el, { id, hides }] of this.joined) {
      const box = this.c.boxOf(id);
      if (!box) continue;
      const clip = (from, size, most) => [Math.max(0, from), Math.min(most, from + size)];
      for (let i = 0; i < hides.length; i += 4) {
        const [left, right] = clip(hides[i], hides[i + 2], el.clientWidth);
        const [top, bottom] = clip(hides[i + 1], hides[i + 3], el.clientHeight);
        if (right > left && bottom > top) out.push(box[0] + el.clientLeft + left, box[1] + el.clientTop + top, right - left, bottom - top);
      }
    }
    return Float64Array.from(out);
  }

  stop() {
    this.c.frames = null;
    this.say(0, "end");
    for (const { port } of this.joined.values()) port.close();
    this.joined.clear();
  }
}
