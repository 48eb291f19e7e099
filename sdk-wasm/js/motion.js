// Animations: those that a page's script began (`element.animate`) as a whole; of those that style sheets begin, which play
// in the replica by themselves, where they are, so that both sides show the same moment.

const LONGEST = 50;
// Milliseconds below which an animation of a style sheet is over before it could be told.
const SHORT = 1000;

export class Motion {
  begun = new WeakMap();
  // Element → what moved it last, without places in time.
  last = new Map();

  // Whoever comes now is told where everything is now.
  retell() { this.begun = new WeakMap(); }

  // Element → what moves it, as JSON.
  in(roots) {
    const out = new Map();
    for (const root of roots) {
      if (!root.getAnimations) continue;
      for (const a of root.getAnimations()) {
        const el = a.effect?.target;
        if (!el || a.transitionProperty !== undefined || !a.effect.getKeyframes || (a.timeline && !(a.timeline instanceof DocumentTimeline))) continue;
        const told = a.animationName === undefined ? byScript(a) : bySheet(a);
        if (!told) continue;
        const list = out.get(el) || [];
        list.push({ told, a });
        out.set(el, list);
      }
    }
    const last = this.last;
    this.last = new Map();
    return new Map([...out].map(([el, list]) => {
      const text = JSON.stringify(list.map(({ told }) => told));
      this.last.set(el, text);
      // What is told anew of one is heard as what all of them do now.
      if (last.get(el) !== text) for (const { a } of list) this.begun.delete(a);
      return [el, JSON.stringify(list.map(({ told, a }) => ({ ...told, at: this.at(a) })))];
    }));
  }

  // The place in time is told once; what goes on by itself is no news.
  at(animation) {
    if (animation.playState === "paused") return Math.round(animation.currentTime ?? 0);
    const key = `${animation.startTime}`;
    const known = this.begun.get(animation);
    if (known?.key === key) return known.at;
    const at = Math.round(animation.currentTime ?? 0);
    this.begun.set(animation, { key, at });
    return at;
  }
}

function byScript(a) {
  if (a.effect.pseudoElement) return null;
  const { delay, direction, duration, easing, endDelay, fill, iterations, iterationStart } = a.effect.getTiming();
  const frames = a.effect.getKeyframes().slice(0, LONGEST).map(({ computedOffset, ...rest }) => rest);
  return { frames, timing: { delay, direction, duration, easing, endDelay, fill, iterations: iterations === Infinity ? 1e6 : iterations, iterationStart, playbackRate: a.playbackRate }, still: a.playState === "paused" };
}

const bySheet = (a) => (a.effect.getComputedTiming().endTime > SHORT ? { name: a.animationName, pseudo: a.effect.pseudoElement || "" } : null);
