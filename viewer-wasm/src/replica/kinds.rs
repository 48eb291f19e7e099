//! What a node of the replica is. Nodes of a frame belong to another realm, where `instanceof` of our own classes says
//! no; so kinds are told by node type and name, and casts are unchecked.

use wasm_bindgen::JsCast;
use web_sys::{Element, Node};

const HTML: &str = "http://www.w3.org/1999/xhtml";

/// The node as an element, if it is one.
pub(super) fn element(node: &Node) -> Option<Element> {
    (node.node_type() == Node::ELEMENT_NODE).then(|| node.clone().unchecked_into())
}

/// An HTML element of this name, as its own type.
pub(super) fn html<T: JsCast>(element: &Element, name: &str) -> Option<T> {
    let fits = element.namespace_uri().as_deref() == Some(HTML) && element.local_name() == name;
    fits.then(|| element.clone().unchecked_into())
}
