// Animations that a page's script began (`element.animate`). Those of style sheets play in the replica by themselves.

const LONGEST = 50;

// Element → what moves it, as JSON.
export function movesIn(roots) {
  const out = new Map();
  for (const root of roots) {
    if (!root.getAnimations) continue;
    for (const a of root.getAnimations()) {
      const el = a.effect?.target;
      if (!el || a.animationName !== undefined || a.transitionProperty !== undefined || a.effect.pseudoElement || !a.effect.getKeyframes) continue;
      if (a.timeline && !(a.timeline instanceof DocumentTimeline)) continue;
      const { delay, direction, duration, easing, endDelay, fill, iterations, iterationStart } = a.effect.getTiming();
      const frames = a.effect.getKeyframes().slice(0, LONGEST).map(({ computedOffset, ...rest }) => rest);
      const still = a.playState === "paused";
      const text = { frames, timing: { delay, direction, duration, easing, endDelay, fill, iterations: iterations === Infinity ? 1e6 : iterations, iterationStart, playbackRate: a.playbackRate }, still };
      const list = out.get(el) || [];
      list.push({ text, a });
      out.set(el, list);
    }
  }
  // The place in time is told once; what goes on by itself is no news.
  return new Map([...out].map(([el, list]) => [el, JSON.stringify(list.map(({ text, a }) => ({ ...text, at: atOf(a, text.still) })))]));
}

const begun = new WeakMap();
function atOf(animation, still) {
  if (still) return Math.round(animation.currentTime ?? 0);
  const key = `${animation.startTime}`;
  const known = begun.get(animation);
  if (known?.key === key) return known.at;
  const at = Math.round(animation.currentTime ?? 0);
  begun.set(animation, { key, at });
  return at;
}
