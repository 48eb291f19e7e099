// A customer's browser and an agent's with a relay between them, on pages of the test's own; nothing of it is left afterwards.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { person, until } from "./browsers.mjs";
import { POLICY } from "./fidelity.mjs";
import { servePages } from "./pages.mjs";
import { freePort, startRelay } from "./servers.mjs";
import { wire } from "./wire.mjs";
import * as S from "./session.mjs";

// pages, root: as for `servePages`; policy: a policy's text, or nothing for the tests' own; button: whether *Get help* is drawn.
// `act` gets both sides: `c` the customer's page, `a` the agent's, `inside` what runs a function in the replica's document,
// `line` what lies between the customer and the relay.
export async function between({ browser, second }, { pages, root, policy, button = false }, act) {
  const folder = policy && mkdtempSync(join(tmpdir(), "beside-policy-"));
  const file = folder ? join(folder, "policy.toml") : POLICY;
  if (folder) writeFileSync(file, policy);
  const server = await servePages({ pages, root });
  const relay = await startRelay({ origins: [server.url], policy: file });
  const [port, far] = [await freePort(), new URL(relay.script)];
  const line = wire(port, Number(far.port));
  far.port = port;
  server.inject = `<script src="${far}" data-tenant="acme-bank"${button ? "" : " data-button=none"} async></script>`;
  const c = await person(browser);
  const a = await person(second, { width: 1640, height: 1000 });
  const both = {
    c, a, server, relay, line,
    inside: async (f, ...args) => (await (await a.$("[data-beside=replica]")).contentFrame()).evaluate(f, ...args),
    connect: (path = "/") => S.connect(c, a, relay, server.url + path),
    // Another page, or the same one anew, of which the agent has a keyframe.
    open: async (path = "/") => {
      const before = (await S.stats(a)).keyframes;
      await c.goto(server.url + path, { waitUntil: "load" });
      await until(async () => (await S.stats(a)).keyframes > before, "the new page's keyframe");
    },
    // The same, of which the agent sees everything.
    fresh: async (path) => {
      await both.open(path);
      await S.settled(c, a);
    },
  };
  try {
    return await act(both);
  } finally {
    await c.close().catch(() => {});
    await a.close().catch(() => {});
    line.close();
    await server.close();
    await relay.clean();
    if (folder) rmSync(folder, { recursive: true, force: true });
  }
}
