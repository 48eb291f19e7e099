// The page of the benchmark: a seeded, mixed document of about n nodes, a stage and a textarea at its end.
export function page(n, sheets) {
  let seed = 7;
  const random = () => { seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0; return seed / 2 ** 32; };
  const words = ["alpha", "beta", "gamma", "delta", "omega", "sigma", "lambda", "kappa", "theta", "zeta"];
  const word = () => words[Math.floor(random() * words.length)];
  const classes = () => `${word()}-${Math.floor(random() * 40)} ${word()}`;
  const parts = [];
  let count = 20;
  const nav = () => { count += 13; return `<nav class="${classes()}"><ul>${Array.from({ length: 4 }, () => `<li class="${classes()}"><a href="/${word()}">${word()} ${word()}</a></li>`).join("")}</ul></nav>`; };
  const card = () => { count += 12; return `<div class="card ${classes()}" style="padding:${Math.floor(random() * 20)}px;color:rgb(${Math.floor(random() * 255)},20,20)"><svg width="16" height="16" viewBox="0 0 16 16"><path d="M${Math.floor(random() * 16)} 2L14 ${Math.floor(random() * 16)}z"/></svg><h3>${word()} ${word()}</h3><p>${word()} ${word()} ${word()} ${Math.floor(random() * 1000)}</p><button class="${classes()}">${word()}</button></div>`; };
  const table = () => { count += 45; return `<table class="${classes()}">${Array.from({ length: 6 }, () => `<tr>${Array.from({ length: 3 }, () => `<td class="${word()}">${word()} ${Math.floor(random() * 100)}</td>`).join("")}</tr>`).join("")}</table>`; };
  const form = () => { count += 17; return `<form class="${classes()}"><label>${word()} <input name="${word()}"></label><label>${word()} <input type="checkbox"></label><label>${word()} <input type="email"></label><select><option>${word()}</option><option>${word()}</option></select></form>`; };
  while (count < n) parts.push([nav, card, card, card, table, form][Math.floor(random() * 6)]());
  const sheet = (k) => Array.from({ length: 1000 }, (_, i) => `.${words[i % 10]}-${i % 40} .x${k}_${i}{color:rgb(${i % 255},${k * 60},9);padding:${i % 9}px ${i % 5}px;background:linear-gradient(90deg,#fff,#eee ${i % 100}%)}`).join("\n");
  const links = sheets ? [0, 1, 2].map((k) => `<link rel="stylesheet" href="/sheet${k}.css">`).join("") : "";
  return {
    html: `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>bench</title>${links}</head><body>${parts.join("\n")}<div id="stage"></div><textarea id="area"></textarea></body></html>`,
    sheets: [0, 1, 2].map(sheet),
  };
}
