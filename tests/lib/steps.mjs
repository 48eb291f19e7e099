// What a person does on a page, as data: { do, css | says, has, in, nth, at, frame, text, dx, dy, ms, leave }. Needs of a
// driver no more than evaluate, mouse and keyboard, so that every engine takes the same steps.
import { until, wait } from "./browsers.mjs";

// Runs in the page: the place of an element in the viewport, scrolled into sight if it is not. Looks through open
// shadow roots; `says` is the smallest visible element with these words.
function place({ css, says, has, in: within, nth = 0, at = [0.5, 0.5], frame }) {
  const all = (root, selector, out = []) => {
    out.push(...root.querySelectorAll(selector));
    for (const el of root.querySelectorAll("*")) if (el.shadowRoot) all(el.shadowRoot, selector, out);
    return out;
  };
  let offset = [0, 0];
  let top = document;
  if (frame) {
    const holder = all(document, frame)[0];
    if (!holder?.contentDocument) return null;
    holder.scrollIntoView({ block: "nearest", behavior: "instant" });
    const r = holder.getBoundingClientRect();
    offset = [r.left + holder.clientLeft, r.top + holder.clientTop];
    top = holder.contentDocument;
  }
  const isShown = (el) => { const r = el.getBoundingClientRect(); return r.width > 0 && r.height > 0 && getComputedStyle(el).visibility !== "hidden"; };
  const words = (el) => (el.innerText ?? el.textContent ?? "").replace(/\s+/g, " ").trim().toLowerCase();
  let found = [];
  if (says) {
    const wanted = says.toLowerCase();
    const holders = within ? all(top, within) : [top];
    for (const holder of holders) {
      const hits = all(holder, "*").filter((el) => !["SCRIPT", "STYLE", "HEAD", "TITLE"].includes(el.tagName) && isShown(el) && words(el).includes(wanted));
      found.push(...hits.filter((el) => !hits.some((other) => other !== el && el.contains(other))));
    }
  } else found = all(top, css).filter((el) => (!has || words(el).includes(has.toLowerCase())));
  const el = found[nth];
  if (!el) return null;
  let r = el.getBoundingClientRect();
  const point = () => [r.left + r.width * at[0], r.top + r.height * at[1]];
  const win = el.ownerDocument.defaultView;
  const inSight = ([x, y]) => x >= 0 && y >= 0 && x < win.innerWidth && y < win.innerHeight;
  if (!inSight(point())) { el.scrollIntoView({ block: "center", inline: "nearest", behavior: "instant" }); r = el.getBoundingClientRect(); }
  const [x, y] = point();
  return [x + offset[0], y + offset[1], r.width, r.height];
}

const find = async (page, step) => until(() => page.evaluate(place, step), JSON.stringify(step), 6_000);

const press = async (page, step) => {
  const [x, y] = await find(page, step);
  await page.mouse.move(x, y);
  await page.mouse.click(x, y);
};

async function keys(page, combination) {
  const parts = combination.split("+");
  const last = parts.pop();
  for (const p of parts) await page.keyboard.down(p);
  await page.keyboard.press(last === "Space" ? " " : last.length === 1 && parts.length ? last.toLowerCase() : last);
  for (const p of parts.reverse()) await page.keyboard.up(p);
}

export async function perform(page, step, url) {
  switch (step.do) {
    case "click": await press(page, step); return step.leave && page.mouse.move(1270, 790);
    // A press in two parts.
    case "hold": { const [x, y] = await find(page, step); await page.mouse.move(x, y); return page.mouse.down(); }
    case "release": return page.mouse.up();
    case "hover": { const [x, y] = await find(page, step); return page.mouse.move(x, y); }
    case "type":
      if (step.css) await press(page, step);
      for (const line of step.text.split(/(\n)/)) if (line === "\n") await page.keyboard.press("Enter"); else await page.keyboard.type(line);
      return undefined;
    case "press": return keys(page, step.text);
    case "drag": {
      const [x, y] = await find(page, step);
      await page.mouse.move(x, y);
      await page.mouse.down();
      for (let n = 1; n <= 8; n++) await page.mouse.move(x + (step.dx * n) / 8, y + (step.dy * n) / 8);
      return page.mouse.up();
    }
    case "scroll": {
      const [x, y] = step.css ? await find(page, step) : [640, 400];
      await page.mouse.move(x, y);
      return page.mouse.wheel({ deltaX: step.dx || 0, deltaY: step.dy || 0 });
    }
    case "select":
      return page.evaluate((css, value) => {
        const el = document.querySelector(css);
        el.value = [...el.options].find((o) => o.value === value || o.label === value).value;
        el.dispatchEvent(new Event("input", { bubbles: true }));
        el.dispatchEvent(new Event("change", { bubbles: true }));
      }, step.css, step.text);
    // What the device prefers; words of media queries. A driver that cannot is not asked.
    case "prefer": {
      const words = step.text.split(" ");
      return page.emulateMediaFeatures([
        { name: "prefers-color-scheme", value: words.includes("dark") ? "dark" : "light" },
        { name: "prefers-reduced-motion", value: words.includes("reduce") ? "reduce" : "no-preference" },
      ]);
    }
    // Text under way in an input method, then accepted.
    case "compose": {
      await press(page, step);
      const cdp = await page.createCDPSession();
      await cdp.send("Input.imeSetComposition", { text: step.text, selectionStart: step.text.length, selectionEnd: step.text.length });
      if (step.accept) await cdp.send("Input.insertText", { text: step.accept });
      return cdp.detach();
    }
    case "goto": return page.goto(url + step.text, { waitUntil: "domcontentloaded" });
    case "wait": return wait(step.ms);
    default: throw new Error(`nobody knows how to ${step.do}`);
  }
}

export const told = (step) => [step.do, step.css || step.says || "", step.text ? JSON.stringify(step.text) : "", step.ms || ""].filter(Boolean).join(" ");
