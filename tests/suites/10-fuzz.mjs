// Random changes: after each batch the replica is the page. `--changes N` plays more; what differs is shrunk to the
// changes that it takes, and its seed is printed.
import { between } from "../lib/between.mjs";
import { play, shape } from "../lib/fuzz.mjs";
import { wait } from "../lib/browsers.mjs";
import * as S from "../lib/session.mjs";

const option = (name, otherwise) => (process.argv.includes(name) ? Number(process.argv[process.argv.indexOf(name) + 1]) : otherwise);
const CHANGES = option("--changes", 3000);
const BATCH = 40;
const A_PAGE = 600;
const PAGE = "<!doctype html><head><meta charset=utf-8><style>.c1{color:red}.c2{font-weight:bold}</style></head><div id=stage><p>one</p><ul><li>two</ul><form><input><select><option>a<option>b</select></form></div>";

export const run = ({ browser, second, check }) => between({ browser, second }, { pages: { "/": PAGE } }, async ({ c, a, inside, connect, fresh }) => {
  const differs = async () => {
    let last;
    // Values that a script sets make no record; the slow clock finds them.
    for (const end = Date.now() + 8_000; Date.now() < end; await wait(40)) {
      const [page, copy] = await Promise.all([c.evaluate(shape), inside(shape)]);
      const at = page.findIndex((v, i) => v !== copy[i]);
      if (at < 0 && page.length === copy.length) return null;
      last = `${at}: ${JSON.stringify(page.slice(Math.max(0, at - 2), at + 3))} against ${JSON.stringify(copy.slice(Math.max(0, at - 2), at + 3))}`;
    }
    return last;
  };
  const fails = async (seed, list) => {
    await fresh();
    for (let i = 0; i < list.length; i += BATCH) { await c.evaluate(play, seed, list.slice(i, i + BATCH)); if (await differs()) return true; }
    return false;
  };
  const shrink = async (seed, list) => {
    for (let size = Math.ceil(list.length / 2), tries = 0; size >= 1 && tries < 40; size = size === 1 ? 0 : Math.ceil(size / 2)) {
      for (let i = 0; i < list.length && tries < 40; tries++) {
        const less = [...list.slice(0, i), ...list.slice(i + size)];
        if (less.length && (await fails(seed, less))) list = less; else i += size;
      }
    }
    return list;
  };
  await connect();
  for (let done = 0; done < CHANGES; done += A_PAGE) {
    const seed = (option("--seed", 20261126) + done) >>> 0;
    await check(`${Math.min(A_PAGE, CHANGES - done)} random changes, seed ${seed}`, async () => {
      await fresh();
      const before = await S.stats(a);
      const list = [];
      for (let n = 0; n < Math.min(A_PAGE, CHANGES - done); n += BATCH) {
        const batch = Array.from({ length: BATCH }, (_, i) => n + i);
        await c.evaluate(play, seed, batch);
        list.push(...batch);
        const what = await differs();
        if (what) throw new Error(`differs at ${what}; it takes the changes ${JSON.stringify(await shrink(seed, list))} of seed ${seed}`);
      }
      await S.settled(c, a);
      const { keyframes, builtAgain } = await S.stats(a);
      if (keyframes > before.keyframes) throw new Error(`${keyframes - before.keyframes} keyframes were needed`);
      return `${list.length} changes, ${builtAgain - before.builtAgain} parts built again, ${await c.evaluate(() => document.querySelectorAll("#stage *").length)} elements at the end`;
    });
  }
});
