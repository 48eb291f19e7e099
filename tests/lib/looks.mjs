// Compares what customer and agent see until it is the same, or says what is not; what differs is kept as pictures.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PNG } from "pngjs";
import { wait } from "./browsers.mjs";
import { compare, differencePicture, inkThatDiffers, shot } from "./compare.mjs";
import { ROOT } from "./servers.mjs";
import * as S from "./session.mjs";

// The pictures that a comparison holds, and where they differ, as tests/out/FOLDER/STEM-page.png and its two neighbours.
export function keep(folder, stem, { page, replica }) {
  if (!page) return;
  const out = join(ROOT, "tests/out", folder);
  mkdirSync(out, { recursive: true });
  for (const [who, picture] of Object.entries({ page, replica, difference: differencePicture(page, replica) })) writeFileSync(join(out, `${stem}-${who}.png`), PNG.sync.write(picture));
}

// Page and replica are read one after the other, so what the page does in between is late by a message; pictures and edits
// of single rules follow within a second. Looks until nothing differs and says at which look that was.
async function again(tries, look) {
  for (let n = 1; ; n++) {
    await wait(n === 1 ? 60 : 300);
    const result = await look();
    if (!result.problems.length || n === tries) return { ...result, looks: n };
  }
}

// The last look at both, alike or not; limits are those of `compare`.
export const lookAt = (c, a, limits) => again(8, () => compare(c, a, limits));

export async function same(c, a, { at, folder, stem, ...limits }) {
  await S.settled(c, a, 8_000);
  return orFail(await lookAt(c, a, limits), { at, folder, stem });
}

// By pixels alone, where the two documents are not built alike. `hidden`: [[x, y, width, height]] in the page's pixels.
export async function sameInk(c, a, { at, folder, stem, hidden = [], inkLimit = 0.02 }) {
  const result = await again(16, async () => {
    const [page, replica] = [await shot(c, false), await shot(a, true)];
    const share = inkThatDiffers(page, replica, hidden);
    return { share, page, replica, problems: share > inkLimit ? [`${(share * 100).toFixed(2)} % of the ink differs`] : [] };
  });
  return orFail(result, { at, folder, stem });
}

function orFail(result, { at, folder, stem }) {
  if (!result.problems.length) return result;
  keep(folder, stem, result);
  throw new Error(`${at}: ${result.problems.join("; ")}`);
}
