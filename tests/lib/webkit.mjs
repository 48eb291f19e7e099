// WebKitGTK behind the same few calls that the suites make of Chromium and Firefox. A driver has one session, so each
// person has a driver of their own, under a screen of its own.
import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { Builder, Key, Origin } from "selenium-webdriver";
import { PNG } from "pngjs";
import { freePort } from "./servers.mjs";

const LIB = "/usr/lib/x86_64-linux-gnu";
const miniBrowser = () => (existsSync(LIB) ? readdirSync(LIB).filter((d) => d.startsWith("webkit2gtk-4")).map((d) => join(LIB, d, "MiniBrowser")).find(existsSync) : undefined);
export const isThere = () => existsSync("/usr/bin/WebKitWebDriver") && existsSync("/usr/bin/xvfb-run") && Boolean(miniBrowser());

const NAMED = { Enter: Key.ENTER, Tab: Key.TAB, Escape: Key.ESCAPE, " ": Key.SPACE, ArrowLeft: Key.ARROW_LEFT, ArrowRight: Key.ARROW_RIGHT, End: Key.END, Control: Key.CONTROL, Shift: Key.SHIFT, Backspace: Key.BACK_SPACE };
const key = (name) => NAMED[name] || name;
const wait = (ms) => new Promise((done) => setTimeout(done, ms));

class Page {
  constructor(driver, child) {
    this.driver = driver;
    this.child = child;
    this.errors = [];
    this.at = [0, 0];
    const act = (f) => f(driver.actions({ async: true })).perform();
    const move = (x, y) => { this.at = [Math.round(x), Math.round(y)]; return { x: this.at[0], y: this.at[1], origin: Origin.VIEWPORT, duration: 0 }; };
    this.mouse = {
      move: (x, y) => act((a) => a.move(move(x, y))),
      down: () => act((a) => a.press()),
      up: () => act((a) => a.release()),
      click: (x, y) => act((a) => a.move(move(x, y)).press().release()),
      // No wheel in this driver: the box under the pointer is scrolled as a wheel would.
      wheel: ({ deltaX = 0, deltaY = 0 }) => this.evaluate(([x, y], dx, dy) => {
        let el = document.elementFromPoint(x, y);
        while (el && !(el.scrollHeight > el.clientHeight + 1 && /auto|scroll/.test(getComputedStyle(el).overflowY))) el = el.parentElement;
        (el || window).scrollBy({ left: dx, top: dy, behavior: "instant" });
      }, this.at, deltaX, deltaY),
    };
    this.keyboard = {
      type: (text) => act((a) => a.sendKeys(text)),
      press: (name) => act((a) => a.keyDown(key(name)).keyUp(key(name))),
      down: (name) => act((a) => a.keyDown(key(name))),
      up: (name) => act((a) => a.keyUp(key(name))),
    };
  }
  on() {}
  async setRequestInterception() {}
  // The window's height holds the browser's bar; what is wanted is the page's.
  async setViewport({ width, height }) {
    for (let n = 0; n < 3; n++) {
      const [w, h] = await this.evaluate(() => [innerWidth, innerHeight]);
      if (w === width && h === height) return;
      const at = await this.driver.manage().window().getRect();
      await this.driver.manage().window().setRect({ width: at.width + width - w, height: at.height + height - h });
      await wait(150);
    }
  }
  async goto(url) { await this.driver.get(url); }
  async reload() { await this.driver.navigate().refresh(); }
  // Scripts that wait for promises hang in this driver; what they give is asked for until it is there.
  async evaluate(what, ...args) { return this.run("document", what, args); }
  async run(scope, what, args) {
    const source = typeof what === "function" ? `(${what})(...args)` : what;
    const name = `r${Math.random().toString(36).slice(2)}`;
    const script = `const args = arguments[0]; const keep = window.besideTest ||= {}; const frame = ${scope === "document" ? "null" : `document.querySelector(${JSON.stringify(scope)})`};
      const go = (document, window, getComputedStyle) => (async () => ${source})();
      go(frame ? frame.contentDocument : document, frame ? frame.contentWindow : window, frame ? frame.contentWindow.getComputedStyle.bind(frame.contentWindow) : getComputedStyle.bind(window))
        .then((v) => { keep.${name} = { v: JSON.stringify(v) }; }, (e) => { keep.${name} = { e: String(e && e.stack || e) }; });`;
    await this.driver.executeScript(script, args);
    for (let n = 0; n < 1500; n++) {
      const got = await this.driver.executeScript(`const k = window.besideTest || {}; const v = k.${name}; if (v) delete k.${name}; return v;`);
      if (got) { if (got.e !== undefined && got.e !== null) throw new Error(got.e); return got.v === undefined || got.v === null ? undefined : JSON.parse(got.v); }
      await wait(n < 10 ? 5 : 30);
    }
    throw new Error("the script did not end");
  }
  async $(selector) {
    if (!(await this.evaluate((s) => Boolean(document.querySelector(s)), selector))) return null;
    return { contentFrame: async () => ({ evaluate: (f, ...args) => this.run(selector, f, args) }), dispose: async () => {}, click: () => this.click(selector) };
  }
  $eval(selector, f) { return this.run("document", `(${f})(document.querySelector(${JSON.stringify(selector)}))`, []); }
  async click(selector) {
    const [x, y] = await this.evaluate((s) => { const el = document.querySelector(s); el.scrollIntoView({ block: "nearest" }); const r = el.getBoundingClientRect(); return [r.left + r.width / 2, r.top + r.height / 2]; }, selector);
    await this.mouse.click(x, y);
  }
  async type(selector, text) {
    await this.evaluate((s) => document.querySelector(s).focus(), selector);
    await this.keyboard.type(text);
    await wait(80);
  }
  async screenshot({ clip } = {}) {
    const whole = PNG.sync.read(Buffer.from(await this.driver.takeScreenshot(), "base64"));
    if (!clip) return PNG.sync.write(whole);
    const out = new PNG({ width: clip.width, height: clip.height });
    PNG.bitblt(whole, out, clip.x, clip.y, Math.min(clip.width, whole.width - clip.x), Math.min(clip.height, whole.height - clip.y), 0, 0);
    return PNG.sync.write(out);
  }
  async close() { await Promise.race([this.driver.quit().catch(() => {}), wait(5_000)]); try { process.kill(-this.child.pid); } catch { /* It is gone. */ } }
}

export async function launch() {
  const pages = [];
  const newPage = async () => {
    const port = await freePort();
    const child = spawn("xvfb-run", ["-a", "-s", "-screen 0 1800x1400x24", "/usr/bin/WebKitWebDriver", `--port=${port}`], { stdio: "ignore", detached: true });
    for (let n = 0; n < 100; n++) { try { await fetch(`http://127.0.0.1:${port}/status`); break; } catch { await wait(100); } }
    const driver = await new Builder().usingServer(`http://127.0.0.1:${port}`).withCapabilities({ browserName: "MiniBrowser", "webkitgtk:browserOptions": { binary: miniBrowser(), args: ["--automation"] } }).build();
    const page = new Page(driver, child);
    pages.push(page);
    return page;
  };
  return { createBrowserContext: async () => ({ newPage }), newPage, close: async () => { for (const p of pages) await p.close(); } };
}
