// The form in a shadow root, each field live.
import { html, LitElement } from "lit";
import { live } from "lit/directives/live.js";
import { capitals, groups, problem } from "./form.js";

customElements.define("x-form", class extends LitElement {
  static properties = { at: { state: true }, left: { state: true }, out: { state: true } };
  constructor() { super(); this.at = { name: "", number: "", agree: false, kind: "a", size: "s" }; this.left = false; this.out = ""; }
  set(key, value) { this.at = { ...this.at, [key]: value }; }
  send(e) { e.preventDefault(); if (problem(this.at.name)) this.left = true; else this.out = JSON.stringify(this.at); }
  render() {
    const wrong = this.left && problem(this.at.name);
    const radio = (value, id) => html`<input id=${id} type="radio" name="size" .checked=${live(this.at.size === value)} @change=${() => this.set("size", value)}>`;
    return html`<form novalidate @submit=${this.send}>
      <p><label>Name <input id="name" .value=${live(this.at.name)} @input=${(e) => this.set("name", capitals(e.target.value))} @blur=${() => { this.left = true; }} aria-invalid=${Boolean(wrong)}></label> <b id="wrong">${wrong || ""}</b></p>
      <p><label>Number <input id="number" .value=${live(this.at.number)} @input=${(e) => this.set("number", groups(e.target.value))}></label></p>
      <p><label><input id="agree" type="checkbox" .checked=${live(this.at.agree)} @change=${(e) => this.set("agree", e.target.checked)}> paper</label></p>
      <p><select id="kind" @change=${(e) => this.set("kind", e.target.value)}><option value="a">one</option><option value="b">two</option></select></p>
      <p><label>${radio("s", "small")} small</label> <label>${radio("l", "large")} large</label></p>
      <p><button id="go">Send</button> <output id="out">${this.out}</output></p></form>`;
  }
});
document.getElementById("app").append(document.createElement("x-form"));
