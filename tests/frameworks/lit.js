// Shadow roots with shared constructed sheets, reflected attributes, slots, events through roots.
import { css, html, LitElement } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { styleMap } from "lit/directives/style-map.js";

customElements.define("x-task", class extends LitElement {
  static properties = { done: { type: Boolean, reflect: true } };
  static styles = css`:host { display: block; padding: 4px } :host([done]) { color: gray; text-decoration: line-through } ::slotted(b) { color: darkred }`;
  render() { return html`<input type="checkbox" .checked=${this.done} @change=${(e) => { this.done = e.target.checked; }}> <slot></slot>`; }
});
customElements.define("x-app", class extends LitElement {
  static properties = { tasks: { state: true }, wide: { state: true } };
  static styles = css`section { border: 1px solid; padding: 10px } button { font-size: 16px }`;
  constructor() { super(); this.tasks = ["call the bank", "post the letter"]; this.wide = 200; }
  render() {
    return html`<section style=${styleMap({ width: `${this.wide}px` })}><h2>Tasks (${this.tasks.length})</h2>
      ${repeat(this.tasks, (t) => t, (t) => html`<x-task><b>${t}</b></x-task>`)}
      <button id="add" @click=${() => { this.tasks = [...this.tasks, `task ${this.tasks.length + 1}`]; }}>Add</button>
      <button id="turn" @click=${() => { this.tasks = [...this.tasks].reverse(); }}>Turn round</button>
      <button id="wide" @click=${() => { this.wide += 120; }}>Wider</button></section>`;
  }
});
document.getElementById("app").append(document.createElement("x-app"));
