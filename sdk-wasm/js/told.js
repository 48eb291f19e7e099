// Which node was told under which id, and as whose child. A map of everything doubles by moving all it holds at once, so
// that a page of 100,000 nodes would stand still meanwhile: ids are kept in pages, since they are counted, and nodes in
// several maps.

const BITS = 8;
const SIZE = 1 << BITS;
const MOST = 1 << 15;
// Parent of what was told and has been taken back since.
const NOBODY = 0xffffffff;

export class Told {
  constructor() { this.clear(); }
  clear() { this.pages = []; }
  page(id) { return this.pages[id >> BITS] ||= { nodes: new Array(SIZE), parents: new Uint32Array(SIZE), kids: new Uint32Array(SIZE), count: 0 }; }
  set(id, node, parent) {
    const page = this.page(id);
    page.nodes[id & SIZE - 1] = node;
    page.parents[id & SIZE - 1] = parent;
    page.count++;
    if (parent) this.page(parent).kids[parent & SIZE - 1]++;
  }
  get(id) { return this.pages[id >> BITS]?.nodes[id & SIZE - 1]; }
  // The id of its parent; 0 for the page's own document.
  parentOf(id) { return this.pages[id >> BITS]?.parents[id & SIZE - 1]; }
  // Whether it was told and not taken back.
  isTold(id) { return this.get(id) !== undefined && this.parentOf(id) !== NOBODY; }
  // How many were told as its children and not taken back.
  kidsOf(id) { return this.pages[id >> BITS]?.kids[id & SIZE - 1] || 0; }
  // They are nobody's children any more: whoever finds their nodes finds strangers.
  lose(ids) {
    let page;
    let number = -1;
    for (const id of ids) {
      if (id >> BITS !== number) page = this.pages[number = id >> BITS];
      if (!page) continue;
      const parent = page.parents[id & SIZE - 1];
      page.parents[id & SIZE - 1] = NOBODY;
      const above = parent === NOBODY ? undefined : this.pages[parent >> BITS];
      if (above) above.kids[parent & SIZE - 1]--;
    }
  }
  // Gives the node.
  delete(id) {
    const page = this.pages[id >> BITS];
    const node = page?.nodes[id & SIZE - 1];
    if (node === undefined) return node;
    page.nodes[id & SIZE - 1] = undefined;
    if (!--page.count) delete this.pages[id >> BITS];
    return node;
  }
}

// Node → id.
export class Ids {
  constructor() { this.clear(); }
  clear() { this.last = new Map(); this.full = []; }
  get(node) {
    let id = this.last.get(node);
    for (let n = 0; id === undefined && n < this.full.length; n++) id = this.full[n].get(node);
    return id;
  }
  has(node) { return this.get(node) !== undefined; }
  set(node, id) {
    if (this.last.size >= MOST) { this.full.push(this.last); this.last = new Map(); }
    if (this.full.length) this.delete(node);
    this.last.set(node, id);
  }
  delete(node) {
    if (this.last.delete(node)) return;
    for (const map of this.full) if (map.delete(node)) { if (!map.size) this.full.splice(this.full.indexOf(map), 1); return; }
  }
  *keys() { for (const map of [...this.full, this.last]) yield* map.keys(); }
}
