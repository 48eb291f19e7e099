// The report of a fidelity run: page, replica and difference side by side, the worst first.
import { writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { ROOT } from "./servers.mjs";

const escape = (text) => String(text).replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]);

export function writeReport(all) {
  const file = join(ROOT, "tests/out/fidelity.html");
  const looks = all.flatMap(({ site, pair, looks: list }) => list.map((l) => ({ ...l, pair, traits: site.traits })));
  looks.sort((a, b) => b.problems.length - a.problems.length || b.share - a.share);
  const rows = looks.map((l) => `<section class="${l.problems.length ? "bad" : ""}"><h2>${escape(l.site)} <small>${escape(l.step)} · ${escape(l.pair)}</small><b>${(l.share * 100).toFixed(3)} %</b></h2>
${l.problems.map((p) => `<p>${escape(p)}</p>`).join("")}<div>${["page", "replica", "difference"].map((w) => `<figure><img loading="lazy" src="corpus/${escape(l.pair)}/${escape(l.stem)}-${w}.png" alt="${w}"><figcaption>${w}</figcaption></figure>`).join("")}</div></section>`);
  writeFileSync(file, `<!doctype html><html lang="en"><meta charset="utf-8"><title>Fidelity</title><style>
body{margin:32px auto;max-width:1600px;font:15px/1.5 system-ui,sans-serif;color:#1c2330;background:#f6f7f9}
section{background:#fff;border-radius:12px;padding:16px 20px;margin:0 0 20px;box-shadow:0 1px 3px rgb(0 0 0/12%)}section.bad{box-shadow:inset 4px 0 #d62839,0 1px 3px rgb(0 0 0/12%)}
h1{font-size:22px}h2{font-size:16px;display:flex;gap:12px;align-items:baseline;margin:0 0 8px}h2 small{font-weight:400;color:#687385}h2 b{margin-left:auto;font-variant-numeric:tabular-nums}
div{display:grid;grid-template-columns:repeat(3,1fr);gap:12px}figure{margin:0}img{width:100%;border:1px solid #d9dee6;border-radius:6px}figcaption{color:#687385;font-size:13px}p{color:#d62839;margin:0 0 8px}
</style><h1>Page, replica and what differs</h1>${rows.join("\n")}</html>`);
  return relative(ROOT, file);
}
