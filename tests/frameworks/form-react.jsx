// A form with controlled fields: one in capitals, one in groups of four, checked when left, sent when it holds.
import { useState } from "react";
import { createRoot } from "react-dom/client";
import { capitals, groups, problem } from "./form.js";

function Form() {
  const [at, put] = useState({ name: "", number: "", agree: false, kind: "a", size: "s" });
  const [left, leave] = useState(false);
  const [out, say] = useState("");
  const set = (key, value) => put((old) => ({ ...old, [key]: value }));
  const wrong = left && problem(at.name);
  return <form noValidate onSubmit={(e) => { e.preventDefault(); if (problem(at.name)) leave(true); else say(JSON.stringify(at)); }}>
    <p><label>Name <input id="name" value={at.name} onChange={(e) => set("name", capitals(e.target.value))} onBlur={() => leave(true)} aria-invalid={Boolean(wrong)} /></label> <b id="wrong">{wrong || ""}</b></p>
    <p><label>Number <input id="number" value={at.number} onChange={(e) => set("number", groups(e.target.value))} /></label></p>
    <p><label><input id="agree" type="checkbox" checked={at.agree} onChange={(e) => set("agree", e.target.checked)} /> paper</label></p>
    <p><select id="kind" value={at.kind} onChange={(e) => set("kind", e.target.value)}><option value="a">one</option><option value="b">two</option></select></p>
    <p><label><input type="radio" name="size" checked={at.size === "s"} onChange={() => set("size", "s")} /> small</label> <label><input id="large" type="radio" name="size" checked={at.size === "l"} onChange={() => set("size", "l")} /> large</label></p>
    <p><button id="go">Send</button> <output id="out">{out}</output></p>
  </form>;
}
createRoot(document.getElementById("app")).render(<Form />);
