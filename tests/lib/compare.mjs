// How alike page and replica are: texts, form state, boxes, and the ink that differs.
import { PNG } from "pngjs";

// Runs in the page or in the replica's document: everything in document order, through shadow roots and frames. What moves is
// brought to its end before, what never ends to its beginning. One call, since each takes a driver long.
// `skip.block` are selectors of what the agent gets only as a box, `skip.out` of what it does not get at all; `skip.unseen`: of two
// engines, which lay out what nobody sees as they like.
export function snapshot(skip) {
  const rest = (doc) => {
    for (const a of doc.getAnimations()) { try { if (a.effect?.getComputedTiming().endTime === Infinity) a.cancel(); else a.finish(); } catch { /* It has no end. */ } }
    for (const f of doc.querySelectorAll("iframe")) { try { if (f.contentDocument) rest(f.contentDocument); } catch { /* another origin */ } }
  };
  rest(document);
  // `bars`: what the window's own scrollbars take, to the right and below.
  const out = { texts: [], forms: [], boxes: [], masked: [], bars: [innerWidth - document.documentElement.clientWidth, innerHeight - document.documentElement.clientHeight] };
  const origin = { x: 0, y: 0 };
  const hollow = new Set(["SCRIPT", "STYLE", "TEMPLATE", "NOSCRIPT", "TITLE", "HEAD", "OPTION", "BESIDE-UI", "BESIDE-OUT", "BESIDE-STYLE", "META", "LINK"]);
  const isSkipped = (el) => el.dataset?.besideMasked === "block" || (skip.block || []).some((s) => { try { return el.matches(s); } catch { return false; } });
  const out_ = (el) => (skip.out || []).some((s) => el.matches(s));
  const rectOf = (el, at) => { const r = el.getBoundingClientRect(); return [r.left + at.x, r.top + at.y, r.width, r.height].map((v) => Math.round(v * 100) / 100); };
  const walk = (node, at, hidden) => {
    if (node.nodeType === 3) {
      const text = node.data.replace(/[\s\u200b]+/g, " ").trim();
      if (text) out.texts.push(/^[• ]+$/.test(text) ? "•" : text);
      return;
    }
    if (node.nodeType === 1) {
      if (hollow.has(node.tagName.toUpperCase())) return;
      const box = rectOf(node, at);
      if (out_(node)) return;
      // What a closed box of details holds is laid out or is not, and a line's end has any size.
      const isUnseen = skip.unseen && (hidden || node.localName === "br");
      if (isSkipped(node)) { out.masked.push(box); out.boxes.push(["block", ...box]); return; }
      if (node.dataset?.besideMasked || (skip.picture || []).some((s) => node.matches(s))) out.masked.push(box);
      if (!isUnseen) out.boxes.push([node.localName.replace("beside-", ""), ...box]);
      if (["INPUT", "TEXTAREA", "SELECT"].includes(node.tagName)) {
        const kind = node.type;
        const state = kind === "checkbox" || kind === "radio" ? [node.checked, node.indeterminate] : kind === "select-multiple" || kind === "select-one" ? [...node.options].map((o) => o.selected) : [node.value];
        out.forms.push([node.localName, node.dataset?.besideMasked ? "masked" : JSON.stringify(state)]);
        return;
      }
      // A bar without a value stands at -1.
      if (node.tagName === "PROGRESS") out.forms.push(["progress", String(node.position)]);
      if (node.tagName === "METER") out.forms.push(["meter", String(node.value)]);
      const shadow = node.shadowRoot || node.closedForTest;
      if (shadow) for (const kid of shadow.childNodes) walk(kid, at, hidden);
      if (node.tagName === "IFRAME" || node.dataset?.besideStandsFor) {
        if (node.tagName !== "IFRAME" || node.dataset.besideStandsFor) return;
        let inner = null;
        try { inner = node.contentDocument; } catch { /* another origin */ }
        if (inner?.documentElement) walk(inner.documentElement, { x: box[0] + node.clientLeft, y: box[1] + node.clientTop }, hidden);
        return;
      }
    }
    const isClosed = node.localName === "details" && !node.open;
    for (const kid of node.childNodes) walk(kid, at, hidden || isClosed && kid.localName !== "summary");
  };
  walk(document.documentElement, origin, false);
  return out;
}

// Runs `f` by the driver in the replica's own frame.
async function inReplica(agent, f, ...args) {
  const handle = await agent.$("[data-beside=replica]");
  const frame = await handle.contentFrame();
  try { return await frame.evaluate(f, ...args); } finally { await handle.dispose(); }
}

export async function compare(customer, agent, { skip = {}, ink = true, boxes = 1, inkLimit = 0.02, mixed = false } = {}) {
  skip = { ...skip, unseen: mixed };
  const [page, copy] = await Promise.all([customer.evaluate(snapshot, skip), inReplica(agent, snapshot, skip)]);
  const problems = [];
  const texts = differ(page.texts, copy.texts, (a, b) => b === "•" || a === b);
  if (texts) problems.push(`texts differ at ${texts}`);
  const forms = differ(page.forms, copy.forms, (a, b) => b[1] === "masked" || (a[0] === b[0] && a[1] === b[1]));
  if (forms) problems.push(`forms differ at ${forms}`);
  let worst = 0;
  let where = "";
  if (page.boxes.length !== copy.boxes.length) problems.push(`${page.boxes.length} boxes against ${copy.boxes.length}`);
  else {
    page.boxes.forEach((box, n) => {
      const other = copy.boxes[n];
      if (box[0] !== other[0] && box[0] !== "block") { problems.push(`box ${n}: ${box[0]} against ${other[0]}`); return; }
      for (let i = 1; i < 5; i++) {
        const d = Math.abs(box[i] - other[i]);
        if (d > worst) { worst = d; where = `${box[0]} ${box.slice(1)} against ${other.slice(1)}`; }
      }
    });
    if (worst > boxes) problems.push(`a box is off by ${worst.toFixed(2)} px: ${where}`);
  }
  let share = null;
  const pictures = {};
  if (ink) {
    const [a, b] = [await shot(customer, false), await shot(agent, true)];
    Object.assign(pictures, { page: a, replica: b });
    // A browser's picture of a whole window leaves out the window's own scrollbars; the replica's is that of a frame.
    const [right, below] = copy.bars;
    const bars = [right > 0 ? [a.width - right, 0, right, a.height] : null, below > 0 ? [0, a.height - below, a.width, below] : null].filter(Boolean);
    // WebKit paints the rounded line that the dashboard draws around the frame into its corner.
    const hidden = [...page.masked, ...copy.masked, ...bars, [0, 0, 1, 1]];
    share = inkThatDiffers(a, b, hidden);
    // Firefox puts what lies on half a pixel on whole ones, in a page one way and in a frame sometimes another: boxes
    // agree, and the picture as a whole is off by one, as boxes may be too.
    if (share > 0.02) share = Math.min(share, inkThatDiffers(shifted(a, 1), b, hidden), inkThatDiffers(shifted(a, -1), b, hidden));
    if (share > inkLimit) problems.push(`${(share * 100).toFixed(2)} % of the ink differs`);
  }
  return { problems, share, worst, texts: page.texts.length, boxes: page.boxes.length, ...pictures };
}

function differ(a, b, same) {
  const n = Math.max(a.length, b.length);
  for (let i = 0; i < n; i++) {
    if (i >= a.length || i >= b.length || !same(a[i], b[i])) return `${i} of ${a.length}/${b.length}: ${JSON.stringify(a[i])} against ${JSON.stringify(b[i])}`;
  }
  return null;
}

export async function shot(page, isAgent) {
  if (!isAgent) {
    await page.evaluate(() => { const ui = document.querySelector("beside-ui"); if (ui) ui.style.visibility = "hidden"; });
    const bytes = await page.screenshot({ type: "png", captureBeyondViewport: false });
    await page.evaluate(() => { const ui = document.querySelector("beside-ui"); if (ui) ui.style.visibility = ""; });
    return PNG.sync.read(Buffer.from(bytes));
  }
  const clip = await page.evaluate(async () => {
    for (const el of document.querySelectorAll(".cursor, .marks")) el.style.visibility = "hidden";
    const frame = document.querySelector("[data-beside=replica]");
    // All of it is painted anew: WebKit now and then leaves a line where a picture was before those above it had come.
    // Hidden and shown it would be painted unscrolled there.
    frame.style.opacity = "0.5";
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    frame.style.opacity = "";
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    const r = frame.getBoundingClientRect();
    return { x: Math.round(r.left), y: Math.round(r.top), width: Math.round(r.width), height: Math.round(r.height) };
  });
  const bytes = await page.screenshot({ type: "png", clip, captureBeyondViewport: false });
  await page.evaluate(() => { for (const el of document.querySelectorAll(".cursor, .marks")) el.style.visibility = ""; });
  return PNG.sync.read(Buffer.from(bytes));
}

// Pixels off by more than 8 of 255 in a channel, as a share of those that are not background in either picture: a blank
// replica is 100 % wrong. Hidden areas do not count; what one picture lacks in size differs.
export function inkThatDiffers(a, b, masked = []) {
  const [w, h] = [Math.max(a.width, b.width), Math.max(a.height, b.height)];
  // Most are the same, byte for byte.
  if (a.width === b.width && a.height === b.height && a.data.equals(b.data)) return 0;
  const [pa, pb] = [pixels(a), pixels(b)];
  // Colours come in runs.
  const count = new Map();
  for (let from = 0, i = 1; i <= pa.length; i++) if (i === pa.length || pa[i] !== pa[from]) { count.set(pa[from] & RGB, (count.get(pa[from] & RGB) || 0) + i - from); from = i; }
  const background = [...count].sort((x, y) => y[1] - x[1])[0][0];
  const hidden = new Uint8Array(w * h);
  for (const [x, y, mw, mh] of masked) {
    for (let j = Math.max(0, Math.floor(y) - 3); j < Math.min(h, y + mh + 3); j++) hidden.fill(1, j * w + Math.max(0, Math.floor(x) - 3), j * w + Math.max(0, Math.min(w, Math.ceil(x + mw) + 3)));
  }
  let ink = 0;
  let wrong = 0;
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      if (hidden[y * w + x]) continue;
      const [inA, inB] = [x < a.width && y < a.height, x < b.width && y < b.height];
      const ca = inA ? pa[y * a.width + x] & RGB : 0;
      const cb = inB ? pb[y * b.width + x] & RGB : 0;
      if (inA && inB && ca === background && cb === background) continue;
      ink++;
      if (!inA || !inB || ca !== cb && isOff(ca, cb)) wrong++;
    }
  }
  return ink ? wrong / ink : 0;
}

// Of a pixel the colours alone; the lowest byte is red.
const RGB = 0xffffff;
const pixels = (p) => new Uint32Array(p.data.buffer.slice(p.data.byteOffset, p.data.byteOffset + p.data.length));
const isOff = (a, b) => Math.abs((a & 255) - (b & 255)) > 8 || Math.abs((a >> 8 & 255) - (b >> 8 & 255)) > 8 || Math.abs((a >> 16 & 255) - (b >> 16 & 255)) > 8;

// The page's picture paled, with what differs in red.
export function differencePicture(a, b) {
  const out = new PNG({ width: Math.max(a.width, b.width), height: Math.max(a.height, b.height) });
  for (let y = 0; y < out.height; y++) {
    for (let x = 0; x < out.width; x++) {
      const at = (y * out.width + x) * 4;
      const [i, j] = [(y * a.width + x) * 4, (y * b.width + x) * 4];
      const both = x < a.width && y < a.height && x < b.width && y < b.height;
      const same = both && [0, 1, 2].every((k) => Math.abs(a.data[i + k] - b.data[j + k]) <= 8);
      const pale = both ? 191 + ((a.data[i] + a.data[i + 1] + a.data[i + 2]) / 12) : 255;
      out.data.set(same ? [pale, pale, pale, 255] : [214, 40, 57, 255], at);
    }
  }
  return out;
}

// The picture moved by whole pixels; what comes in from beyond its edge repeats the edge.
function shifted(p, dy) {
  const data = Buffer.alloc(p.data.length);
  for (let y = 0; y < p.height; y++) {
    const from = Math.max(0, Math.min(p.height - 1, y + dy)) * p.width * 4;
    p.data.copy(data, y * p.width * 4, from, from + p.width * 4);
  }
  return { width: p.width, height: p.height, data };
}

export const median = (list) => { const s = [...list].sort((x, y) => x - y); return s.length ? s[s.length >> 1] : 0; };
