// A line between browsers and the relay that can be cut, and that can be made slow.
import { connect as dial, createServer } from "node:net";

export function wire(port, to) {
  const pairs = new Set();
  let isCut = false;
  let rate = Infinity;
  const server = createServer((near) => {
    if (isCut) { near.destroy(); return; }
    const far = dial(to, "127.0.0.1");
    const pair = [near, far];
    pairs.add(pair);
    for (const [a, b] of [[near, far], [far, near]]) {
      a.on("data", (d) => {
        b.write(d);
        // What comes from the browser takes its time; what comes back does not.
        if (a === near && rate < Infinity) { a.pause(); setTimeout(() => a.resume(), (d.length / rate) * 1000); }
      });
      a.on("error", () => {});
      a.on("close", () => { b.destroy(); pairs.delete(pair); });
    }
  });
  server.listen(port, "127.0.0.1");
  return {
    // Nothing gets through, and nobody is told: bytes vanish.
    cut() { isCut = true; for (const [a, b] of pairs) { a.pause(); b.pause(); a.removeAllListeners("data"); b.removeAllListeners("data"); } },
    mend() { isCut = false; for (const [a, b] of pairs) { a.destroy(); b.destroy(); } pairs.clear(); },
    // Bytes a second from the browser to the relay.
    slow(bytes) { rate = bytes; },
    close() { for (const [a, b] of pairs) { a.destroy(); b.destroy(); } server.close(); },
  };
}
