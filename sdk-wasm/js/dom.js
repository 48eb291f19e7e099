// Nodes by the prototypes' own getters: a form's field may be called like any of these, and then the form gives the field.
// The prototypes are those of a real element: a page may call something of its own `Element`.
const chain = [];
for (let at = Object.getPrototypeOf(document.documentElement); at; at = Object.getPrototypeOf(at)) chain.push(at);
const own = (name) => { for (const at of chain) { const found = Object.getOwnPropertyDescriptor(at, name); if (found) return found; } return {}; };
const getter = (name) => own(name).get;
const method = (name) => own(name).value;

export const attributeOf = method("getAttribute");
export const attributeNames = method("getAttributeNames");
export const boxOf = method("getBoundingClientRect");
export const hasAttributes = method("hasAttributes");
export const matchesOf = method("matches");
export const queryAllOf = method("querySelectorAll");
export const containsOf = method("contains");
export const styleOf = getter("style");
export const rootOf = method("getRootNode");
export const typeOf = getter("nodeType");
export const firstOf = getter("firstChild");
export const nextOf = getter("nextSibling");
export const previousOf = getter("previousSibling");
export const parentOf = getter("parentNode");
export const nameOf = getter("localName");
export const connectedOf = getter("isConnected");
export const textOf = getter("textContent");
export const firstElementOf = getter("firstElementChild");
export const lastOf = getter("lastChild");
export const previousElementOf = getter("previousElementSibling");
