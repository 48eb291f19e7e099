// Signals and fine-grained changes: texts and attributes are set one by one.
import { createMemo, createSignal, For, Show } from "solid-js";
import html from "solid-js/html";
import { render } from "solid-js/web";

const [tasks, set] = createSignal([{ id: 1, words: "call the bank" }, { id: 2, words: "post the letter" }]);
const [count, more] = createSignal(0);
const [open, show] = createSignal(false);
const length = createMemo(() => tasks().length);
render(() => html`<main>
  <h1>Tasks (${length})</h1>
  <ul><${For} each=${tasks}>${(t) => html`<li>${t.words} <input value=${t.words} /></li>`}<//></ul>
  <button id="add" onClick=${() => set([...tasks(), { id: length() + 1, words: `task ${length() + 1}` }])}>Add</button>
  <button id="turn" onClick=${() => set([...tasks()].reverse())}>Turn round</button>
  <button id="more" onClick=${() => more(count() + 1)} style=${() => ({ "border-width": `${count() + 1}px` })}>Pressed ${count} times</button>
  <button id="open" onClick=${() => show(!open())}>Details</button>
  <${Show} when=${open} fallback=${html`<p>closed</p>`}><section><b>open</b></section><//>
</main>`, document.getElementById("app"));
