// What has not been read yet. A reading stops when its budget of nodes is used up, and the next slice goes on where it
// stopped, in a task of its own: a page of any size never waits for us. What lies below the fold comes last.

import { boxOf, firstElementOf } from "./dom.js";

// Nodes of the first slice, and the bounds of the others.
const FIRST = 500;
const LEAST = 100;
const MOST = 4000;
// Milliseconds that a slice may take; what one took decides how many nodes the next one reads.
const SLICE = 5;
// Smaller documents are read in their own order: asking for boxes is dearer than the rest of them.
const LARGE = 2500;

export class Unread {
  constructor() {
    // Parent → the last of its children that was read, or null for none.
    this.soon = new Map();
    this.far = new Map();
    this.budget = FIRST;
    this.left = Infinity;
    this.since = 0;
    this.foldsAt = Infinity;
  }

  get size() { return this.soon.size + this.far.size; }
  get isSpent() { return this.left <= 0; }

  // A reading from the start.
  reset() {
    this.since = performance.now();
    this.soon.clear();
    this.far.clear();
    this.left = FIRST;
    this.foldsAt = document.getElementsByTagName("*").length > LARGE ? innerHeight : Infinity;
  }
  begin() {
    this.since = performance.now();
    this.left = this.budget;
    this.foldsAt = Infinity;
  }
  // The slice has ended, judging and sealing included.
  took() {
    if (this.left > 0) return;
    const fits = Math.max(0.5, Math.min(1.5, SLICE / Math.max(performance.now() - this.since, 0.1)));
    this.budget = Math.max(LEAST, Math.min(MOST, Math.round(this.budget * fits)));
  }

  stop(parent, last) { this.soon.set(parent, last); }
  has(parent) { return this.soon.has(parent) || this.far.has(parent); }
  drop(parent) { this.soon.delete(parent); this.far.delete(parent); }

  // Whether an element and all that is in it lies below what the customer sees now; it is read without its children.
  defers(el) {
    if (this.foldsAt === Infinity || !firstElementOf.call(el)) return false;
    const box = boxOf.call(el);
    if (!box.height || box.top <= this.foldsAt) return false;
    this.far.set(el, null);
    return true;
  }

  // The next parent to go on with, and the last of its children that was read.
  next() {
    const from = this.soon.size ? this.soon : this.far;
    for (const [parent, last] of from) {
      from.delete(parent);
      return { parent, last };
    }
    return null;
  }
}
