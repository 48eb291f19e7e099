// Zoomed in with two fingers: which part of the window is seen, and how large.

export const NOT_ZOOMED = "1000,0,0";

// How far, in thousandths, and to where.
export function zoomKey() {
  const v = window.visualViewport;
  return v ? [v.scale * 1000, Math.max(0, v.offsetLeft), Math.max(0, v.offsetTop)].map(Math.round).join() : NOT_ZOOMED;
}

// Keeps what stands in the lower right corner in that of what is seen, and as large as before, until it is taken away.
export function keepInSight(el) {
  const v = window.visualViewport;
  if (!v) return;
  const { style } = el;
  const edge = (seen, whole) => `${Math.round(seen - whole + 20 - 20 / v.scale)}px`;
  const place = () => {
    style.transformOrigin = "100% 100%";
    style.scale = 1 / v.scale;
    // A keyboard on the screen leaves less to be seen, and is no zoom; a scrollbar is neither.
    const lifted = innerHeight - v.height > 100 ? `0 ${Math.round(v.offsetTop + v.height - innerHeight)}px` : "";
    style.translate = v.scale <= 1.001 ? lifted : `${edge(v.offsetLeft + v.width, innerWidth)} ${edge(v.offsetTop + v.height, innerHeight)}`;
    if (!el.isConnected) for (const type of ["resize", "scroll"]) v.removeEventListener(type, place);
  };
  for (const type of ["resize", "scroll"]) v.addEventListener(type, place);
  place();
}
