// Pages nobody here wrote, each with a script of actions, compared after every step.
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { PNG } from "pngjs";
import { SITES } from "../corpus/sites.mjs";
import { compare, median, shot } from "../lib/compare.mjs";
import { ROOT, startRelay } from "../lib/servers.mjs";
import { servePages } from "../lib/pages.mjs";
import { offline, person, wait } from "../lib/browsers.mjs";
import * as S from "../lib/session.mjs";

// What people type is compared too, so this policy shows it; passwords stay hidden whatever it says.
const POLICY = join(ROOT, "tests/corpus/policy.toml");
const CORPUS = join(ROOT, "tests/corpus");

export async function run({ browser, second, name, check }) {
  if (!existsSync(join(CORPUS, "node_modules/govuk-frontend"))) execFileSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: CORPUS, stdio: "ignore" });
  const out = join(ROOT, "tests/out/corpus", name);
  mkdirSync(out, { recursive: true });
  for (const site of SITES) {
    const pages = await servePages({ pages: site.pages, root: join(CORPUS, site.root) });
    const relay = await startRelay({ origins: [pages.url], policy: POLICY });
    pages.inject = `<script src="${relay.script}" data-tenant="acme-bank" async></script>`;
    const c = await person(browser);
    const a = await person(second, { width: 1640, height: 1000 });
    const shares = [];
    try {
      await offline(c);
      const look = async (n, step, act) => {
        await check(`${site.id}: ${step}`, async () => {
          await act();
          await S.settled(c, a, 12_000);
          await wait(300);
          const result = await compare(c, a, { skip: site.skip });
          shares.push(result.share);
          const stem = `${site.id}-${String(n).padStart(2, "0")}`;
          for (const [who, page, isAgent] of [["page", c, false], ["replica", a, true]]) writeFileSync(join(out, `${stem}-${who}.png`), PNG.sync.write(await shot(page, isAgent)));
          if (result.problems.length) throw new Error(result.problems.join("; "));
          return `${result.texts} texts, ${result.boxes} boxes ≤ ${result.worst.toFixed(2)} px, ink ${(result.share * 100).toFixed(3)} %`;
        });
      };
      await look(0, `opened (${site.kind})`, async () => { await S.connect(c, a, relay, pages.url + site.entry); await wait(site.settle || 1500); });
      for (const [n, [step, act]] of site.steps.entries()) await look(n + 1, step, () => act(c, pages.url));
      console.log(`          ${site.id}: median ink that differs ${(median(shares) * 100).toFixed(3)} %, worst ${(Math.max(...shares) * 100).toFixed(3)} %`);
    } finally {
      await c.close().catch(() => {});
      await a.close().catch(() => {});
      await pages.close();
      await relay.clean();
    }
  }
}
