// Every channel by templates of Lit's, each secret a value in one where a value may stand.
import { html, render } from "lit";
import { leak } from "./leak.js";

const SECRET = /(kq\d{3}\d{5}z)/;
const isFixed = (markup) => /<(template|textarea|style|script|noscript|title|noembed|iframe)|<!--|<x-/.test(markup);
function made(markup) {
  const parts = isFixed(markup) ? [markup] : markup.split(SECRET);
  const strings = parts.filter((_, n) => n % 2 === 0);
  return html(Object.assign(strings, { raw: strings }), ...parts.filter((_, n) => n % 2));
}
leak((_, markup) => render(markup.split("\n").map(made), document.getElementById("app")));
