// What the customer's device is like, as style sheets ask. The order is engine::media::FACTS.

const FACTS = ["prefers-color-scheme:dark", "prefers-color-scheme:light", "prefers-reduced-motion:reduce", "prefers-contrast:more", "prefers-contrast:less",
  "prefers-contrast:custom", "forced-colors:active", "prefers-reduced-transparency:reduce", "inverted-colors:inverted", "hover:hover", "any-hover:hover",
  "pointer:fine", "pointer:coarse", "any-pointer:fine", "any-pointer:coarse", "display-mode:standalone"];

export class Device {
  constructor(onChange) {
    this.facts = 0;
    const read = () => { this.facts = this.lists.reduce((bits, list, n) => (list.matches ? bits | (1 << n) : bits), 0); };
    this.heard = () => { read(); onChange(); };
    this.lists = FACTS.map((fact) => matchMedia(`(${fact})`));
    for (const list of this.lists) list.addEventListener("change", this.heard);
    read();
  }
  stop() { for (const list of this.lists) list.removeEventListener("change", this.heard); }
}

// How wide the browser's own scrollbars are: 0 where they lie over what is scrolled.
export function barIn(home) {
  const probe = document.createElement("i");
  probe.style.cssText = "position:fixed;visibility:hidden;width:99px;height:99px;overflow:scroll";
  home.append(probe);
  const wide = probe.offsetWidth - probe.clientWidth;
  probe.remove();
  return wide;
}
