// Real sites that nobody of this project wrote. `corpus/package.json` names versions and hashes, `corpus/sites.json`
// what a person does there. A package is fetched alone, without what it depends on: its pages need none of it.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ROOT } from "./servers.mjs";

export const CORPUS = join(ROOT, "tests/corpus");
export const SITES = JSON.parse(readFileSync(join(CORPUS, "sites.json"), "utf8"));

export function install(sites) {
  const { devDependencies, integrity } = JSON.parse(readFileSync(join(CORPUS, "package.json"), "utf8"));
  for (const name of new Set(sites.flatMap((s) => s.packages))) {
    const folder = join(CORPUS, "node_modules", name);
    const stamp = join(folder, ".beside-version");
    if (existsSync(stamp) && readFileSync(stamp, "utf8") === devDependencies[name]) continue;
    const work = mkdtempSync(join(tmpdir(), "beside-corpus-"));
    try {
      const [{ filename }] = JSON.parse(execFileSync("npm", ["pack", `${name}@${devDependencies[name]}`, "--json", "--pack-destination", work], { stdio: ["ignore", "pipe", "ignore"], encoding: "utf8" }));
      const file = join(work, filename.replace("@", "").replace("/", "-"));
      const hash = `sha512-${createHash("sha512").update(readFileSync(file)).digest("base64")}`;
      if (hash !== integrity[name]) throw new Error(`${name} is not the package whose hash stands in tests/corpus/package.json`);
      execFileSync("tar", ["-xzf", file, "-C", work]);
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(dirname(folder), { recursive: true });
      try { renameSync(join(work, "package"), folder); } catch { execFileSync("cp", ["-r", join(work, "package"), folder]); }
      writeFileSync(stamp, devDependencies[name]);
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  }
}
