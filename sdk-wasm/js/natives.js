// Timers as they were before a zone wrapped them, in place of the globals in all of the core: what we wait for is not
// the page's business. The bundler puts these where the globals are named.
const native = (name) => (window[`__zone_symbol__${name}`] || window[name]).bind(window);

const [setTimeout, clearTimeout, setInterval, clearInterval, requestAnimationFrame, queueMicrotask] =
  ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "requestAnimationFrame", "queueMicrotask"].map(native);
export { setTimeout, clearTimeout, setInterval, clearInterval, requestAnimationFrame, queueMicrotask };
