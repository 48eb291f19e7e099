// Classes and rules made as they are needed, by insertRule.
import { css, cx, injectGlobal, keyframes } from "@emotion/css";

injectGlobal`body { background: #f6f3ee }`;
const bounce = keyframes`to { transform: translateX(40px) }`;
const box = (n) => css`display: inline-block; width: ${20 + n * 10}px; height: 40px; background: hsl(${n * 50}, 60%, 50%); &:hover { outline: 3px solid black } @media (min-width: 900px) { border-radius: ${n * 2}px }`;
const app = document.getElementById("app");
let n = 0;
const add = () => { const i = document.createElement("i"); i.className = cx(box(++n), n % 2 && css`margin: 4px`); app.append(i); };
for (let k = 0; k < 5; k++) add();
document.getElementById("add").onclick = add;
document.getElementById("move").onclick = () => { app.firstElementChild.className = cx(app.firstElementChild.className, css`animation: ${bounce} .2s forwards`); };
