// What the SDK's tap gives of a customer's page, what an agent's page shows, and the policy that most tests of privacy use.

// To be put in before a page runs: keeps plaintext as it is sealed, in `__plain`, and frames as they leave, in `__sent`.
export const SPY = () => {
  window.__sent = [];
  window.__plain = [];
  window.__besideTap = (what, bytes) => window.__plain.push([what, Array.from(bytes)]);
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (data) {
    const bytes = data instanceof ArrayBuffer ? new Uint8Array(data) : ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new TextEncoder().encode(String(data));
    window.__sent.push(Array.from(bytes));
    return send.call(this, data);
  };
};

// The plaintext of all messages about the page, as one text.
export const told = async (customer) => Buffer.from((await customer.evaluate(() => window.__plain.filter(([what]) => what === "page").map(([, bytes]) => bytes))).flat()).toString();

// Every word that a document shows or keeps in an attribute, field or style, shadow roots and frames included.
export const SEEN = () => {
  const words = [];
  const go = (root) => {
    for (const el of root.querySelectorAll("*")) {
      if (el.shadowRoot) go(el.shadowRoot);
      if (el.contentDocument) go(el.contentDocument);
      for (const { name, value } of el.attributes) words.push(`${name}=${value}`);
      words.push(typeof el.value === "string" ? el.value : "", el.style?.cssText ?? "");
    }
    words.push((root.body ?? root).textContent);
  };
  go(document);
  return words.join("\n");
};

export const POLICY = `default = "show"
inputs = "mask"
[[rule]]
name = "private"
match = [".private"]
do = "mask"
[[rule]]
name = "closed"
match = [".closed"]
do = "block"
[[rule]]
name = "shown"
match = [".shown"]
do = "show"
`;
