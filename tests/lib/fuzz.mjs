// Random changes of a page, from a seed: the same seed makes the same changes. Runs in the page. Each change is one of
// DOM, text, attributes, forms, sheets, shadow roots, frames; who is picked is found by counting, so a part of the list can be
// played again.
export function play(seed, list) {
  let x = 1;
  const random = () => { x ^= x << 13; x >>>= 0; x ^= x >>> 17; x ^= x << 5; x >>>= 0; return x / 2 ** 32; };
  const int = (n) => Math.floor(random() * n);
  const stage = document.getElementById("stage");
  const roots = () => { const out = [stage]; const walk = (r) => { for (const el of r.querySelectorAll("*")) { if (el.shadowRoot) { out.push(el.shadowRoot); walk(el.shadowRoot); } if (el.localName === "iframe" && el.contentDocument?.body) { out.push(el.contentDocument.body); walk(el.contentDocument.body); } } }; walk(stage); return out; };
  const pick = () => { const all = roots(); const r = all[int(all.length)]; const els = r.querySelectorAll("*"); return els.length && random() < 0.85 ? els[int(els.length)] : r; };
  const NAMES = ["div", "p", "span", "b", "ul", "li", "input", "textarea", "select", "table", "form", "svg", "button", "details", "x-thing", "section"];
  const make = (doc, depth) => {
    const name = NAMES[int(NAMES.length)];
    const el = name === "svg" ? doc.createElementNS("http://www.w3.org/2000/svg", "svg") : doc.createElement(name);
    if (name === "select") for (let i = 0; i < 3; i++) el.append(new Option(`o${int(99)}`));
    else if (name !== "input" && name !== "textarea" && name !== "svg") { if (random() < 0.7) el.append(`t${int(999)}`); if (depth < 3) for (let i = int(3); i > 0; i--) el.append(make(doc, depth + 1)); }
    if (random() < 0.3) el.className = `c${int(20)}`;
    return el;
  };
  const isHolder = (el) => !/^(input|textarea|select|option|svg|iframe)$/.test(el.localName || "") ;
  const CHANGES = [
    // What is taken away takes all below it along, so a small page grows faster.
    () => { const n = stage.querySelectorAll("*").length; for (let i = n < 200 ? 6 : n < 1500 ? 1 : 0; i > 0; i--) { const at = pick(); if (isHolder(at)) at.append(make(at.ownerDocument, 0)); } },
    () => { const at = pick(); if (isHolder(at)) at.prepend(make(at.ownerDocument, 1), "text"); },
    () => { const at = pick(); if (at !== stage && at.localName && at.localName !== "body" && random() < 0.6) at.remove(); },
    () => { const a = pick(); const b = pick(); if (a !== stage && a.localName && a.localName !== "body" && isHolder(b) && !a.contains(b) && a.ownerDocument === b.ownerDocument && b.getRootNode() === a.getRootNode()) b.insertBefore(a, b.childNodes[int(b.childNodes.length + 1)] || null); },
    () => { const at = pick(); at.setAttribute?.(["title", "class", "data-x", "hidden", "style", "aria-label", "dir"][int(7)], ["", "c1 c2", "color:red", `v${int(9)}`, "margin:3px", "rtl"][int(6)]); },
    () => { const at = pick(); const list = at.getAttributeNames?.() || []; if (list.length && at !== stage) at.removeAttribute(list[int(list.length)]); },
    () => { const at = pick(); for (const n of at.childNodes) if (n.nodeType === 3) { n.data = random() < 0.5 ? `${n.data.slice(0, 40)}x${int(99)}` : `new ${int(999)} ü\u{1F600}`; break; } },
    () => { const at = pick(); for (const n of at.childNodes) if (n.nodeType === 3 && n.length > 2) { n.splitText(1 + int(n.length - 1)); break; } at.normalize?.(); },
    () => { const all = stage.querySelectorAll("input,textarea"); const el = all[int(all.length)]; if (el) el.value = `typed ${int(999)}`; },
    () => { const all = stage.querySelectorAll("input"); const el = all[int(all.length)]; if (el) { el.type = ["text", "checkbox", "radio", "number"][int(4)]; el.checked = random() < 0.5; } },
    () => { const all = stage.querySelectorAll("select"); const el = all[int(all.length)]; if (el) el.selectedIndex = int(4) - 1; },
    () => { const at = pick(); if (isHolder(at) && at !== stage) at.replaceChildren(...[...at.childNodes].reverse()); },
    () => { const at = pick(); if (isHolder(at) && random() < 0.3) { const a = at.firstElementChild; if (a) { at.removeChild(a); at.appendChild(a); } } },
    () => { const at = pick(); if (/^(div|p|span|section|x-thing)$/.test(at.localName || "") && !at.shadowRoot && at !== stage && random() < 0.4) { const r = at.attachShadow({ mode: "open" }); r.append(make(document, 1), document.createElement("slot")); } },
    () => { if (stage.querySelectorAll("iframe").length < 4 && random() < 0.15) { const f = document.createElement("iframe"); f.width = 120; f.height = 40; stage.append(f); f.contentDocument.body.append(make(f.contentDocument, 1)); } },
    () => { const s = document.styleSheets[int(document.styleSheets.length)]; if (s && s.cssRules.length < 60) s.insertRule(`.c${int(20)}{color:rgb(${int(255)},0,0);padding:${int(5)}px}`, int(s.cssRules.length + 1)); },
    () => { const s = document.styleSheets[int(document.styleSheets.length)]; if (s && s.cssRules.length > 2) s.deleteRule(int(s.cssRules.length)); },
    () => { const list = [...document.adoptedStyleSheets]; if (list.length < 4) { const s = new CSSStyleSheet(); s.replaceSync(`.c${int(20)}{font-size:${10 + int(8)}px}`); list.splice(int(list.length + 1), 0, s); } else list.splice(int(list.length), 1); document.adoptedStyleSheets = list; },
    () => { const el = stage.querySelector("details"); if (el) el.open = !el.open; },
    () => { const at = pick(); if (isHolder(at) && at !== stage && random() < 0.1) at.textContent = ""; },
  ];
  // Each change has chances of its own, so that any part of the list plays alike.
  for (const n of list) {
    x = (Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(n + 1, 0xc2b2ae35)) >>> 0 || 1;
    for (let i = 0; i < 3; i++) random();
    try { CHANGES[int(CHANGES.length)](); } catch { /* A change that this page does not allow is none. */ }
  }
}

// Runs in page and replica: everything that must be equal, as one string.
export function shape() {
  const out = [];
  const skip = new Set(["BESIDE-UI", "SCRIPT", "STYLE", "BESIDE-STYLE", "TITLE", "META", "LINK", "HEAD"]);
  const walk = (node) => {
    if (node.nodeType === 3) { out.push(node.data); return; }
    if (node.nodeType === 1) {
      if (skip.has(node.tagName.toUpperCase())) return;
      out.push(`<${node.localName} ${node.className?.baseVal ?? node.className} ${node.title || ""} ${node.hidden ? "h" : ""} ${/^[a-z0-9]*$/.test(node.dataset?.x || "") ? node.dataset?.x || "" : ""}`);
      if (/^(input|textarea)$/.test(node.localName)) { out.push(/checkbox|radio/.test(node.type) ? String(node.checked) : node.value); return; }
      if (node.localName === "select") out.push(String(node.selectedIndex));
      if (node.shadowRoot) { out.push("#"); for (const kid of node.shadowRoot.childNodes) walk(kid); out.push("/#"); }
      if (node.localName === "iframe") { if (node.contentDocument?.body) walk(node.contentDocument.body); out.push(">"); return; }
    }
    for (const kid of node.childNodes) walk(kid);
    out.push(">");
  };
  walk(document.getElementById("stage"));
  return out;
}
