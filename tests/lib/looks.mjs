// Compares what customer and agent see until it is the same, or says what is not; what differs is kept as pictures.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PNG } from "pngjs";
import { wait } from "./browsers.mjs";
import { compare } from "./compare.mjs";
import { ROOT } from "./servers.mjs";
import * as S from "./session.mjs";

// The pictures that a comparison holds, as tests/out/FOLDER/STEM-page.png and its two neighbours.
export function keep(folder, stem, pictures) {
  const out = join(ROOT, "tests/out", folder);
  mkdirSync(out, { recursive: true });
  for (const who of ["page", "replica", "difference"]) if (pictures[who]) writeFileSync(join(out, `${stem}-${who}.png`), PNG.sync.write(pictures[who]));
}

// Pictures and edits of single rules follow within a second, so a few looks are taken; limits are those of `compare`.
export async function same(c, a, { at, folder, stem, ...limits }) {
  await S.settled(c, a, 8_000);
  let result;
  for (let tries = 0; tries < 8; tries++) { await wait(tries ? 300 : 60); result = await compare(c, a, limits); if (!result.problems.length) return result; }
  keep(folder, stem, result);
  throw new Error(`${at}: ${result.problems.join("; ")}`);
}
