// Whose children changed since they were told: as a whole, or by losing some and nothing else.

// Of so many that have gone the list as a whole is the cheaper message.
const MOST = 64;

export class Kids {
  constructor() { this.all = new Map(); }
  get size() { return this.all.size; }
  add(node) { this.all.set(node, null); }
  lose(node, nodes) {
    let lost = this.all.get(node);
    if (lost === null) return;
    if ((lost?.length || 0) + nodes.length > MOST) return this.add(node);
    if (!lost) this.all.set(node, lost = []);
    lost.push(...nodes);
  }
  // The children lost, or null for "as a whole".
  of(node) { return this.all.get(node); }
  delete(node) { return this.all.delete(node); }
  clear() { this.all.clear(); }
  [Symbol.iterator]() { return this.all.keys(); }
}
