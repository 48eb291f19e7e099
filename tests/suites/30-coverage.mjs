// How far a policy reaches, from counts of sessions: when the site changes and a rule hits nothing any more, one session tells.
import { mkdirSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { person, until, wait } from "../lib/browsers.mjs";
import { ROOT, startBoth } from "../lib/servers.mjs";
import * as S from "../lib/session.mjs";

const coverage = (a) => a.evaluate(async () => { const answer = await fetch("/api/v1/coverage"); return { status: answer.status, ...(await answer.json()) }; });
const says = (report) => report.findings.map((f) => `${f.level} ${f.kind} ${f.path} ${f.about}`.trim());

export async function run({ browser, second, name, check }) {
  const { relay, site, stop } = await startBoth();
  const [c, a, admin] = [await person(browser), await person(second), await person(second)];
  try {
    await S.signIn(a, relay);
    const refused = await coverage(a);
    await check("an agent may not read it", async () => { if (refused.status !== 403) throw new Error(`${refused.status}`); });
    // A session on a page, as the site is or with its classes called otherwise; until its counts are there.
    const session = async (path, change) => {
      await c.goto(site.url + path, { waitUntil: "load" });
      await until(() => c.evaluate(() => Boolean(window.Beside)), "window.Beside");
      if (change) await c.evaluate(change);
      await c.evaluate(() => { window.Beside.hooks.confirmSession = async () => true; });
      const pin = await S.begin(c);
      // What is behind another is not drawn.
      await a.bringToFront();
      await S.typePin(a, pin);
      await S.state(a, "live");
      await S.settled(c, a);
      await wait(5_500);
      await c.evaluate(() => window.Beside.end());
      await S.state(a, "ended");
      await a.evaluate(() => document.querySelector("main button.main").click());
      await S.state(a, "ready");
    };
    await session("/accounts");
    await S.signIn(admin, relay, "noor@acme-bank.example");
    const counted = (sessions) => until(async () => { const r = await coverage(admin); return r.sessions === sessions ? r : null; }, "counts");
    await check("a page is seen with its fields, and nothing is wrong on it", async () => {
      const report = await counted(1);
      const page = report.pages.find((p) => p.path === "/accounts");
      if (page?.sessions !== 1 || !(page.fields > 0)) throw new Error(JSON.stringify(report.pages));
      const alarms = says(report).filter((line) => line.startsWith("alarm"));
      if (alarms.length) throw new Error(alarms.join("; "));
      if (!says(report).includes("note page-unseen  /settings/**")) throw new Error(says(report).join("; "));
    });
    await session("/accounts", () => { for (const el of document.querySelectorAll(".balance,.amount,.account-number")) el.className = "renamed"; });
    await session("/settings/profile");
    const report = await counted(3);
    await check("when the site's classes change, one session raises it", async () => {
      const lines = says(report);
      for (const wanted of ["alarm rule-lost /accounts balances and amounts", "alarm rule-lost /accounts account numbers", "alarm shown /accounts phone"]) if (!lines.includes(wanted)) throw new Error(`${wanted} is not among ${lines.join("; ")}`);
      return `${lines.length} findings`;
    });
    await check("a page that is seen by now is not missed any more", async () => {
      if (says(report).some((line) => line.includes("page-unseen") && line.includes("/settings"))) throw new Error(says(report).join("; "));
    });
    await check("the relay has counts and kinds of pages, and nothing that pages say", async () => {
      const bytes = Buffer.concat(readdirSync(relay.folder).map((file) => readFileSync(join(relay.folder, file))));
      const texts = await c.evaluate(async () => [...new DOMParser().parseFromString(await (await fetch("/accounts")).text(), "text/html").querySelectorAll(".balance,.amount,.account-number")].map((el) => el.textContent.trim()).filter((text) => text.length > 5));
      const told = texts.filter((text) => bytes.includes(text));
      if (!texts.length || told.length) throw new Error(`${told.length} of ${texts.length}: ${told.slice(0, 3)}`);
      if (!bytes.includes("rule:balances and amounts")) throw new Error("the search finds nothing at all");
      return `${texts.length} texts`;
    });
    await check("the dashboard shows it in words, with records", async () => {
      await admin.goto(`${relay.relay}/agent/report`);
      await until(() => admin.$("li[data-kind=rule-lost]"), "the alarm");
      const words = await admin.evaluate(() => document.querySelector("main").textContent);
      for (const wanted of ["\"balances and amounts\" hit up to", "and hits none any more", "Records of sessions"]) if (!words.includes(wanted)) throw new Error(`${wanted} is not in ${words.slice(0, 900)}`);
      if ((await admin.evaluate(() => document.querySelectorAll("a[download]").length)) !== 3) throw new Error("there are not three records");
      mkdirSync(join(ROOT, "tests/out"), { recursive: true });
      await admin.screenshot({ path: join(ROOT, `tests/out/report-${name}.png`), fullPage: true });
    });
    await check("whoever is not signed in is told so", async () => {
      await admin.evaluate(() => fetch("/api/v1/sign-out", { method: "POST" }));
        await admin.goto(`${relay.relay}/agent/report`);
      await until(() => admin.evaluate(() => /not signed in/.test(document.querySelector("main").textContent)), "the words");
    });
  } finally {
    for (const one of [c, a, admin]) await one.close().catch(() => {});
    await stop();
  }
}
