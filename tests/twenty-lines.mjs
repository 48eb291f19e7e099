// A session from start to end, by the names that automation may rely on and nothing else.
// node tests/twenty-lines.mjs [path of the relay's binary]
import { spawn } from "node:child_process";
import { createServer } from "node:http";
import { createInterface } from "node:readline";
import { mkdtempSync } from "node:fs";
import puppeteer from "puppeteer-core";

let script = "";
const site = createServer((_, r) => r.writeHead(200, { "content-type": "text/html" }).end(`<html><body><h1>Hello</h1>${script}</body></html>`)).listen(0, "127.0.0.1");
await new Promise((done) => site.once("listening", done));
const origin = `http://127.0.0.1:${site.address().port}`;
const args = ["serve", "--demo", "--listen", "127.0.0.1:0", "--allow-origin", origin, "--data", mkdtempSync("/tmp/beside-"), "--json", ...process.argv.slice(3)];
const relay = spawn(process.argv[2] || "dist/beside", args, { stdio: ["ignore", "pipe", "ignore"] });
const info = JSON.parse(await new Promise((done) => createInterface(relay.stdout).once("line", done)));
script = `<script src="${info.script}" data-tenant="${info.tenant}" async></script>`;
const browser = await puppeteer.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium", args: ["--no-sandbox"] });
const [customer, agent] = [await browser.newPage(), await browser.newPage()];
const state = (s) => agent.waitForFunction((s) => document.documentElement.dataset.besideState === s, { polling: 50, timeout: 15000 }, s);
await customer.goto(origin);
await customer.waitForFunction(() => window.Beside, { polling: 50 });
const { pin } = await customer.evaluate(() => { window.Beside.hooks.confirmSession = async () => true; return window.Beside.start(); });
await agent.goto(info.agent);
await state("signed-out");
await agent.type("input[name=email]", info.email);
await agent.type("input[name=password]", info.password + "\n");
await state("ready");
await agent.type("input[name=pin]", pin + "\n");
await state("live");
await agent.waitForFunction(() => window.besideAgent.stats().same, { polling: 50 });
const replica = await (await agent.$("[data-beside=replica]")).contentFrame();
console.log("the agent sees:", await replica.evaluate(() => document.querySelector("h1").textContent));
await agent.click("[data-beside=end]");
await state("ended");
console.log("the customer's state:", await customer.evaluate(() => window.Beside.state));
await browser.close();
relay.kill();
site.close();
