// What the agent sees, for the customer to look at: a card with a frame of the relay's, in which the viewer draws the very messages
// that are sent. Where the page forbids such a frame it says so.

// Milliseconds until a frame that says nothing is taken to be forbidden.
const PATIENCE = 8_000;
const WORD = "beside preview";

export class Preview {
  // said: title, hidden (with {parts}), not, close; tell(kind, hash): "ready", "want", "close".
  constructor(native, root, base, said, tell) {
    this.said = said;
    const make = (name, attributes = {}, parent = this.card) => {
      const el = document.createElement(name);
      for (const key of Object.keys(attributes)) if (key === "text") el.textContent = attributes.text; else el.setAttribute(key, attributes[key]);
      parent?.append(el);
      return el;
    };
    this.card = make("section", { class: "card preview", role: "dialog", "aria-label": said.title }, null);
    const head = make("div", { class: "head" });
    make("h2", { text: said.title }, head);
    const close = make("button", { class: "plain", type: "button", text: said.close }, head);
    this.frame = make("iframe", { title: said.title, tabindex: "-1", referrerpolicy: "no-referrer", sandbox: "allow-scripts allow-same-origin" });
    this.words = make("p", { class: "quiet", role: "status" });
    const { port1, port2 } = new native.MessageChannel();
    this.port = port1;
    port1.onmessage = ({ data: [kind, hash] }) => {
      if (kind === "ready") clearTimeout(this.clock);
      tell(kind, hash);
    };
    // It asks when it is there. Another page may have come into the frame; only the relay's own is told anything.
    const { origin } = new URL(base);
    this.asked = (e) => {
      if (e.source !== this.frame.contentWindow || e.origin !== origin || e.data !== WORD) return;
      removeEventListener("message", this.asked);
      this.frame.contentWindow.postMessage(WORD, origin, [port2]);
    };
    addEventListener("message", this.asked);
    this.frame.src = `${base}/agent/preview`;
    this.frame.style.aspectRatio = `${innerWidth} / ${innerHeight}`;
    this.clock = setTimeout(() => { this.deafen(); this.frame.remove(); make("p", { class: "quiet", text: said.not }); }, PATIENCE);
    close.onclick = () => tell("close");
    this.card.onkeydown = (e) => { if (e.key === "Escape") { e.stopPropagation(); tell("close"); } };
    root.append(this.card);
    close.focus();
  }

  // A message as it is sent, before it is sealed.
  tell(kind, bytes) { this.port?.postMessage([kind, bytes]); }

  count(parts) {
    const words = this.said.hidden.replace("{parts}", parts);
    if (this.words.textContent !== words) this.words.textContent = words;
  }

  deafen() {
    removeEventListener("message", this.asked);
    this.port?.close();
    this.port = null;
  }

  close() {
    clearTimeout(this.clock);
    this.deafen();
    this.card.remove();
  }
}
