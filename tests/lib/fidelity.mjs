// Plays a site or a case page at the customer's and compares page and replica after every step.
import { join } from "node:path";
import { median } from "./compare.mjs";
import { CORPUS } from "./corpus.mjs";
import { keep, lookAt } from "./looks.mjs";
import { servePages } from "./pages.mjs";
import { ROOT, startRelay } from "./servers.mjs";
import { offline, person, wait } from "./browsers.mjs";
import { perform, told } from "./steps.mjs";
import * as S from "./session.mjs";

// What people type is compared too, so this policy shows it; passwords stay hidden whatever it says.
export const POLICY = join(ROOT, "tests/corpus/policy.toml");

// One site with its steps. `looks` collects, with pictures of each, { site, step, share, worst, problems, page, replica } for a report.
export async function playSite({ site, customer, agent, label, check, looks = null, limits = {}, mixed = false }) {
  const pages = await servePages({ pages: site.pages, root: join(CORPUS, site.root) });
  const relay = await startRelay({ origins: [pages.url], policy: POLICY });
  pages.inject = `<script src="${relay.script}" data-tenant="acme-bank" async></script>`;
  const c = await person(customer);
  const a = await person(agent, { width: 1640, height: 1000 });
  const shares = [];
  try {
    // Without it the site itself shows nothing, and there is nothing to compare.
    if (site.needs && !(await c.evaluate((name) => Boolean(document.createElement("canvas").getContext(name)), site.needs))) { console.log(`          ${site.id}: this browser has no ${site.needs}; the site does not start here`); return; }
    await offline(c);
    const look = async (n, step, act) => {
      const stem = `${site.id}-${String(n).padStart(2, "0")}`;
      const record = { site: site.id, step, stem, share: 1, worst: null, problems: ["the step could not be done"] };
      looks?.push(record);
      await check(`${site.id}: ${step}`, async () => {
        await act();
        await S.settled(c, a, 12_000, { mixed });
        await wait(300);
        const result = await lookAt(c, a, limits);
        Object.assign(record, result, { page: undefined, replica: undefined });
        shares.push(result.share);
        if (looks || result.problems.length) keep(`corpus/${label}`, stem, result);
        if (result.problems.length) throw new Error(result.problems.join("; "));
        return `${result.texts} texts, ${result.boxes} boxes ≤ ${result.worst.toFixed(2)} px, ink ${(result.share * 100).toFixed(3)} %${result.looks > 1 ? `, at look ${result.looks}` : ""}`;
      });
    };
    await look(0, "opened", async () => { await S.connect(c, a, relay, pages.url + site.entry); await wait(site.settle || 1500); });
    for (const [n, step] of site.steps.entries()) await look(n + 1, told(step), async () => { await perform(c, step, pages.url); await wait(step.do === "goto" ? site.settle || 1500 : 400); });
    // Whoever joins now is told all of it at once.
    await look(site.steps.length + 1, "seen by one who comes late", async () => { await a.reload(); await S.state(a, "live", 20_000); });
    // What an agent lacks of this site, and nothing else: [fault, part of where]*.
    await check(`${site.id}: the page check`, async () => {
      const found = (await c.evaluate(async () => await window.Beside.check())).map(({ fault, where }) => `${fault} ${where}`);
      const lacks = site.lacks || [];
      const isOf = (said) => ([fault, where]) => said.startsWith(`${fault} `) && said.includes(where);
      const beyond = found.filter((said) => !lacks.some(isOf(said)));
      const missed = lacks.filter((lack) => !found.some((said) => isOf(said)(lack)));
      if (beyond.length || missed.length) throw new Error(`named beyond what is lacking: ${beyond.join(", ") || "nothing"}; not named: ${missed.join(", ") || "nothing"}`);
      return lacks.length ? `${found.length} named: ${lacks.map((lack) => lack.join(" ")).join(", ")}` : "an agent sees all of it";
    });
    if (shares.length) console.log(`          ${site.id}: median ink that differs ${(median(shares) * 100).toFixed(3)} %, worst ${(Math.max(...shares) * 100).toFixed(3)} %`);
  } finally {
    await c.close().catch(() => {});
    await a.close().catch(() => {});
    await pages.close();
    await relay.clean();
  }
}
