// Lines that break, relays that die, tabs that close.
import { freePort, startRelay, startSite } from "../lib/servers.mjs";
import { person, until, wait } from "../lib/browsers.mjs";
import { same } from "../lib/looks.mjs";
import { wire } from "../lib/wire.mjs";
import * as S from "../lib/session.mjs";

const SKIP = { block: [".secure-message"], out: [".internal-note"] };

// Runs at the agent's: what the picture says in the moment in which it is called live again.
const FIRST_LIVE = () => {
  const look = new MutationObserver(() => {
    if (document.documentElement.dataset.besideState !== "live") return;
    window.firstLive = document.querySelector("[data-beside=replica]").contentDocument.body.textContent;
    look.disconnect();
  });
  look.observe(document.documentElement, { attributes: true });
};

export const alone = true;
export async function run({ browser, second, name, check }) {
  const [sitePort, relayPort, wirePort] = [await freePort(), await freePort(), await freePort()];
  const origin = `http://127.0.0.1:${sitePort}`;
  let relay = await startRelay({ origins: [origin], port: relayPort });
  const between = wire(wirePort, relayPort);
  const through = `http://127.0.0.1:${wirePort}`;
  const info = { ...relay, agent: `${through}/agent/` };
  const site = await startSite({ script: `${through}/beside.js`, tenant: relay.tenant, port: sitePort });
  const c = await person(browser);
  const a = await person(second, { width: 1640, height: 1000 });
  const alike = () => same(c, a, { at: "by then", folder: `faults/${name}`, stem: "all", skip: SKIP, ink: false });
  try {
    await S.connect(c, a, info, `${origin}/accounts`);
    await alike();
    await check("the agent's tab is reloaded", async () => {
      await a.reload();
      await S.state(a, "live", 15_000);
      await S.picture(a);
      await alike();
    });
    await check("the relay is killed and started again", async () => {
      await relay.stop("SIGKILL");
      await until(() => a.evaluate(() => /reconnecting|not live/.test(document.querySelector(".light")?.textContent || "")), "the dashboard to say so");
      await c.evaluate(() => document.querySelector("h1").append(" (changed while nobody watched)"));
      await a.evaluate(FIRST_LIVE);
      relay = await startRelay({ origins: [origin], port: relayPort, data: relay.folder });
      await S.state(a, "live", 15_000);
      const first = await a.evaluate(() => window.firstLive);
      if (!first.includes("changed while nobody watched")) throw new Error(`called live with an old picture: ${first}`);
      await alike();
    });
    await check("the relay is stopped gracefully and started again", async () => {
      await relay.stop("SIGTERM");
      relay = await startRelay({ origins: [origin], port: relayPort, data: relay.folder });
      await S.state(a, "live", 15_000);
      await alike();
    });
    await check("the network is cut for ten seconds", async () => {
      between.cut();
      await until(() => a.evaluate(() => document.documentElement.dataset.besideState === "stale"), "stale", 8_000);
      await c.evaluate(() => document.querySelector("h1").append(" (and again)"));
      await wait(5_000);
      between.mend();
      await S.state(a, "live", 20_000);
      await alike();
    });
    await check("paused: nothing new is seen; then it goes on", async () => {
      await c.evaluate(() => window.Beside.pause());
      await S.state(a, "paused");
      const before = (await S.stats(a)).nodes;
      await c.click("#load-all");
      await wait(700);
      if ((await S.stats(a)).nodes !== before) throw new Error("the replica changed while paused");
      await c.evaluate(() => window.Beside.resume());
      await S.state(a, "live");
      await alike();
    });
    await check("the customer's tab is closed: stale within 5 s (and 2), left after 30", async () => {
      const start = Date.now();
      await c.close();
      await S.state(a, "stale", 7_500);
      const stale = (Date.now() - start) / 1000;
      const banner = await a.evaluate(() => document.querySelector(".banner")?.textContent || "");
      if (!banner) throw new Error("nothing says that the picture is old");
      await S.state(a, "left", 35_000);
      return `stale after ${stale.toFixed(1)} s, left after ${((Date.now() - start) / 1000).toFixed(1)} s`;
    });
  } finally {
    between.close();
    await site.stop();
    await relay.clean();
  }
}
