// Nodes by the prototypes' own getters: a form's field may be called like any of these, and then the form gives the field.
const getter = (prototype, name) => Object.getOwnPropertyDescriptor(prototype, name).get;

export const { getAttribute: attributeOf, getAttributeNames: attributeNames, getBoundingClientRect: boxOf, hasAttributes } = Element.prototype;
export const { getRootNode: rootOf } = Node.prototype;
export const typeOf = getter(Node.prototype, "nodeType");
export const firstOf = getter(Node.prototype, "firstChild");
export const nextOf = getter(Node.prototype, "nextSibling");
export const previousOf = getter(Node.prototype, "previousSibling");
export const parentOf = getter(Node.prototype, "parentNode");
export const nameOf = getter(Element.prototype, "localName");
export const connectedOf = getter(Node.prototype, "isConnected");
export const textOf = getter(Node.prototype, "textContent");
export const firstElementOf = getter(Element.prototype, "firstElementChild");
