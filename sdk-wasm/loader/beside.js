// The one script line: draws Get help, offers window.Beside, and loads everything else only when a session starts or
// must resume. Hooks attachShadow and FontFace, and nothing else.
(() => {
  const script = document.currentScript;
  const say = (text) => console.warn(`Beside: ${text}`);
  if (window.Beside) { say("the script is here twice."); return; }
  const base = script ? new URL(script.src).origin : "";
  const { tenant = "", within, frames = "", button: drawn } = script?.dataset || {};
  // Part of a page that has the tag, or of another site's page that `within` names: that page asks for help, and sees to it.
  let part = within;
  try { part = parent !== window && (parent.document.querySelector("script[data-tenant]") || within); } catch { /* Another site's. */ }
  const wanted = drawn !== "none" && !part;
  const KEPT = "beside";
  // As they were before a zone wrapped them. `fontSources`: where script took its fonts from, which no font says itself.
  const natives = { fontSources: new WeakMap(), MessageChannel };
  for (const name of ["MutationObserver", "ResizeObserver", "setTimeout", "setInterval", "clearInterval", "requestAnimationFrame"]) {
    const native = window[`__zone_symbol__${name}`] || window[name];
    // Classes have great names.
    natives[name] = name < "a" ? native : native.bind(window);
  }
  const closed = new WeakMap();
  // What was scrolled before a session: nothing else tells where a box stands without asking every one of them.
  const scrolled = [];
  let last;
  addEventListener("scroll", ({ target }) => { if (target !== last) { scrolled.unshift(new WeakRef(last = target)); scrolled.splice(500); } }, true);
  let attached;
  try {
    window.FontFace = new Proxy(FontFace, { construct(...made) { const face = Reflect.construct(...made); natives.fontSources.set(face, made[1][1]); return face; } });
    const hook = Element.prototype;
    hook.attachShadow = new Proxy(hook.attachShadow, { apply(native, el, given) { const made = Reflect.apply(native, el, given); closed.set(el, made); attached?.(el); return made; } });
  } catch { /* A frozen prototype: closed roots become placeholders. */ }

  const heard = {};
  const emit = (type, detail) => { for (const f of heard[type] || []) { try { f(detail); } catch (e) { console.error(e); } } };
  let state = "idle";
  let person = {};
  let core, loading, host, root, button, release;
  const language = () => document.documentElement.lang || navigator.language || "en";
  const dutch = () => /^nl/i.test(language());

  const setState = (next) => {
    if (next === state) return;
    state = next;
    if (button) button.hidden = state !== "idle" && state !== "ended";
    if (state === "ended") release?.();
    emit("state", state);
  };

  const mount = () => {
    if (host || !document.body) return;
    host = document.createElement("beside-ui");
    root = host.attachShadow({ mode: BESIDE_TAP ? "open" : "closed" });
    host.style.cssText = "all:initial;position:fixed;inset:0;pointer-events:none;z-index:2147483647";
    if (wanted) {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(`.help{all:initial;pointer-events:auto;position:fixed;right:20px;bottom:20px;padding:0 18px;border-radius:22px;background:#2857d9;color:#fff;font:500 14px/44px system-ui,sans-serif;box-shadow:0 8px 28px #0003;cursor:pointer}.help:hover{background:#1f46b4}.help:focus-visible{outline:3px solid #9bb7ff}.help[hidden]{display:none}@media print{.help{display:none}}`);
      root.adoptedStyleSheets = [sheet];
      button = document.createElement("button");
      button.className = "help";
      button.textContent = dutch() ? "Hulp nodig?" : "Get help";
      button.addEventListener("click", () => { Beside.start().catch(() => {}); });
      root.append(button);
    }
    if (!part) raise();
  };
  // In the top layer, above whatever the page puts there later; back in the page if that took it out. Not in the body:
  // rules about siblings and last children there speak of the page's own, also while it is still being parsed.
  const raise = () => {
    try {
      if (!host.isConnected) document.documentElement.append(host);
      host.popover = "manual";
      if (host.matches(":popover-open")) host.hidePopover();
      host.showPopover();
    } catch { /* No popover here: the z-index has to do. */ }
  };

  const bring = async () => {
    mount();
    const at = `${base}/sdk/core`;
    // Where the page's policy forbids WASM, the same as JavaScript.
    return import(`${at}.js`).then((m) => m.default().then(() => m)).catch(() => import(`${at}-plain.js`));
  };
  const given = () => ({
    base, tenant, natives, closed, scrolled, host, root, kept: KEPT, hooks: Beside.hooks, raise, frames,
    language: language(),
    emit: (type, detail) => (type === "state" ? setState(detail) : emit(type, detail)),
    person: () => person,
    attached: (f) => { attached = f; },
  });
  const load = () => loading ||= bring().then((module) => core = module.boot(given())).catch((e) => {
    loading = null;
    say(`the help service at ${base} could not be loaded (${e}).`);
    emit("error", { reason: "unreachable" });
    offline();
    throw e;
  });

  // Said without the core, since that is what did not come.
  const offline = () => {
    if (!button) return;
    const text = button.textContent;
    button.textContent = dutch() ? "Hulp is nu niet bereikbaar" : "Help can't be reached right now";
    natives.setTimeout(() => { button.textContent = text; }, 6000);
  };

  const Beside = {
    hooks: {},
    get state() { return state; },
    async start() {
      try {
        const name = crypto.randomUUID();
        sessionStorage.setItem(`${KEPT}-tab`, name);
        hold(name, 0);
      } catch { /* Storage forbidden, or no secure context: said by the core. */ }
      return (await load()).start();
    },
    end() { core?.end(); },
    pause() { core?.pause(); },
    resume() { core?.unpause(); },
    on(type, f) { (heard[type] ||= new Set).add(f); return Beside; },
    off(type, f) { heard[type]?.delete(f); return Beside; },
    identify({ id, name, topic } = {}) { person = { id, name, topic }; return Beside; },
    check: () => import(`${base}/sdk/check.js`).then((m) => m.check({ base, tenant, closed, frames })),
    stats() { return core ? core.stats() : { state }; },
  };
  Object.defineProperty(window, "Beside", { value: Object.freeze(Beside), configurable: true });

  const begin = () => {
    mount();
    // Opened by the dashboard's page check.
    if (name === "beside-check") Beside.check().catch(() => {});
    let kept;
    try { kept = sessionStorage.getItem(KEPT) && (sessionStorage.getItem(`${KEPT}-tab`) || "x"); } catch { /* Storage forbidden. */ }
    // A duplicated tab has a copy of what is kept, but not the lock: it begins with nothing.
    if (kept) hold(kept, 20).then((mine) => (mine ? load().then((c) => c.revive()) : clear())).catch(() => {});
  };
  const clear = () => { for (const k of Object.keys(sessionStorage)) if (k.startsWith(KEPT)) sessionStorage.removeItem(k); };
  // Held until the session ends; a page that is being left gives it up within moments.
  const hold = (name, tries) => new Promise((done) => {
    if (!navigator.locks) { done(true); return; }
    navigator.locks.request(`beside-${name}`, { ifAvailable: true }, (lock) => {
      if (lock) { done(true); return new Promise((free) => { release = free; }); }
      if (tries) natives.setTimeout(() => hold(name, tries - 1).then(done), 100); else done(false);
    }).catch(() => done(true));
  });
  if (!script || !tenant) { say('the script tag needs data-tenant="your-company".'); return; }
  if (part) {
    // Only pages that it names are told what it shows.
    if (within) addEventListener("message", ({ source, origin, data, ports: [port] }) => { if (port && source === parent && data === `beside ${tenant}` && within.split(" ").includes(origin)) bring().then((module) => module.join(given(), port)).catch(() => {}); });
    return;
  }
  // What is prepared before anybody goes there begins when it is shown.
  const ready = document.body && !document.prerendering;
  if (ready) begin(); else document.addEventListener(document.prerendering ? "prerenderingchange" : "DOMContentLoaded", begin, { once: true });
})();
