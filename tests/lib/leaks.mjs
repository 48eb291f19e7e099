// Looking for canaries: in whatever form, wherever they may have gone.
import { readdirSync, readFileSync, openSync, readSync, closeSync } from "node:fs";
import { join } from "node:path";

const latin = (bytes) => Buffer.from(bytes).toString("latin1");
const wide = (text, swap) => { const b = Buffer.from(text, "utf16le"); return latin(swap ? b.swap16() : b); };

// The forms in which a text may stand in bytes. Base64 has three, by where it begins.
export function forms(text) {
  const base64 = [0, 1, 2].map((n) => Buffer.from("x".repeat(n) + text).toString("base64").slice(n ? 4 : 0, -4));
  return [text, text.toUpperCase(), [...text].reverse().join(""), Buffer.from(text).toString("hex"), Buffer.from(text).toString("hex").toUpperCase(), ...base64, wide(text, false), wide(text, true),
    [...text].map((c) => `%${c.charCodeAt(0).toString(16)}`).join(""), [...text].map((c) => `&#${c.charCodeAt(0)};`).join(""), [...text].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`).join("")];
}
// The same letters with up to three bytes between any two.
const apart = (text) => new RegExp([...text].map((c) => c.replace(/[^a-z0-9]/gi, "\\$&")).join("[\\s\\S]{0,3}"));

// secrets: [number, name, text]*. Gives "number name" of each that `bytes` hold.
export function found(bytes, secrets, { split = true } = {}) {
  const all = typeof bytes === "string" ? bytes : latin(bytes);
  return secrets.filter(([, , text]) => forms(text).some((f) => all.includes(f)) || split && apart(text).test(all)).map(([n, what]) => `${n} ${what}`);
}

// What the relay has written down.
export const writtenBy = (relay, secrets) => found(relay.log.join("") + readdirSync(relay.folder).map((f) => latin(readFileSync(join(relay.folder, f)))).join(""), secrets);

// A process and all that it has started.
export function family(pid) {
  const parents = new Map();
  for (const name of readdirSync("/proc").filter((n) => /^\d+$/.test(n))) try { parents.set(Number(name), Number(readFileSync(`/proc/${name}/stat`, "latin1").split(") ")[1].split(" ")[1])); } catch { /* It has ended. */ }
  const all = new Set([pid]);
  for (let size = 0; size !== all.size;) { size = all.size; for (const [child, parent] of parents) if (all.has(parent)) all.add(child); }
  return [...all];
}

// What processes hold in memory, as bytes of a letter and of two. All texts begin alike, so that a gigabyte is looked through
// once. Gives null where the system lets nobody look.
export function inMemory(pids, texts) {
  const hits = new Set();
  const start = texts.reduce((a, b) => { let n = 0; while (n < a.length && a[n] === b[n]) n++; return a.slice(0, n); });
  const needles = [[start, texts.map((t) => Buffer.from(t))], [Buffer.from(start, "utf16le"), texts.map((t) => Buffer.from(t, "utf16le"))]].map(([s, all]) => [Buffer.from(s), all]);
  let looked = 0;
  for (const pid of pids) {
    let maps;
    let file;
    try { maps = readFileSync(`/proc/${pid}/maps`, "latin1"); file = openSync(`/proc/${pid}/mem`, "r"); } catch { continue; }
    const part = Buffer.alloc(1 << 24);
    for (const line of maps.split("\n")) {
      const m = /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line);
      if (!m) continue;
      const [from, to] = [Number.parseInt(m[1], 16), Number.parseInt(m[2], 16)];
      for (let at = from; at < to; at += part.length - 64) {
        let size = 0;
        try { size = readSync(file, part, 0, Math.min(part.length, to - at), at); } catch { /* A page that is not there. */ }
        if (!size) break;
        looked += size;
        const bytes = part.subarray(0, size);
        for (const [needle, all] of needles) for (let i = bytes.indexOf(needle); i >= 0; i = bytes.indexOf(needle, i + 1)) for (const [n, text] of all.entries()) if (bytes.subarray(i, i + text.length).equals(text)) hits.add(texts[n]);
      }
    }
    closeSync(file);
  }
  return looked ? { hits, looked } : null;
}

// Everything that a page of the agent's keeps where scripts can ask: document, frames, storage, caches, databases.
export const KEPT = async () => {
  const out = [];
  const go = (root) => {
    for (const el of root.querySelectorAll("*")) {
      for (const { name, value } of el.attributes) out.push(name, value);
      if (typeof el.value === "string") out.push(el.value);
      if (el.shadowRoot) go(el.shadowRoot);
      try { if (el.contentDocument) go(el.contentDocument); } catch { /* Not ours to look at. */ }
    }
    out.push((root.body ?? root).textContent);
    for (const sheet of [...(root.adoptedStyleSheets || [])]) for (const rule of sheet.cssRules) out.push(rule.cssText);
  };
  go(document);
  out.push(document.title, location.href, document.cookie, window.name, JSON.stringify(history.state), JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage }));
  for (const name of await caches.keys()) for (const request of await (await caches.open(name)).keys()) out.push(request.url, await (await caches.match(request)).text());
  for (const { name } of (await indexedDB.databases?.()) ?? []) out.push(name);
  return out.join("\n");
};
