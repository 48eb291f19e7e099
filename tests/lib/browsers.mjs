// Chromium and Firefox behind one driver, WebKit behind the same calls.
import puppeteer from "puppeteer-core";
import { existsSync } from "node:fs";

const first = (paths) => paths.find((p) => p && existsSync(p));
const CHROMIUM = first([process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/google-chrome"]);
const FIREFOX = first([process.env.FIREFOX, "/usr/bin/firefox-esr", "/usr/bin/firefox"]);

const CHROMIUM_ARGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
  "--disable-renderer-backgrounding", "--disable-backgrounding-occluded-windows", "--disable-background-timer-throttling", "--font-render-hinting=none", "--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"];

// `hasBars`: whether Chromium draws scrollbars, which take room; `prefs`: settings of Firefox's.
export async function launch(name, { hasBars = false, prefs = {} } = {}) {
  if (name === "webkit") return (await import("./webkit.mjs")).launch();
  if (name === "chromium") return puppeteer.launch({ executablePath: CHROMIUM, headless: true, args: CHROMIUM_ARGS, ignoreDefaultArgs: hasBars ? ["--hide-scrollbars"] : [], protocolTimeout: 60_000 });
  return puppeteer.launch({
    browser: "firefox", executablePath: FIREFOX, headless: true, protocolTimeout: 60_000,
    extraPrefsFirefox: { "layout.css.devPixelsPerPx": "1.0", "widget.non-native-theme.scrollbar.size.override": 0, "ui.useOverlayScrollbars": 1, "intl.accept_languages": "en", ...prefs },
  });
}

// A context of its own, as another person's browser.
export async function person(browser, { width = 1280, height = 800, language } = {}) {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  await page.setViewport({ width, height });
  if (language) await page.setExtraHTTPHeaders({ "accept-language": language }).catch(() => {});
  page.errors = [];
  page.on("pageerror", (e) => page.errors.push(String(e.stack || e)));
  page.on("console", (m) => { if (m.type() === "error") page.errors.push(m.text()); });
  return page;
}

export const wait = (ms) => new Promise((done) => setTimeout(done, ms));

// Nothing leaves this machine: requests to other hosts fail at once, on both sides alike.
export async function offline(page) {
  await page.setRequestInterception(true);
  page.on("request", (r) => { const { protocol, hostname } = new URL(r.url()); if (/^https?:$/.test(protocol) && hostname !== "127.0.0.1") r.abort(); else r.continue(); });
}

// Polls until `f` gives something true; the last thing it gave stands in the error.
export async function until(f, what, ms = 10_000) {
  const end = Date.now() + ms;
  let last;
  for (;;) {
    try { last = await f(); } catch (e) { last = e; }
    if (last && !(last instanceof Error)) return last;
    if (Date.now() > end) throw new Error(`waited in vain for ${what}; last: ${last instanceof Error ? last.message : JSON.stringify(last)}`);
    await wait(50);
  }
}

// What a promise gives, or an error where it gives nothing in time: a driver whose browser hangs waits for ever.
export const within = (ms, promise) => Promise.race([promise, wait(ms).then(() => { throw new Error(`no end after ${ms / 1000} s`); })]);

// Whether a page's browser still does what it is told.
export const answers = (page) => within(15_000, page.evaluate(() => true)).catch(() => false);

// What a row throws where not it but the browser under it has failed; its suite plays it once more.
export class Again extends Error {
  constructor(cause) { super(`the browser itself died: ${String(cause.message).slice(0, 200)}`); }
}
