// Every channel made by React.
import { createElement } from "react";
import { createRoot } from "react-dom/client";
import { leak } from "./leak.js";

// React has other names for these, or keeps them for itself.
const NAMES = { class: "className", for: "htmlFor", srcset: "srcSet", srcdoc: "srcDoc", contenteditable: "contentEditable" };
const YES = new Set(["checked", "muted", "hidden", "selected", "required", "contentEditable"]);
const style = (text) => Object.fromEntries(text.split(";").filter((part) => part.includes(":")).map((part) => {
  const [name, value] = [part.slice(0, part.indexOf(":")).trim(), part.slice(part.indexOf(":") + 1).trim()];
  return [name.startsWith("--") ? name : name.replace(/-([a-z])/g, (_, letter) => letter.toUpperCase()), value];
}));
function made(node) {
  if (typeof node === "string") return node;
  const [name, , attributes, kids] = node;
  const own = name.includes("-");
  const props = attributes.filter(([n]) => n !== "key" && n !== "ref" && !n.startsWith("on")).map(([n, v]) => [own ? n : NAMES[n] ?? n, v]);
  return createElement(name, Object.fromEntries(props.map(([n, v]) => [n, n === "style" ? style(v) : YES.has(n) && v === "" ? true : v])), ...kids.map(made));
}
leak((nodes) => createRoot(document.getElementById("app")).render(nodes.map(made)));
