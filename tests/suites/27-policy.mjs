// A company's policy while sessions run: what is published hides more at once and shows more only to the next session; and what
// is kept of a session on record.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { between } from "../lib/between.mjs";
import { until, wait } from "../lib/browsers.mjs";
import { found } from "../lib/leaks.mjs";
import { ROOT } from "../lib/servers.mjs";
import * as S from "../lib/session.mjs";
import { SEEN, SPY } from "../lib/tap.mjs";
import { customerPresses, grant, onScreen } from "./21-control.mjs";

const POLICY = `default = "show"
inputs = "show"
[[rule]]
name = "amounts"
match = [".amount"]
do = "mask"
[[rule]]
name = "decisions"
labels = ["Pay now"]
do = "customer-only"
`;
// Hides names, too; shows amounts.
const OTHER = POLICY.replace(".amount", ".name");
const PAGE = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Account</title></head><body>
<p class="amount">amount-kwzr</p><p class="name">name-qvxj</p><p id="words">words-open</p>
<p><input id="field" value="typed-zpht"> <button id="plain" onclick="window.fired.push('plain')">Plain</button> <button id="pay">Pay now</button> <button id="id-4111111111111111">Odd</button></p><p><input type="password" id="code" value="qz7"></p><script>window.fired=[]</script></body></html>`;

const beside = (...args) => {
  const { status, stdout, stderr } = spawnSync(join(ROOT, "target/debug/beside"), args, { encoding: "utf8" });
  return { status, said: stdout + stderr };
};

// What somebody signed in at the dashboard may ask the relay for.
const ask = (a, path, method = "GET", body) => a.evaluate(async (path, method, body) => {
  const answer = await fetch(`/api/v1/${path}`, { method, headers: body ? { "content-type": "application/json" } : {}, body: body && JSON.stringify(body) });
  const text = await answer.text();
  return { status: answer.status, text, json: /json/.test(answer.headers.get("content-type") ?? "") ? JSON.parse(text) : null };
}, path, method, body);

// Everything of the relay's database, also what it has not written into its one file yet.
const database = (folder) => Buffer.concat(readdirSync(folder).map((file) => readFileSync(join(folder, file))));

export async function run({ check, ...players }) {
  const folder = mkdtempSync(join(tmpdir(), "beside-policies-"));
  const other = join(folder, "other.toml");
  writeFileSync(other, OTHER);
  try {
    await between(players, { pages: { "/": PAGE, "/next": PAGE }, policy: POLICY }, async (both) => {
      const { c, a, inside, connect, relay, server, line } = both;
      await c.evaluateOnNewDocument(SPY);
      const sees = async (word) => (await inside(SEEN)).includes(word);
      const at = ["--data", relay.folder];
      await connect("/");
      await S.settled(c, a);

      await check("what a policy hides is hidden, by the version that holds", async () => {
        if (await sees("amount-kwzr") || !(await sees("name-qvxj"))) throw new Error(await inside(SEEN));
      });
      await check("an invalid policy is refused with its place, and changes nothing", async () => {
        writeFileSync(join(folder, "bad.toml"), POLICY.replace('"mask"', '"maks"'));
        const { status, said } = beside("policy", "publish", join(folder, "bad.toml"), ...at, "--by", "Noor Jansen");
        if (status !== 1 || !/bad\.toml:6/.test(said) || !/still holds/.test(said)) throw new Error(said);
      });
      // Shown as text, and too short to be remembered by what it is; called otherwise than when it was the customer's alone.
      await c.evaluate(() => { document.getElementById("code").type = "text"; document.getElementById("pay").textContent = "Continue"; });
      await S.settled(c, a);
      await check("what is published hides more in a session that runs, from that moment, and nothing less", async () => {
        const { status, said } = beside("policy", "publish", other, ...at, "--by", "Noor Jansen", "--note", "names, not amounts");
        if (status !== 0) throw new Error(said);
        await until(async () => !(await sees("name-qvxj")), "the name to be hidden");
        await S.settled(c, a);
        if (await sees("amount-kwzr")) throw new Error("what the session's own version hides is shown");
        if (!(await sees("words-open"))) throw new Error("nothing is shown");
      });
      await check("a password that is shown stays one when the page is read anew", async () => {
        await c.evaluate(() => { const el = document.getElementById("code"); el.value = "qz7w"; el.dispatchEvent(new Event("input", { bubbles: true })); });
        await S.settled(c, a);
        if (await sees("qz7")) throw new Error("it is shown");
      });
      await check("the picture goes on, and pointing and what changes arrive", async () => {
        await c.evaluate(() => { document.getElementById("words").textContent = "words-changed"; });
        await until(() => sees("words-changed"), "the change");
      });
      await check("what was called back is not told again after a line that broke", async () => {
        const before = await c.evaluate(() => window.__plain.length);
        line.cut();
        await wait(200);
        line.mend();
        await until(() => c.evaluate(() => window.Beside.state === "active"), "the line again", 20_000);
        await until(() => c.evaluate((n) => window.__plain.slice(n).some(([what]) => what === "page"), before), "the page told anew", 20_000);
        await S.settled(c, a);
        const since = await c.evaluate((n) => window.__plain.slice(n).map(([, bytes]) => bytes), before);
        const leaked = found(Buffer.concat(since.map((bytes) => Buffer.from(bytes))), [[1, "the name", "name-qvxj"], [2, "the amount", "amount-kwzr"]]);
        if (leaked.length || await sees("name-qvxj")) throw new Error(`${leaked}`);
        if (!(await sees("words-changed"))) throw new Error("nothing is told");
      });
      await check("on the next page the session still goes by its own version", async () => {
        await both.fresh("/next");
        if (await sees("amount-kwzr") || await sees("name-qvxj")) throw new Error(await inside(SEEN));
      });
      await check("history, differences and going back, by the command", async () => {
        const history = beside("policy", "history", ...at).said;
        if (!/2 {2}20\d\d-.*Noor Jansen {2}names, not amounts/.test(history) || !/1 {2}20\d\d-.*set-up/.test(history)) throw new Error(history);
        const diff = beside("policy", "diff", "1", "2", ...at).said;
        if (!/~ rule "amounts": \+ \.name; - \.amount {2}\(either\)/.test(diff)) throw new Error(diff);
        const back = beside("policy", "rollback", "1", ...at, "--by", "Noor Jansen");
        if (back.status !== 0 || !/Version 3 does what version 1 did/.test(back.said)) throw new Error(back.said);
        const late = beside("policy", "publish", other, ...at, "--by", "Noor Jansen", "--based-on", "1");
        if (late.status !== 1 || !/Version 3 was published meanwhile/.test(late.said)) throw new Error(late.said);
      });
      await check("grants, acts, refusals and taking back are done", async () => {
        await S.settled(c, a);
        await grant(both);
        await a.mouse.click(...await onScreen(a, inside, "#plain"));
        await until(() => c.evaluate(() => window.fired.includes("plain")), "the press");
        await a.mouse.click(...await onScreen(a, inside, "#pay"));
        await until(() => a.evaluate(() => window.besideAgent.stats().refusal === 5), "the refusal");
        await a.mouse.click(...await onScreen(a, inside, "[id^=id-]"));
        await a.mouse.click(...await onScreen(a, inside, "#field"));
        await wait(300);
        for (const key of "hay") await a.keyboard.press(key);
        await until(() => c.evaluate(() => /hay/.test(document.getElementById("field").value)), "what was typed");
        await customerPresses(c, "Take back");
        await until(() => a.evaluate(() => document.querySelector("[data-tool=operate]").getAttribute("aria-pressed") === "false"), "the hand to be gone");
      });
      await c.evaluate(() => window.Beside.end());
      await S.state(a, "ended");
      await check("the next session goes by the version that holds", async () => {
        beside("policy", "publish", other, ...at, "--by", "Noor Jansen");
        await a.evaluate(() => fetch("/api/v1/sign-out", { method: "POST" }));
        await S.connect(c, a, relay, `${server.url}/`);
        await S.settled(c, a);
        if (!(await sees("amount-kwzr")) || await sees("name-qvxj")) throw new Error(await inside(SEEN));
        await c.evaluate(() => window.Beside.end());
        await S.state(a, "ended");
      });
      await check("an agent may read neither policies nor records", async () => {
        for (const path of ["policy", "sessions", "trail"]) { const { status } = await ask(a, path); if (status !== 403) throw new Error(`${path}: ${status}`); }
      });
      await a.evaluate(() => fetch("/api/v1/sign-out", { method: "POST" }));
      await S.signIn(a, relay, "noor@acme-bank.example");
      const sessions = (await ask(a, "sessions")).json;
      await check("the record of a session says who did what kind of thing, by which policy, and no content", async () => {
        if (sessions.length !== 2 || sessions[1].reason !== "customer") throw new Error(JSON.stringify(sessions));
        const { json } = await ask(a, `sessions/${sessions[1].id}/records`);
        const lines = json.map((r) => [r.who, r.what, r.element, r.why].filter(Boolean).join(" "));
        const sanne = "Sanne Bakker (agent)";
        for (const wanted of [
          `${sanne} asked-to-join`, `${sanne} let-in`, "customer policy 1", "customer policy-tightened 2", `${sanne} asked-control`, "customer granted-control",
          `${sanne} press button#plain`, `${sanne} press button#pay customer-only`, `${sanne} press button`, `${sanne} type input#field`, "customer control-ended",
        ]) if (!lines.includes(wanted)) throw new Error(`${wanted} is not in\n${lines.join("\n")}`);
        const typed = json.find((r) => r.what === "type");
        if (typed.times !== 3) throw new Error(`typed ${typed.times} times`);
        return `${lines.length} entries`;
      });
      await check("nothing of the page is in the relay's database", async () => {
        const bytes = database(relay.folder);
        const secrets = ["amount-kwzr", "name-qvxj", "words-open", "typed-zpht", "4111111111111111"].map((text, n) => [n, text, text]);
        const leaked = found(bytes, secrets, { split: false });
        if (leaked.length) throw new Error(`found ${leaked}`);
        if (!bytes.includes("Sanne Bakker (agent)")) throw new Error("the search finds nothing at all");
      });
      await check("a record is exported and erased, and the trail says by whom", async () => {
        const { text } = await ask(a, `sessions/${sessions[1].id}/records?format=csv`);
        if (!/^at,last,times,who,what,element,why\n/.test(text) || text.split("\n").length < 12) throw new Error(text);
        const gone = await ask(a, `sessions/${sessions[1].id}`, "DELETE");
        const after = await ask(a, `sessions/${sessions[1].id}/records`);
        if (gone.status !== 204 || after.status !== 404) throw new Error(`${gone.status}, ${after.status}`);
        const trail = (await ask(a, "trail")).json.map((step) => `${step.who} ${step.what}`);
        for (const wanted of ["Noor Jansen <noor@acme-bank.example> session-erased", "Noor Jansen policy-published"]) if (!trail.includes(wanted)) throw new Error(trail.join("\n"));
      });
      await check("publishing, comparing and explaining by REST", async () => {
        const bad = await ask(a, "policy", "PUT", { source: "default = 3" });
        if (bad.status !== 422 || !/policy:1/.test(bad.json.detail)) throw new Error(bad.text);
        const { json } = await ask(a, "policy");
        const { status } = await ask(a, "policy", "PUT", { source: json.source, note: "again", based_on: json.version });
        if (status !== 200) throw new Error(`${status}`);
        const why = await ask(a, "policy/explain", "POST", { html: PAGE, selector: ".name" });
        if (why.json[0].seen !== "masked" || !/amounts/.test(why.json[0].because[0])) throw new Error(why.text);
      });
      await check("explaining and testing saved pages, by the command", async () => {
        writeFileSync(join(folder, "page.html"), PAGE);
        const { said } = beside("policy", "explain", other, join(folder, "page.html"), ".name", ...at);
        if (!/<p\.name> is masked\.\n {2}Hidden \(mask\): rule "amounts" hits it\./.test(said)) throw new Error(said);
        const expect = (is) => writeFileSync(join(folder, "expect.toml"), `[[page]]\nfile = "page.html"\npath = "/"\n[[page.expect]]\nselector = ".name"\nis = "${is}"\n[[page.expect]]\nselector = "#pay"\nis = "customer-only"\n`);
        expect("hidden");
        const good = beside("policy", "test", other, join(folder, "expect.toml"), ...at);
        if (good.status !== 0 || !/2 passed, 0 failed/.test(good.said)) throw new Error(good.said);
        expect("shown");
        const bad = beside("policy", "test", other, join(folder, "expect.toml"), ...at);
        if (bad.status !== 1 || !/1 passed, 1 failed/.test(bad.said) || !/rule "amounts" hits it/.test(bad.said)) throw new Error(bad.said);
      });
    });
    await between(players, { pages: { "/": PAGE }, policy: POLICY }, async ({ c, a, inside, connect, relay, line }) => {
      const sees = async (word) => (await inside(SEEN)).includes(word);
      const publish = (more) => {
        const file = join(folder, "more.toml");
        writeFileSync(file, `${POLICY}[[rule]]\nname = "more"\nmatch = ["${more}"]\ndo = "mask"\n`);
        const { status, said } = beside("policy", "publish", file, "--data", relay.folder, "--by", "Noor Jansen");
        if (status !== 0) throw new Error(said);
      };
      await connect("/");
      await S.settled(c, a);
      await check("what was published while the line was down holds when it is back", async () => {
        line.cut();
        publish(".name");
        await wait(2_600);
        line.mend();
        await until(async () => !(await sees("name-qvxj")), "the name to be hidden", 20_000);
        if (!(await sees("words-open"))) throw new Error("nothing is shown");
      });
      await check("while the relay does not say what was published, everything is hidden", async () => {
        await S.settled(c, a, 20_000);
        await c.evaluate(() => {
          const real = window.fetch;
          window.__held = [];
          window.fetch = (...args) => (String(args[0]).includes("/settings") ? new Promise((done) => { window.__held.push(() => done(real(...args))); }) : real(...args));
        });
        publish("#nothing");
        await until(async () => !(await sees("words-open")), "everything to be hidden", 20_000);
        await c.evaluate(() => { for (const go of window.__held) go(); });
        await until(() => sees("words-open"), "it to be shown again", 20_000);
        if (await sees("name-qvxj") || await sees("amount-kwzr")) throw new Error("more is shown than before");
      });
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
