// A session from both sides, by the names that automation relies on and nothing else.
import { until, wait } from "./browsers.mjs";

export async function signIn(agent, relay, email = relay.email) {
  await agent.goto(relay.agent);
  await until(() => agent.$("input[name=email]"), "the sign-in form");
  await agent.type("input[name=email]", email);
  await agent.type("input[name=password]", relay.password);
  await agent.keyboard.press("Enter");
  await state(agent, "ready");
}

export const state = (agent, wanted, ms) =>
  until(() => agent.evaluate((w) => document.documentElement.dataset.besideState === w || `is ${document.documentElement.dataset.besideState}`, wanted).then((v) => v === true ? true : Promise.reject(new Error(v))), `the agent's state ${wanted}`, ms);

export async function typePin(agent, pin) {
  await until(() => agent.$("input[name=pin]"), "the PIN field");
  await agent.$eval("input[name=pin]", (el) => { el.value = ""; el.focus(); });
  await agent.type("input[name=pin]", pin);
  await agent.keyboard.press("Enter");
}

// Only an async function's promise is the browser's own everywhere: a page may have put another in its place, which drivers
// do not wait for.
export const begin = (customer) => until(() => customer.evaluate(() => Boolean(window.Beside)), "window.Beside").then(() => customer.evaluate(async () => (await window.Beside.start()).pin));

// Signed in, claimed, allowed by the site's own prompt, and the picture is there.
export async function connect(customer, agent, relay, url) {
  await customer.goto(url);
  await until(() => customer.evaluate(() => Boolean(window.Beside)), "window.Beside");
  // Some pages send their visitor on at once; a session is begun where he comes to rest.
  let born = 0;
  await until(async () => { const now = await customer.evaluate(() => (document.readyState === "complete" && window.Beside ? performance.timeOrigin : 0)); const stays = now && now === born; born = now; await wait(150); return stays; }, "a page that stays", 15_000);
  await customer.evaluate(() => { window.Beside.hooks.confirmSession = async () => true; });
  const pin = await begin(customer);
  await signIn(agent, relay);
  await typePin(agent, pin);
  await state(agent, "live");
  await picture(agent);
  return pin;
}

export const stats = (agent) => agent.evaluate(() => window.besideAgent.stats());
export const picture = (agent, ms) => until(() => agent.evaluate(() => window.besideAgent.stats().keyframes > 0 && window.besideAgent.stats().nodes > 0), "a keyframe", ms);

// What the agent is told not to stand where it stands at the customer's.
const differing = (agent) => agent.evaluate(() => {
  const found = [];
  const look = (root) => {
    for (const el of root.querySelectorAll("*")) {
      if (el.hasAttribute("data-beside-differs")) found.push(`${el.outerHTML.slice(0, 200)} at ${Object.values(el.getBoundingClientRect().toJSON()).slice(0, 4)}`);
      if (el.shadowRoot) look(el.shadowRoot);
      if (el.contentDocument) look(el.contentDocument);
    }
  };
  look(document);
  return found;
});

// The replica has everything the page has: the hash that came last was the replica's own. Between engines it may lie elsewhere,
// and the light then says so.
export async function settled(customer, agent, ms = 8_000, { mixed = false } = {}) {
  const messages = () => customer.evaluate(() => window.Beside.stats().messages);
  const behind = () => customer.evaluate(() => window.Beside.stats().behind);
  await until(() => customer.evaluate(() => window.Beside.state === "active"), "an active session", ms);
  await until(async () => {
    const before = await messages();
    await customer.evaluate(async () => { await new Promise((done) => setTimeout(done, 120)); });
    return before === await messages() && !(await behind());
  }, "a quiet page", ms);
  const lies = () => agent.evaluate(() => /differs/.test(document.querySelector(".light")?.textContent || ""));
  await until(async () => (await stats(agent)).same || (mixed && (await lies())), "the same view", ms).catch(async (e) => {
    const { same, state: is, messages: got, keyframes, compared, builtAgain } = await stats(agent);
    throw new Error(`${e.message}; ${JSON.stringify({ same, is, got, keyframes, compared, builtAgain, light: await agent.evaluate(() => document.querySelector(".light")?.textContent), off: await differing(agent) })}, the customer's ${JSON.stringify(await customer.evaluate(() => window.Beside.stats()))}`);
  });
  await agent.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}
