// Frames of another origin that carry the tag: the agent sees what is in them, as far as the policy lets it be seen;
// whoever is not named on both sides stays a labelled box.
import { person, until, wait } from "../lib/browsers.mjs";
import { sameInk } from "../lib/looks.mjs";
import { noise, servePages } from "../lib/pages.mjs";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startRelay } from "../lib/servers.mjs";
import * as S from "../lib/session.mjs";

const SVG = "<svg xmlns='http://www.w3.org/2000/svg' width='60' height='40'><rect width='60' height='40' fill='#086'/></svg>";
// What the frame tells, before anything is deflated.
const TAP = "<script>window.told = ''; window.__besideTap = (what, bytes) => { window.told += new TextDecoder('latin1').decode(bytes); };</script>";
const CARD = `${TAP}<style>body{margin:12px;font:15px sans-serif;background:#f4f7ff}.row{display:flex;gap:8px}b{color:#086}i{display:inline-block;width:60px;height:40px;background:url(/sheet.svg)}</style>
  <h2>Pay with a card</h2><p class=row><img src=/card.svg width=60 height=40><i></i><b id=state>ready</b></p><p><input id=field placeholder="Name on card"></p><p id=secret class=hide>4111 1111 1111 1111</p><button id=more>More</button><script>more.onclick = () => { document.body.append(Object.assign(document.createElement("p"), { textContent: "one more line" })); }</script>`;

export async function run({ browser, second, name, check }) {
  const pages = {};
  const inner = await servePages({ pages });
  const outer = await servePages({ pages });
  // The same server under another name is another origin.
  const theirs = inner.url.replace("127.0.0.1", "localhost");
  const folder = mkdtempSync(join(tmpdir(), "beside-policy-"));
  const policy = join(folder, "policy.toml");
  writeFileSync(policy, 'default = "show"\ninputs = "show"\n[[rule]]\nname = "hidden"\nmatch = [".hide"]\ndo = "mask"\n[[rule]]\nname = "blocked"\nmatch = [".block"]\ndo = "block"\n');
  const relay = await startRelay({ origins: [outer.url, theirs], policy });
  const tag = (more) => `<script src="${relay.script}" data-tenant="acme-bank" ${more} async></script>`;
  const give = (type, text) => (_, r) => { r.writeHead(200, { "content-type": type }); r.end(text); };
  pages["/card.svg"] = give("image/svg+xml", SVG);
  pages["/noise.png"] = noise(900);
  pages["/sheet.svg"] = give("image/svg+xml", SVG.replace("#086", "#c40"));
  const html = (head, body) => give("text/html", `<!doctype html><html><head><meta charset=utf-8><title>t</title>${head}</head><body>${body}<style>*{caret-color:transparent}</style></body></html>`);
  pages["/card"] = html(tag(`data-within="${outer.url}"`), CARD);
  pages["/card-of-another"] = html(tag('data-within="https://somebody.example"'), CARD);
  pages["/untagged"] = html("", CARD);
  pages["/own"] = html(tag(""), "<p>a frame of the page's own</p>");
  const page = (frame, more = `data-frames="${theirs}"`) => html(tag(`data-button=none ${more}`), `<h1>Checkout</h1><p>Order 1044</p>${frame}<p id=below>Thank you</p>`);
  const frame = (path) => `<iframe id=f src="${theirs}${path}" width=420 height=260 style="border:2px solid #99a"></iframe>`;
  pages["/pay"] = page(frame("/card"));
  pages["/pay-unnamed"] = page(frame("/card"), "");
  pages["/pay-of-another"] = page(frame("/card-of-another"));
  pages["/pay-untagged"] = page(frame("/untagged"));
  pages["/pay-hidden"] = page(`<div class=block>${frame("/card")}</div>`);
  pages["/same"] = page("<iframe id=f src=/own width=300 height=80></iframe>");
  pages["/next"] = page("<p>the next page</p>");

  const c = await person(browser);
  const a = await person(second, { width: 1640, height: 1000 });
  const inside = async (f, ...args) => (await (await a.$("[data-beside=replica]")).contentFrame()).evaluate(f, ...args);
  const shown = () => inside(() => document.getElementById("f")?.contentDocument?.body?.innerText.replace(/\s+/g, " ").trim() || "");
  const within = async () => { const at = await until(async () => c.frames().find((f) => f.url().includes("/card") || f.url().includes("/untagged")), "the frame"); return at; };
  const fresh = async (path) => {
    const before = (await S.stats(a)).keyframes;
    await c.goto(outer.url + path, { waitUntil: "load" });
    await until(async () => (await S.stats(a)).keyframes > before, "the new page's keyframe");
    await S.settled(c, a);
  };
  const alike = async (stem) => `${((await sameInk(c, a, { at: stem, folder: `joined/${name}`, stem, hidden })).share * 100).toFixed(2)} % of the ink differs`;
  // Where the masked line lies, in the page's own pixels.
  let hidden = [];
  try {
    await check("a frame that both sides name: its text, styles and pictures", async () => {
      await S.connect(c, a, relay, `${outer.url}/pay`);
      await until(async () => (await shown()).includes("Pay with a card"), "what is in the frame", 12_000);
      const box = await (await within()).evaluate(() => { const r = document.getElementById("secret").getBoundingClientRect(); return [r.left, r.top, r.width, r.height]; });
      const at = await c.evaluate(() => { const f = document.getElementById("f"); const r = f.getBoundingClientRect(); return [r.left + f.clientLeft, r.top + f.clientTop]; });
      hidden = [[at[0] + box[0], at[1] + box[1], box[2], box[3]]];
      return alike("opened");
    });
    await check("what its policy hides never leaves it, and the customer sees it outlined", async () => {
      const words = await inside(() => document.getElementById("f").contentDocument.getElementById("secret").textContent);
      if (/\d/.test(words)) throw new Error(words);
      const told = await (await within()).evaluate(() => window.told);
      if (!told.includes("Pay with a card")) throw new Error("the tap is empty: this test proves nothing");
      if (/4111|1111/.test(told)) throw new Error("it was told");
      await until(() => c.evaluate(() => { const f = document.getElementById("f").getBoundingClientRect(); return [...document.querySelector("beside-ui").shadowRoot.querySelectorAll(".hide")].some((h) => { const r = h.getBoundingClientRect(); return r.top > f.top + 60 && r.bottom < f.bottom + 4 && r.left > f.left && r.width > 40; }); }), "the outline");
    });
    await check("what changes in it, and what is typed into it", async () => {
      const frame = await within();
      await frame.evaluate(() => { document.getElementById("more").click(); document.getElementById("state").textContent = "paid"; const field = document.getElementById("field"); field.value = "A. Example"; field.dispatchEvent(new Event("input", { bubbles: true })); });
      await until(async () => /paid.*one more line/.test(await shown()), "the change");
      await until(() => inside(() => document.getElementById("f").contentDocument.getElementById("field").value === "A. Example"), "what was typed");
      return alike("changed");
    });
    await check("the customer's pointer over it is where it is", async () => {
      const box = await c.evaluate(() => { const r = document.getElementById("f").getBoundingClientRect(); return [r.left, r.top]; });
      await c.mouse.move(box[0] + 100, box[1] + 50);
      await c.mouse.move(box[0] + 200, box[1] + 100, { steps: 4 });
      const at = await until(() => a.evaluate((b) => {
        const cursor = document.querySelector(".cursor");
        const frame = document.querySelector("[data-beside=replica]").getBoundingClientRect();
        if (!cursor) return null;
        const r = cursor.getBoundingClientRect();
        const [x, y] = [r.left - frame.left, r.top - frame.top];
        return Math.abs(x - b[0] - 200) < 12 && Math.abs(y - b[1] - 100) < 12 && [x, y];
      }, box), "the cursor");
      return at.map(Math.round).join(" ");
    });
    await check("an agent who comes back has all of it again", async () => {
      await a.reload();
      await S.state(a, "live");
      await until(async () => /paid.*one more line/.test(await shown()), "what is in the frame", 12_000);
      return alike("again");
    });
    await check("when it goes to a page without the tag it is a labelled box again; back, and it is shown again", async () => {
      await c.evaluate((to) => { document.getElementById("f").src = to; }, `${theirs}/untagged`);
      await until(() => inside(() => { const f = document.getElementById("f"); return f.dataset.besideStandsFor === "frame" && getComputedStyle(f).backgroundImage.includes("svg"); }), "the box");
      await wait(400);
      if (/Pay with/.test(await shown())) throw new Error("what was shown is there still");
      await c.evaluate((to) => { document.getElementById("f").src = to; }, `${theirs}/card`);
      await until(async () => (await shown()).includes("Pay with a card"), "what is in the frame", 12_000);
    });
    await check("while the customer pauses nothing of it is told", async () => {
      await c.evaluate(() => window.Beside.pause());
      await S.state(a, "paused");
      await (await within()).evaluate(() => { document.getElementById("state").textContent = "behind the curtain"; });
      await wait(700);
      if ((await shown()).includes("curtain")) throw new Error("it was told");
      await c.evaluate(() => window.Beside.resume());
      await until(async () => (await shown()).includes("curtain"), "what came meanwhile");
    });
    await check("a large picture in it that a pause cuts off comes whole afterwards", async () => {
      // The page's own window sees what goes out; at the third piece it pauses.
      await c.evaluate(() => { let pieces = 0; window.__besideTap = (_, bytes) => { if (bytes.length > 30_000 && ++pieces === 3) setTimeout(() => window.Beside.pause(), 0); }; });
      await (await within()).evaluate(() => document.body.append(Object.assign(new Image(60, 60), { id: "large", src: "/noise.png" })));
      await S.state(a, "paused");
      const comes = () => inside(() => document.getElementById("f").contentDocument.getElementById("large")?.naturalWidth === 900);
      if (await comes()) throw new Error("it was there before the pause: this proves nothing");
      await c.evaluate(() => { window.__besideTap = null; window.Beside.resume(); });
      await until(comes, "the picture", 12_000);
    });
    for (const [path, why] of [["/pay-unnamed", "the page does not name it"], ["/pay-of-another", "it does not name the page"], ["/pay-untagged", "it has no tag"], ["/pay-hidden", "the page hides it"]]) {
      await check(`a labelled box, and nothing of it: ${why}`, async () => {
        await fresh(path);
        await wait(1500);
        const what = await inside(() => document.documentElement.outerHTML + (document.getElementById("f")?.contentDocument?.documentElement?.outerHTML || ""));
        if (/Pay with|card\.svg/.test(what)) throw new Error("something of it is there");
        // The others have no channel to tell by.
        if (path !== "/pay-hidden") return;
        const told = async () => (await within()).evaluate(() => window.told.length);
        const before = await told();
        await wait(600);
        if ((await told()) !== before) throw new Error("it goes on telling nobody");
      });
    }
    await check("a page that comes to hide a frame takes back what was shown, and nothing more of it is told", async () => {
      await fresh("/pay");
      await until(async () => (await shown()).includes("Pay with a card"), "what is in the frame", 12_000);
      // In one task the page hides it and asks it to show something else.
      const at = await within();
      await at.evaluate(() => addEventListener("message", ({ data }) => { if (data === "show") { document.getElementById("state").textContent = "behind the curtain"; } }));
      await c.evaluate(() => { document.getElementById("f").className = "block"; document.getElementById("f").contentWindow.postMessage("show", "*"); });
      const seen = new Set();
      for (let n = 0; n < 30; n++) { seen.add(await shown()); await wait(40); }
      if ([...seen].some((words) => words.includes("curtain")) || (await shown()).includes("Pay")) throw new Error([...seen].join(" | "));
      if (!(await at.evaluate(() => document.body.innerText.includes("curtain")))) throw new Error("the frame did not change: this test proves nothing");
      await c.evaluate(() => { document.getElementById("f").className = ""; });
      await until(async () => (await shown()).includes("curtain"), "what is in the frame, shown again");
    });
    await check("a frame of the page's own with the tag draws no second button, and the session outlives the next page", async () => {
      await fresh("/same");
      await until(async () => (await shown()).includes("a frame of the page's own"), "the frame");
      const own = await until(async () => c.frames().find((f) => f.url().endsWith("/own")), "the frame");
      // As long as a tab's lock is waited for, and more.
      await wait(3_000);
      if (await own.evaluate(() => Boolean(document.querySelector("beside-ui")))) throw new Error("a second button");
      await fresh("/next");
      return c.evaluate(() => window.Beside.state);
    });
  } finally {
    await c.close().catch(() => {});
    await a.close().catch(() => {});
    await Promise.all([inner.close(), outer.close()]);
    await relay.clean();
    rmSync(folder, { recursive: true, force: true });
  }
}
