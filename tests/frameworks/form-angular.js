// The form with reactive controls and validators, compiled in the page.
import "@angular/compiler";
import { Component, provideZonelessChangeDetection, signal } from "@angular/core";
import { FormControl, FormGroup, ReactiveFormsModule } from "@angular/forms";
import { bootstrapApplication } from "@angular/platform-browser";
import { capitals, groups, problem } from "./form.js";

class Form {
  out = signal("");
  left = signal(false);
  at = new FormGroup({
    name: new FormControl("", { nonNullable: true, validators: (control) => (problem(control.value) ? { short: problem(control.value) } : null) }),
    number: new FormControl("", { nonNullable: true }), agree: new FormControl(false, { nonNullable: true }), kind: new FormControl("a", { nonNullable: true }), size: new FormControl("s", { nonNullable: true }),
  });
  constructor() {
    const shape = (key, f) => this.at.get(key).valueChanges.subscribe((v) => { if (f(v) !== v) this.at.get(key).setValue(f(v)); });
    shape("name", capitals);
    shape("number", groups);
  }
  leave() { this.left.set(true); }
  wrong() { return this.left() && this.at.get("name").errors?.short || ""; }
  send() { if (this.at.invalid) this.leave(); else this.out.set(JSON.stringify(this.at.getRawValue())); }
}
const Made = Component({
  selector: "x-form", imports: [ReactiveFormsModule],
  template: `<form novalidate [formGroup]="at" (ngSubmit)="send()">
    <p><label>Name <input id="name" formControlName="name" (blur)="leave()" [attr.aria-invalid]="wrong() ? 'true' : 'false'"></label> <b id="wrong">{{ wrong() }}</b></p>
    <p><label>Number <input id="number" formControlName="number"></label></p>
    <p><label><input id="agree" type="checkbox" formControlName="agree"> paper</label></p>
    <p><select id="kind" formControlName="kind"><option value="a">one</option><option value="b">two</option></select></p>
    <p><label><input type="radio" value="s" formControlName="size"> small</label> <label><input id="large" type="radio" value="l" formControlName="size"> large</label></p>
    <p><button id="go">Send</button> <output id="out">{{ out() }}</output></p></form>`,
})(Form) ?? Form;
document.getElementById("app").append(document.createElement("x-form"));
bootstrapApplication(Made, { providers: [provideZonelessChangeDetection()] });
