// Cursors both ways, and marks that stay on what they mark.
import { startBoth } from "../lib/servers.mjs";
import { person, until, wait } from "../lib/browsers.mjs";
import * as S from "../lib/session.mjs";

const inUi = (c, f, ...args) => c.evaluate((src, args) => Function("root", "args", `return (${src})(root, ...args)`)(document.querySelector("beside-ui").shadowRoot, args), f.toString(), args);
const frameBox = (a) => a.evaluate(() => { const r = document.querySelector("[data-beside=replica]").getBoundingClientRect(); return { x: r.left, y: r.top, s: r.width / document.querySelector("[data-beside=replica]").offsetWidth }; });
const buttonBox = (c, selector) => c.evaluate((s) => { const r = document.querySelector(s).getBoundingClientRect(); return [r.left, r.top, r.width, r.height]; }, selector);
const pathBox = (c, n) => inUi(c, (root, n) => { const p = root.querySelectorAll("svg.marks path")[n]; if (!p) return null; const r = p.getBBox(); return [r.x, r.y, r.width, r.height]; }, n);
const near = (a, b, d) => a && b && a.every((v, i) => Math.abs(v - b[i]) <= d);

export async function run({ browser, second, check }) {
  const both = await startBoth();
  const c = await person(browser);
  // A smaller screen than the customer's: the picture is scaled.
  const a = await person(second, { width: 1100, height: 700 });
  try {
    await S.connect(c, a, both.relay, `${both.site.url}/card`);
    await S.settled(c, a);
    const at = await frameBox(a);
    const draw = async (from, to, via = []) => {
      const p = ([x, y]) => [Math.round(at.x + x * at.s), Math.round(at.y + y * at.s)];
      await a.mouse.move(...p(from));
      await a.mouse.down();
      for (const v of [...via, to]) await a.mouse.move(...p(v), { steps: 4 });
      await a.mouse.up();
    };
    const target = "#buy-now";
    await check("the agent's cursor stands on the same button, with the name", async () => {
      const [x, y, w, h] = await buttonBox(c, target);
      await a.mouse.move(at.x + (x + w / 2) * at.s, at.y + (y + h / 2) * at.s, { steps: 6 });
      await until(async () => {
        const cursor = await inUi(c, (root) => { const el = root.querySelector(".cursor"); if (!el) return null; const r = el.getBoundingClientRect(); return [r.left, r.top, el.textContent]; });
        return cursor && Math.abs(cursor[0] + 3 - (x + w / 2)) < 4 && Math.abs(cursor[1] + 2 - (y + h / 2)) < 4 && cursor[2] === "Sanne Bakker";
      }, "the cursor");
    });
    await check("at the window's edges its name stays in sight", async () => {
      for (const [dx, dy] of [[-6, -6], [-6, -300], [-400, -6]]) {
        const [w, h] = await c.evaluate(() => [innerWidth, innerHeight]);
        await a.mouse.move(at.x + (w + dx) * at.s, at.y + (h + dy) * at.s, { steps: 3 });
        await until(() => inUi(c, (root, x, y) => {
          const el = root.querySelector(".cursor");
          const [arrow, name] = [el.getBoundingClientRect(), el.querySelector("span").getBoundingClientRect()];
          return Math.abs(arrow.left + 3 - x) < 4 && Math.abs(arrow.top + 2 - y) < 4 && name.width > 20 && name.left >= 0 && name.right <= innerWidth && name.bottom <= innerHeight;
        }, w + dx, h + dy), `the name in sight at ${dx}, ${dy}`);
      }
    });
    await check("a press makes a ripple", async () => {
      const [x, y, w, h] = await buttonBox(c, target);
      await a.mouse.move(at.x + (x + w / 2) * at.s, at.y + (y + h / 2) * at.s, { steps: 3 });
      await a.mouse.down();
      await a.mouse.up();
      await until(() => inUi(c, (root) => Boolean(root.querySelector(".ripple"))), "a ripple");
    });
    await check("the customer's cursor stands on the same element at the agent's", async () => {
      const [x, y, w, h] = await buttonBox(c, "#card-design");
      await c.mouse.move(x + w / 2, y + h / 2, { steps: 5 });
      await until(async () => {
        const r = await a.evaluate(() => { const el = document.querySelector(".cursor"); const r = el.getBoundingClientRect(); return [r.left, r.top, getComputedStyle(el).opacity]; });
        return Number(r[2]) > 0.9 && Math.abs(r[0] - (at.x + (x + w / 2) * at.s)) < 6 && Math.abs(r[1] - (at.y + (y + h / 2) * at.s)) < 6;
      }, "the customer's cursor");
    });
    // A driver moves by whole pixels of the agent's screen; what is drawn is where those lie on the customer's.
    const snap = ([x0, y0, x1, y1]) => { const [a0, b0, a1, b1] = [[x0, at.x], [y0, at.y], [x1, at.x], [y1, at.y]].map(([v, o]) => (Math.round(o + v * at.s) - o) / at.s); return [a0, b0, a1 - a0, b1 - b0]; };
    let box;
    let around;
    await check("a box round the button is on that button at the customer's", async () => {
      const [x, y, w, h] = await buttonBox(c, target);
      await a.keyboard.press("3");
      await draw([x - 8, y - 8], [x + w + 8, y + h + 8]);
      box = snap([x - 8, y - 8, x + w + 8, y + h + 8]);
      around = [box[0] - x, box[1] - y, box[2] - w, box[3] - h];
      await until(async () => near(await pathBox(c, 0), box, 2.5), `the box at ${box}`);
    });
    await check("a stroke round it too", async () => {
      const [x, y, w, h] = await buttonBox(c, target);
      await a.keyboard.press("2");
      await draw([x - 6, y + h / 2], [x - 6, y + h / 2], [[x + w / 2, y - 10], [x + w + 6, y + h / 2], [x + w / 2, y + h + 10]]);
      await until(async () => { const p = await pathBox(c, 1); return p && Math.abs(p[0] - (x - 6)) < 4 && Math.abs(p[1] - (y - 10)) < 4; }, "the stroke");
    });
    await check("both stay on it while the customer scrolls", async () => {
      await c.evaluate(() => scrollTo({ top: 120, behavior: "instant" }));
      const [x, y, w, h] = await buttonBox(c, target);
      await until(async () => near(await pathBox(c, 0), [x + around[0], y + around[1], w + around[2], h + around[3]], 2.5), "the box after scrolling");
      await S.settled(c, a);
      await until(() => a.evaluate(([x, y, w, h, fx, fy, s]) => {
        const r = document.querySelector(".marks path").getBoundingClientRect();
        return Math.abs(r.left - (fx + x * s)) < 3 && Math.abs(r.top - (fy + y * s)) < 3 && Math.abs(r.width - w * s) < 4 && h > 0;
      }, [x + around[0], y + around[1], w + around[2], h + around[3], at.x, at.y, at.s]), "the box at the agent's");
    });
    await check("and while the page is laid out anew", async () => {
      await c.setViewport({ width: 700, height: 800 });
      await wait(200);
      const [x, y, w, h] = await buttonBox(c, target);
      await until(async () => { const p = await pathBox(c, 0); return p && Math.abs(p[0] + p[2] / 2 - (x + w / 2)) < 4 && Math.abs(p[1] + p[3] / 2 - (y + h / 2)) < 4; }, "the box on the narrow page");
    });
    await check("marks never take a click", async () => {
      const hit = await c.evaluate((s) => { const b = document.querySelector(s); b.scrollIntoView({ block: "center", behavior: "instant" }); const r = b.getBoundingClientRect(); return document.elementFromPoint(r.left + r.width / 2, r.top + r.height / 2) === b; }, target);
      if (!hit) throw new Error("something lies in the way");
    });
    await check("clear takes them away at both", async () => {
      await a.keyboard.press("0");
      await until(() => inUi(c, (root) => root.querySelectorAll("svg.marks path").length === 0), "no marks at the customer's");
      await until(() => a.evaluate(() => document.querySelectorAll(".marks path").length === 0), "no marks at the agent's");
    });
    const classes = (page, where) => (where === "customer" ? inUi(page, (root) => [...root.querySelectorAll("svg.marks path")].map((p) => p.getAttribute("class"))) : page.evaluate(() => [...document.querySelectorAll(".marks path")].map((p) => p.getAttribute("class"))));
    const alike = async (wanted) => { for (const [page, where] of [[c, "customer"], [a, "agent"]]) await until(async () => JSON.stringify(await classes(page, where)) === JSON.stringify(wanted) || Promise.reject(new Error(`${where}: ${await classes(page, where)}`)), `${wanted.join() || "no marks"} at the ${where}'s`); };
    const screen = async (x, y) => { const f = await frameBox(a); return [Math.round(f.x + x * f.s), Math.round(f.y + y * f.s)]; };
    await c.setViewport({ width: 1280, height: 800 });
    await c.evaluate(() => scrollTo({ top: 0, behavior: "instant" }));
    await S.settled(c, a);
    for (const [key, shape] of [["h", "highlighter"], ["c", "line"], ["a", "line"], ["s", "spot"]]) await check(`the tool of the key ${key} draws at both`, async () => {
      const [x, y, w, h] = await buttonBox(c, target);
      await a.keyboard.press(key);
      const [from, to] = [await screen(x - 9, y - 9), await screen(x + w + 9, y + h + 9)];
      await a.mouse.move(...from);
      await a.mouse.down();
      await a.mouse.move(...to, { steps: 4 });
      await a.mouse.up();
      await alike([shape]);
      // A spot dims all of the window.
      const wanted = shape === "spot" ? [0, 0, 1280, 800] : [x - 9, y - 9, w + 18, h + 18];
      await until(async () => near(await pathBox(c, 0), wanted, key === "a" ? 14 : 3) || Promise.reject(new Error(`${await pathBox(c, 0)}`)), `it at ${wanted}`);
      await a.keyboard.press("0");
      await alike([]);
    });
    await check("a press takes the whole of what it is on", async () => {
      const [x, y, w, h] = await buttonBox(c, target);
      await a.keyboard.press("3");
      await a.mouse.click(...await screen(x + w / 2, y + h / 2));
      await until(async () => near(await pathBox(c, 0), [x - 4, y - 4, w + 8, h + 8], 2), "a box round the button");
      await a.keyboard.press("0");
      await alike([]);
      await a.keyboard.press("c");
      await a.mouse.click(...await screen(x + w / 2, y + h / 2));
      await until(async () => { const [rx, ry, rw, rh] = await pathBox(c, 0); return rx < x - 20 && ry < y - 10 && rx + rw > x + w + 20 && ry + rh > y + h + 10; }, "a ring round all of the button");
      await a.keyboard.press("0");
      await alike([]);
    });
    const words = () => inUi(c, (root) => [...root.querySelectorAll("svg.marks text")].map((el) => el.textContent));
    await check("words and numbered steps stand where they were put, with the helper's name once", async () => {
      const [x, y, w, h] = await buttonBox(c, target);
      await a.keyboard.press("t");
      await a.mouse.click(...await screen(x + w / 2, y - 20));
      await until(() => a.$("form.note input"), "the line to write in");
      await a.keyboard.type("press z here");
      await a.keyboard.press("Enter");
      await a.keyboard.press("n");
      for (const dx of [-30, w + 30]) await a.mouse.click(...await screen(x + dx, y + h / 2));
      await alike(["note", "step", "step"]);
      const said = await words();
      if (said.join() !== "press z here,Sanne Bakker,1,2") throw new Error(said.join());
      const place = await inUi(c, (root) => { const t = root.querySelector("svg.marks text.note"); return [Number(t.getAttribute("x")), Number(t.getAttribute("y"))]; });
      if (Math.abs(place[0] - (x + w / 2)) > 3 || Math.abs(place[1] - (y - 20)) > 3) throw new Error(place.join());
    });
    await check("undone, made again, rubbed out one by one", async () => {
      await a.keyboard.press("z");
      await alike(["note", "step"]);
      await a.keyboard.press("z");
      await alike(["note"]);
      await a.keyboard.press("y");
      await alike(["note", "step"]);
      const [x, y, , h] = await buttonBox(c, target);
      await a.keyboard.press("e");
      await a.mouse.click(...await screen(x - 30, y + h / 2));
      await alike(["note"]);
      await a.mouse.click(...await screen(x + 400, y - 200));
      await wait(300);
      await alike(["note"]);
    });
    await check("a helper whose tab was loaded anew has the marks still, and adds to them", async () => {
      await a.reload();
      await S.state(a, "live", 20_000);
      await S.settled(c, a);
      await alike(["note"]);
      const [x, y, w, h] = await buttonBox(c, target);
      await a.keyboard.press("3");
      await a.mouse.click(...await screen(x + w / 2, y + h / 2));
      await alike(["note", "line"]);
      await a.keyboard.press("0");
      await alike([]);
    });
    await check("what fades goes by itself, at both", async () => {
      const [x, y, w, h] = await buttonBox(c, target);
      await a.keyboard.press("f");
      await a.keyboard.press("3");
      await a.mouse.click(...await screen(x + w / 2, y + h / 2));
      await alike(["line"]);
      await until(async () => !(await classes(c, "customer")).length, "it to be gone", 15_000);
      await alike([]);
      await a.keyboard.press("f");
    });
    await check("look here: the customer reads at what, and goes there when they like", async () => {
      // Its edge is in sight, its middle is not.
      await c.evaluate((s) => { const el = document.querySelector(s); document.body.style.paddingTop = "900px"; scrollBy({ top: el.getBoundingClientRect().top - innerHeight + 6, behavior: "instant" }); }, target);
      await S.settled(c, a);
      const [x, y, w] = await buttonBox(c, target);
      await a.keyboard.press("l");
      await a.mouse.click(...await screen(x + w / 2, y + 3));
      const said = await until(() => inUi(c, (root) => root.querySelector(".bar .remark")?.textContent), "a word about it");
      const label = await c.$eval(target, (el) => el.textContent.trim());
      if (said !== `Sanne Bakker points at: ${label}`) throw new Error(said);
      const button = await until(() => inUi(c, (root) => { const b = root.querySelector(".bar .look"); if (!b) return null; const r = b.getBoundingClientRect(); return [r.left + r.width / 2, r.top + r.height / 2]; }), "the button");
      await c.mouse.click(...button);
      await until(async () => { const [, top, , height] = await buttonBox(c, target); return top > 0 && top + height < 800; }, "the button in sight");
      await until(async () => !(await inUi(c, (root) => root.querySelector(".bar .remark"))), "the word to be gone");
      await until(async () => !(await classes(c, "customer")).length, "the ring to be gone", 15_000);
      await c.evaluate(() => { document.body.style.paddingTop = ""; scrollTo({ top: 0, behavior: "instant" }); });
    });
    await check("after the customer's page was loaded anew a mark still arrives", async () => {
      await c.reload();
      await S.settled(c, a);
      const [x, y, w, h] = await buttonBox(c, "#card-design");
      const now = await frameBox(a);
      const p = (px, py) => [Math.round(now.x + px * now.s), Math.round(now.y + py * now.s)];
      await a.keyboard.press("3");
      await a.mouse.move(...p(x - 6, y - 6));
      await a.mouse.down();
      await a.mouse.move(...p(x + w + 6, y + h + 6), { steps: 4 });
      await a.mouse.up();
      await until(() => inUi(c, (root) => root.querySelectorAll("svg.marks path").length === 1), "the mark");
    });
    await check("no error in either console", () => {
      const errors = [...c.errors, ...a.errors].filter((e) => !/401|Failed to load resource/.test(e));
      if (errors.length) throw new Error(errors[0]);
    });
  } finally {
    await both.stop();
  }
}
