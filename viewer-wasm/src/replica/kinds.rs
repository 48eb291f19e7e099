//! What a node of the replica is. Nodes of a frame belong to another realm, where `instanceof` of our own classes says
//! no; so kinds are told by node type and name, and casts are unchecked.

use wasm_bindgen::JsCast;
use web_sys::{Element, Node};

const HTML: &str = "http://www.w3.org/1999/xhtml";

/// What most calls name.
const NAMES: &str = "http://www.w3.org/1999/xhtml http://www.w3.org/2000/svg div span p a b i img ul ol li dl dt dd table thead \
    tbody tr th td h1 h2 h3 h4 input button label select option textarea form section article nav header footer main em strong \
    small code pre svg path g rect use circle line text class style id href src alt title type name value role for width height \
    tabindex d fill stroke viewBox transform aria-hidden aria-label data-beside-is";

/// Makes texts of the browser's of the names that most calls have, once and not at every call. Before anything is built.
pub(super) fn intern_names() {
    for name in NAMES.split(' ') {
        wasm_bindgen::intern(name);
    }
}

/// The node as an element, if it is one.
pub(super) fn element(node: &Node) -> Option<Element> {
    (node.node_type() == Node::ELEMENT_NODE).then(|| node.clone().unchecked_into())
}

/// An HTML element of this name, as its own type.
pub(super) fn html<T: JsCast>(element: &Element, name: &str) -> Option<T> {
    let fits = element.namespace_uri().as_deref() == Some(HTML) && element.local_name() == name;
    fits.then(|| element.clone().unchecked_into())
}
