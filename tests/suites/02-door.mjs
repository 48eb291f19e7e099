// Getting in, and not getting in.
import { startBoth } from "../lib/servers.mjs";
import { person, until, wait } from "../lib/browsers.mjs";
import * as S from "../lib/session.mjs";

const error = (agent) => until(() => agent.evaluate(() => document.documentElement.dataset.besideError === "not-valid"), "data-beside-error");
const wrong = (pin) => pin.slice(0, -1) + ((Number(pin.at(-1)) + 1) % 10);
const beginAllowing = async (c, url, answer = true) => {
  await c.goto(url);
  await until(() => c.evaluate(() => Boolean(window.Beside)), "window.Beside");
  await c.evaluate((a) => { window.Beside.hooks.confirmSession = async () => a; }, answer);
  return S.begin(c);
};

export async function run({ browser, second, check }) {
  const both = await startBoth();
  const c = await person(browser);
  const a = await person(second, { width: 1440, height: 900 });
  try {
    await S.signIn(a, both.relay);
    await check("who has signed in can type the code at once", () => until(() => a.evaluate(() => document.activeElement?.name === "pin"), "focus in the field"));
    let pin;
    await check("a PIN has two or more digits and then seven", async () => {
      pin = await beginAllowing(c, both.site.url);
      if (!/^\d{9,}$/.test(pin)) throw new Error(pin);
      return pin.replace(/\d(?=\d{2})/g, "•");
    });
    await check("too short is said before anything is asked", async () => {
      await S.typePin(a, "123");
      await until(() => a.evaluate(() => document.querySelector(".error")?.textContent.length > 10), "an explanation");
    });
    await check("no such nameplate: not valid", async () => { await S.typePin(a, "999999999999"); await error(a); });
    await check("wrong secret: not valid", async () => { await S.typePin(a, wrong(pin)); await error(a); });
    await check("the right one still works after a wrong one, and is used up", async () => {
      await S.typePin(a, pin);
      await S.state(a, "live");
      await S.picture(a);
    });
    await check("a used PIN: not valid", async () => {
      const b = await person(second);
      await S.signIn(b, both.relay, "joris@acme-bank.example");
      await S.typePin(b, pin);
      await error(b);
      await b.close();
    });
    await check("the agent ends; both hear it, the relay forgets", async () => {
      await a.click("[data-beside=end]");
      await S.state(a, "ended");
      await until(() => c.evaluate(() => window.Beside.state === "ended"), "ended");
    });
    await check("an agent's ticket that takes its time opens the door like any other", async () => {
      pin = await beginAllowing(c, both.site.url);
      const b = await person(second, { width: 1440, height: 900 });
      // Longer than the clock by which a line is looked after.
      await b.evaluateOnNewDocument(() => { const { fetch } = window; window.fetch = async (...a) => { if (String(a[0].url || a[0]).includes("socket-tickets")) await new Promise((done) => setTimeout(done, 2_500)); return fetch(...a); }; });
      await S.signIn(b, both.relay);
      await S.typePin(b, pin);
      await S.state(b, "live");
      await b.click("[data-beside=end]");
      await S.state(b, "ended");
      await b.close();
    });
    await check("not now: refused, and the next PIN works", async () => {
      pin = await beginAllowing(c, both.site.url, false);
      await a.goto(both.relay.agent);
      await S.state(a, "ready");
      await S.typePin(a, pin);
      await S.state(a, "refused");
      await until(() => c.evaluate(() => window.Beside.state === "pending"), "a new PIN");
    });
    await check("three wrong ones burn the PIN", async () => {
      pin = await beginAllowing(c, both.site.url);
      for (let i = 0; i < 3; i++) { await S.typePin(a, wrong(pin)); await error(a); await wait(100); }
      await S.typePin(a, pin);
      await error(a);
    });
    await check("another company's agent: not valid", async () => {
      pin = await beginAllowing(c, both.site.url);
      const b = await person(second);
      await S.signIn(b, both.relay, "olga@other-shop.example");
      await S.typePin(b, pin);
      await error(b);
      await b.close();
    });
    await check("two agents with one PIN: one is in, the other is not", async () => {
      pin = await beginAllowing(c, both.site.url);
      const b = await person(second);
      await S.signIn(b, both.relay, "joris@acme-bank.example");
      await a.goto(both.relay.agent);
      await S.state(a, "ready");
      await Promise.all([S.typePin(a, pin), S.typePin(b, pin)]);
      const state = (p) => p.evaluate(() => document.documentElement.dataset.besideState);
      await until(async () => [await state(a), await state(b)].sort().join() === "live,ready", "one live, one ready");
      await b.close();
    });
    await check("wrong password: said in words", async () => {
      const b = await person(second);
      await b.goto(both.relay.agent);
      await until(() => b.$("input[name=email]"), "the form");
      await b.type("input[name=email]", both.relay.email);
      await b.type("input[name=password]", "wrong");
      await b.keyboard.press("Enter");
      await until(() => b.evaluate(() => document.querySelector("[role=alert]")?.textContent.includes("don't match")), "the error");
      await b.close();
    });
  } finally {
    await both.stop();
  }
  await check("our own prompt on the release build: Allow by a real press", () => ownPrompt(browser, second, true));
  await check("our own prompt on the release build: Not now by a real press", () => ownPrompt(browser, second, false));
  await check("an expired PIN: not valid, and the customer's panel shows the next one by itself", () => expired(browser, second));
}

async function expired(browser, second) {
  const both = await startBoth({ relay: { pinSeconds: 6 } });
  try {
    const c = await person(browser);
    const a = await person(second);
    await S.signIn(a, both.relay);
    const old = await beginAllowing(c, both.site.url);
    const next = await c.evaluate(() => new Promise((done) => { window.Beside.on("pin", done); }));
    if (next === old) throw new Error("the code did not change");
    await S.typePin(a, old);
    await error(a);
    await S.typePin(a, next);
    await S.state(a, "live");
    await c.close();
    await a.close();
  } finally {
    await both.stop();
  }
}

// The release build's shadow root is closed, so the panel is pressed where it stands: like a person, by the eye.
async function ownPrompt(browser, second, allow) {
  const both = await startBoth({ relay: { web: "target/web" } });
  try {
    const c = await person(browser);
    const a = await person(second);
    await c.goto(`${both.site.url}/login`);
    const pin = await S.begin(c);
    await S.signIn(a, both.relay);
    await S.typePin(a, pin);
    await S.state(a, "waiting");
    await until(() => c.evaluate(() => window.Beside.state === "authorizing"), "the question");
    const early = await c.evaluate(() => document.querySelector("beside-ui").shadowRoot);
    if (early !== null) throw new Error("the shadow root is open in the release build");
    await wait(900);
    // The card stands 20 px from the lower right corner, 340 px wide, its buttons in the last row.
    await c.mouse.click(allow ? 1280 - 20 - 16 - 35 : 1280 - 20 - 16 - 130, 800 - 20 - 16 - 18);
    if (allow) { await S.state(a, "live"); await S.picture(a); } else await S.state(a, "refused");
    await c.close();
    await a.close();
  } finally {
    await both.stop();
  }
}
