// Pictures that have no address: what a canvas shows, the frame a video stands at, an image that cannot be fetched
// again. Nothing is wrapped to learn of drawing; they are looked at, as often as that is cheap.
//
// A WebGL buffer can be read only in the frame in which it was drawn and only after the page's own callbacks. A
// ResizeObserver is called there: a probe of our own changes its size in each frame that is looked at.

// Where a picture of ours is kept, followed by `element/serial`. Only Rust asks for it (assets.rs).
export const DRAWN = "beside-drawn:";
const MOST_PIXELS = 4_000_000;
// Looking may take one part in this many of the time: of a canvas that goes on moving, of one that changed just now.
const SHARE = 40;
const SHARE_AT_FIRST = 10;
const SHORTEST = 120;
const LONGEST = 2_000;
// After something happened on the page every frame is looked at for so long: a canvas drawn on demand shows itself once.
const ACTIVE = 1_500;
// A canvas that is drawn frame after frame is taken so often, one that stands still at once.
const BURST = 400;
// Above this many bytes a lossless picture is sent again with losses.
const LOSSLESS = 400_000;

export class Pictures {
  constructor(capture) {
    this.c = capture;
    this.all = new Map();
    this.blobs = new Map();
    this.rescued = new Map();
    this.serial = 0;
    this.encoding = 0;
    this.active = 0;
    this.ticking = false;
    this.probe = null;
  }

  watch(el) {
    if (this.all.has(el)) return;
    this.all.set(el, { key: ++this.serial, hash: 0, at: 0, wait: SHORTEST, address: "", isFlat: el.localName === "video", isClosed: false });
    this.wake();
  }
  forget(el) {
    const known = this.all.get(el);
    if (known?.address) this.blobs.delete(known.address);
    this.all.delete(el);
  }
  stop() { this.all.clear(); this.blobs.clear(); this.observer?.disconnect(); this.probe?.remove(); this.probe = null; }

  // Whether something was drawn that has not been told.
  isBehind() { return this.encoding > 0 || [...this.all.values()].some((known) => known.isPending); }

  // What stands for an element: name and value of a state, or nothing.
  stateOf(el) {
    const known = this.all.get(el);
    if (known?.address) return ["@res", known.address];
    return known?.isClosed ? ["@stands-for", el.localName] : [];
  }

  // Something happened on the page.
  wake() {
    if (!this.all.size || !this.c.running) return;
    this.active = performance.now() + ACTIVE;
    if (this.ticking) return;
    if (!this.probe) this.install();
    this.frame();
  }
  install() {
    this.probe = document.createElement("i");
    this.probe.style.cssText = "position:fixed;left:-9px;top:0;width:1px;height:1px;visibility:hidden;pointer-events:none";
    this.c.home.append(this.probe);
    this.observer = new this.c.native.ResizeObserver(() => this.look());
    this.observer.observe(this.probe);
  }
  frame() {
    this.ticking = true;
    this.c.native.requestAnimationFrame(() => {
      this.ticking = false;
      if (!this.c.running || !this.probe) return;
      this.probe.style.width = this.probe.style.width === "1px" ? "2px" : "1px";
      if (performance.now() < this.active) this.frame();
    });
  }
  // Called by the recorder's slow clock: what moves without input is found so.
  tick() {
    if (!this.all.size || this.ticking) return;
    if (!this.probe) this.install();
    const now = performance.now();
    for (const known of this.all.values()) if (now >= known.at) { this.frame(); return; }
  }

  look() {
    const start = performance.now();
    for (const [el, known] of this.all) {
      const now = performance.now();
      if (now - start > 6) return;
      if (known.isClosed || !el.isConnected || (now < known.at && known.isFlat)) continue;
      const box = el.getBoundingClientRect();
      if (!box.width || !box.height || box.bottom < -innerHeight || box.top > 2 * innerHeight) { known.at = now + LONGEST; continue; }
      try {
        // What never showed anything may be a buffer that shows itself for one frame.
        if (!known.isFlat) {
          // The last of many drawn frames counts, and only a copy of it can be read later.
          const drawn = this.isDrawn(el, known);
          if (drawn) this.keep(el, known, now);
          const isDue = known.isPending && now >= known.at && (!drawn || now - known.since > BURST);
          if (!known.isFlat && !isDue) continue;
        }
        known.isPending = false;
        this.sample(known.isFlat ? el : known.copy, el, known);
      } catch { this.close(el, known); }
      known.wait = Math.min(LONGEST, Math.max(SHORTEST, (performance.now() - now) * (known.busy > 3 ? SHARE : SHARE_AT_FIRST)));
      known.at = performance.now() + known.wait;
    }
  }

  // A small look: a WebGL buffer is blank unless it was drawn in this frame.
  isDrawn(el, known) {
    this.small ||= new OffscreenCanvas(16, 16).getContext("2d", { willReadFrequently: true });
    this.small.clearRect(0, 0, 16, 16);
    this.small.drawImage(el, 0, 0, 16, 16);
    const data = new Uint32Array(this.small.getImageData(0, 0, 16, 16).data.buffer);
    if (!known.isKnown && data.some(Boolean)) this.learn(el, known);
    if (known.isFlat) return false;
    // A buffer without transparency is black when it is empty.
    const blank = data.every((v) => v === 0) || data.every((v) => v === 0xff000000);
    if (blank && known.isKnown && !known.address && !known.isNudged) this.nudge(known);
    return !blank;
  }
  keep(el, known, now) {
    if (!known.isPending) known.since = now;
    const [w, h] = this.sizeOf(el);
    if (!known.copy || known.copy.width !== w || known.copy.height !== h) known.copy = new OffscreenCanvas(w, h);
    const context = known.copy.getContext("2d");
    context.globalCompositeOperation = "copy";
    context.drawImage(el, 0, 0, w, h);
    known.isPending = true;
  }

  // It shows something, so it has a context: asking for a flat one makes no new one.
  learn(el, known) {
    known.isKnown = true;
    try { known.isFlat = Boolean(el.getContext("2d")); } catch { known.isFlat = true; }
  }

  // What was drawn before we came cannot be read. Pages that draw on demand draw anew when their window changes.
  nudge(known) {
    known.isNudged = true;
    this.c.native.setTimeout(() => { if (this.c.running) dispatchEvent(new Event("resize")); }, 0);
    this.active = performance.now() + ACTIVE;
  }

  sizeOf(el) {
    const [w, h] = el.localName === "video" ? [el.videoWidth, el.videoHeight] : [el.width, el.height];
    const scale = Math.min(1, Math.sqrt((el.localName === "video" ? 500_000 : MOST_PIXELS) / (w * h || 1)));
    return [Math.round(w * scale), Math.round(h * scale)];
  }

  sample(from, el, known) {
    const [w, h] = this.sizeOf(el);
    if (!w || !h) return;
    this.big ||= document.createElement("canvas");
    const context = this.big.getContext("2d", { willReadFrequently: true });
    if (this.big.width !== w || this.big.height !== h) { this.big.width = w; this.big.height = h; } else context.clearRect(0, 0, w, h);
    context.drawImage(from, 0, 0, w, h);
    const pixels = new Uint32Array(context.getImageData(0, 0, w, h).data.buffer);
    let hash = w * 31 + h;
    let ink = 0;
    for (let i = 0; i < pixels.length; i++) { const p = pixels[i]; ink |= p; hash = Math.imul(hash ^ p, 0x01000193) ^ (hash >>> 15); }
    if (!ink && !known.address) return;
    if (hash === known.hash) { known.busy = 0; return; }
    known.hash = hash;
    known.busy = (known.busy || 0) + 1;
    this.encoding++;
    const take = (blob) => {
      this.encoding--;
      if (!blob || !this.all.has(el)) return;
      if (known.address) this.blobs.delete(known.address);
      known.address = `${DRAWN}${known.key}/${++this.serial}`;
      this.blobs.set(known.address, blob);
      this.c.redrawn.add(el);
      this.c.schedule();
      // It goes on, perhaps.
      this.wake();
    };
    if (el.localName === "video" || known.busy > 8) { this.big.toBlob(take, "image/webp", 0.75); return; }
    const copy = this.big;
    copy.toBlob((blob) => {
      if (blob && blob.size > LOSSLESS && known.hash === hash && copy.width === w && copy.height === h && copy === this.big) { copy.toBlob(take, "image/webp", 0.9); return; }
      take(blob);
    }, "image/png");
  }

  // Drawn over with what another origin keeps for itself: a placeholder for ever.
  close(el, known) {
    known.isClosed = true;
    this.c.redrawn.add(el);
    this.c.schedule();
  }

  // An image whose bytes cannot be fetched but whose pixels may be read.
  rescue(el, address) {
    if (this.rescued.has(address) || !el.complete || !el.naturalWidth) return;
    try {
      const canvas = document.createElement("canvas");
      const scale = Math.min(1, Math.sqrt(MOST_PIXELS / (el.naturalWidth * el.naturalHeight)));
      canvas.width = el.naturalWidth * scale;
      canvas.height = el.naturalHeight * scale;
      canvas.getContext("2d").drawImage(el, 0, 0, canvas.width, canvas.height);
      canvas.toBlob((blob) => {
        if (!blob) return;
        const drawn = `${DRAWN}i${++this.serial}/0`;
        this.blobs.set(drawn, blob);
        this.rescued.set(address, drawn);
        this.c.refresh(address);
      });
    } catch { /* Tainted: it stays a placeholder. */ }
  }

  async bytesOf(address) { return (await this.blobs.get(address)?.arrayBuffer()) ?? null; }
}
