// Every channel made by Angular's renderer.
import "@angular/compiler";
import { Component, ElementRef, Renderer2, inject, provideZonelessChangeDetection } from "@angular/core";
import { bootstrapApplication } from "@angular/platform-browser";
import { leak } from "./leak.js";

let shown = [];
class All {
  renderer = inject(Renderer2);
  constructor() { this.put(inject(ElementRef).nativeElement, shown); }
  put(parent, nodes) {
    for (const node of nodes) {
      const [name, namespace, attributes, kids] = typeof node === "string" ? [] : node;
      const one = name ? this.renderer.createElement(name, namespace?.endsWith("svg") ? "svg" : namespace) : this.renderer.createText(node);
      for (const [attribute, value] of attributes ?? []) this.renderer.setAttribute(one, attribute, value);
      this.renderer.appendChild(parent, one);
      if (kids) this.put(one, kids);
    }
  }
}
const Made = Component({ selector: "x-all", template: "" })(All) ?? All;
leak((nodes) => {
  shown = nodes;
  document.getElementById("app").append(document.createElement("x-all"));
  return bootstrapApplication(Made, { providers: [provideZonelessChangeDetection()] });
});
