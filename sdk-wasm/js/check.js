// The page check: what an agent would lack of this page, and the line that mends it. Loaded when the web team asks for
// it (`Beside.check()`), never for a customer. Looks, and changes nothing.

import { allow, reach } from "./reach.js";

const MOST = 40;

export async function check({ base, tenant, closed, frames: named }) {
  const found = [];
  const lacks = (fault, where, mend) => found.push({ fault, where: String(where).slice(0, 300), mend });
  const settings = await fetch(`${base}/api/v1/tenants/${tenant}/settings?lang=en`).then((r) => r.json()).catch(() => null);
  allow(base, tenant, settings);
  await Promise.all([sheets(lacks), pictures(lacks), fonts(lacks), policies(settings, tenant, lacks), security(base, lacks)]);
  frames(named, lacks);
  roots(closed, lacks);
  canvases(lacks);
  found.sort((a, b) => a.fault.localeCompare(b.fault) || a.where.localeCompare(b.where));
  // The dashboard's page check has opened this window and waits; nobody else is told.
  window.opener?.postMessage({ beside: "check", page: location.href, found }, base);
  if (found.length) console.table(found); else console.info("Beside: an agent sees all of this page.");
  return found;
}

const other = (address) => { try { const u = new URL(address, document.baseURI); return /^https?:$/.test(u.protocol) && u.origin !== location.origin ? u : null; } catch { return null; } };
const header = `let its host send the header  Access-Control-Allow-Origin: ${location.origin}`;
// Null where it can be read; else the line that mends it, and whether the relay was asked too.
const reads = async (address) => {
  const answer = await reach(address, { credentials: "omit", cache: "force-cache" }).catch(() => null);
  if (answer?.ok) return null;
  const problem = answer?.headers.get("content-type")?.includes("problem+json") && (await answer.json().catch(() => null));
  if (problem) return { byRelay: true, mend: `the relay was asked for it and says: ${problem.title} ${problem.detail || ""}`.trim() };
  return { byRelay: false, mend: `${header}; or name  ${other(address)?.host || "its host"}  under relay_fetches in the masking policy, and the relay reads it` };
};

async function sheets(lacks) {
  for (const sheet of document.styleSheets) {
    try { void sheet.cssRules; continue; } catch { /* Another origin's. */ }
    const closed = await reads(sheet.href);
    if (closed) lacks("sheet-unreadable", sheet.href, `${closed.byRelay ? "" : "add  crossorigin  to its <link>, and "}${closed.mend}`);
  }
}

async function pictures(lacks) {
  const all = new Set([...document.images].map((i) => i.currentSrc || i.src).filter((a) => a && other(a)));
  await Promise.all([...all].slice(0, MOST).map(async (a) => { const closed = await reads(a); if (closed) lacks("picture-unreadable", a, `${closed.mend}; until then it is a box of its size`); }));
}

async function fonts(lacks) {
  const all = new Set();
  const scan = (rules, from) => { for (const r of rules) { if (r.type === 5) for (const [, a] of r.cssText.matchAll(/url\("([^"]+)"\)/g)) { const u = other(new URL(a, from || document.baseURI).href); if (u) all.add(u.href); } else if (r.cssRules) scan(r.cssRules, from); } };
  for (const s of document.styleSheets) { try { scan(s.cssRules, s.href); } catch { /* Named above. */ } }
  await Promise.all([...all].slice(0, MOST).map(async (a) => { const closed = await reads(a); if (closed) lacks("font-unreadable", a, closed.mend); }));
}

function frames(named, lacks) {
  for (const f of document.querySelectorAll("iframe,frame")) {
    let inner = null;
    try { inner = f.contentDocument; } catch { /* Another origin's. */ }
    if (inner || !f.src) continue;
    const origin = other(f.src)?.origin;
    if (!origin) lacks("frame-of-another-site", f.src, "a sandboxed frame counts as another site's: add  allow-same-origin  to its sandbox; until then the agent sees a labelled box");
    else if (!named.split(" ").includes(origin)) lacks("frame-of-another-site", f.src, `where it is yours, add  data-frames="${origin}"  to this page's script line, and to the frame's page the script line with  data-within="${location.origin}"; until then the agent sees a labelled box`);
  }
}

// Whether an element has a closed root cannot be asked. One that is defined, shows something and has nothing in it is
// suspected.
function roots(closed, lacks) {
  const seen = new Set();
  for (const el of document.querySelectorAll(":defined")) {
    if (!el.localName.includes("-") || el.localName === "beside-ui" || el.shadowRoot || closed.has(el) || el.childNodes.length || seen.has(el.localName)) continue;
    const box = el.getBoundingClientRect();
    if (!box.width || !box.height) continue;
    seen.add(el.localName);
    lacks("closed-root-too-early", `<${el.localName}>`, "put the script line first in <head> and without  async, so that it is there before the element is");
  }
}

function canvases(lacks) {
  const probe = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  for (const c of document.querySelectorAll("canvas")) {
    if (!c.width || !c.height) continue;
    try { probe.drawImage(c, 0, 0, 1, 1); probe.getImageData(0, 0, 1, 1); } catch {
      lacks("canvas-unreadable", c.id ? `#${c.id}` : "canvas", `it was drawn over with another site's picture: load that with  crossorigin, and ${header}`);
      return;
    }
  }
}

function policies(settings, tenant, lacks) {
  if (!settings) return;
  if (!settings.policy) { lacks("no-policy", tenant, settings.policy_problem ? `mend the masking policy: ${settings.policy_problem}` : "publish a masking policy; until then everything is masked"); return; }
  for (const rule of settings.policy.rules || []) {
    for (const selector of rule.match || []) {
      let hit = null;
      try { hit = document.querySelector(selector); } catch { lacks("selector-refused", `${rule.name}: ${selector}`, "correct the selector; until then everything is masked"); continue; }
      if (!hit && !(rule.on || []).length) lacks("rule-without-match", `${rule.name}: ${selector}`, "nothing on this page has it; check that the name did not change");
    }
  }
}

async function security(base, lacks) {
  const blocked = new Set();
  const hear = (e) => blocked.add(e.effectiveDirective);
  document.addEventListener("securitypolicyviolation", hear);
  await fetch(`${base}/healthz`, { mode: "no-cors" }).catch(() => {});
  const socket = base.replace(/^http/, "ws");
  await new Promise((done) => { try { const s = new WebSocket(`${socket}/api/v1/customer`, "beside.1"); s.onopen = s.onerror = () => { s.close(); done(); }; setTimeout(done, 1500); } catch { done(); } });
  try { await WebAssembly.compile(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])); } catch { lacks("csp-forbids-wasm", "Content-Security-Policy", "add  'wasm-unsafe-eval'  to script-src"); }
  await new Promise((done) => setTimeout(done, 50));
  document.removeEventListener("securitypolicyviolation", hear);
  if (blocked.has("connect-src")) lacks("csp-forbids-connection", "Content-Security-Policy", `add  ${base} ${socket}  to connect-src`);
}
