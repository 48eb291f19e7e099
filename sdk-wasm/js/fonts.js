// How large the fonts are that this browser finds, so that the agent's can find some as large.

const BOX = "all:initial;position:fixed;visibility:hidden;white-space:pre;font-size:100px";

// asked: [family, or null for that of controls of which no style speaks, weight, style]*. Gives [width of each line …, ascent, descent, height of a line]* in hundredths of a pixel, all 0 where a font is the page's own.
export function measureFonts(home, asked, lines) {
  const span = (text, parent, css) => {
    const el = document.createElement("span");
    el.style.cssText = css;
    el.textContent = text;
    parent.append(el);
    return el;
  };
  const control = document.createElement("button");
  control.style.cssText = "all:revert;position:fixed;visibility:hidden";
  home.append(control);
  const own = getComputedStyle(control).fontFamily;
  control.remove();
  const boxes = asked.map(([family, weight, style]) => {
    const box = span("", home, BOX);
    Object.assign(box.style, { fontFamily: family ?? own, fontWeight: weight, fontStyle: style });
    return [box, span("", box, "all:unset;display:inline-block"), ...lines.map((text) => span(text, box, "all:unset"))];
  });
  const sizes = boxes.map((parts) => parts.map((el) => el.getBoundingClientRect()));
  for (const [box] of boxes) box.remove();
  // What the page has brought itself, perhaps just now, says nothing of this machine.
  const brought = new Set([...document.fonts].map((face) => face.family.replace(/["']/g, "")));
  for (const [n, [family]] of asked.entries()) if ((family ?? own).split(",").some((name) => brought.has(name.trim().replace(/["']/g, "")))) sizes[n].fill(new DOMRect);
  return Uint32Array.from(sizes.flatMap(([box, base, ...texts]) => [...texts.map((r) => r.width), base.bottom - texts[0].top, texts[0].bottom - base.bottom, box.height].map((v) => Math.max(0, Math.round(v * 100)))));
}
