//! Building elements without a template: DOM calls only, so that it works under Trusted Types.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// A new element.
pub(crate) fn el(name: &str) -> HtmlElement {
    let made = web_sys::window().and_then(|w| w.document()).and_then(|d| d.create_element(name).ok());
    // Without a document nothing of this runs.
    made.unwrap_or_else(|| Element::from(wasm_bindgen::JsValue::NULL)).unchecked_into()
}

/// A new SVG element.
pub(crate) fn svg(name: &str) -> Element {
    let made =
        web_sys::window().and_then(|w| w.document()).and_then(|d| d.create_element_ns(Some("http://www.w3.org/2000/svg"), name).ok());
    made.unwrap_or_else(|| Element::from(wasm_bindgen::JsValue::NULL))
}

/// Chained building.
pub(crate) trait Build: Sized {
    fn class(self, class: &str) -> Self;
    fn text(self, text: &str) -> Self;
    fn attr(self, name: &str, value: &str) -> Self;
    /// Appends a child and gives it back.
    fn add<T: AsRef<web_sys::Node>>(&self, child: T) -> T;
}

impl<E: AsRef<Element> + AsRef<web_sys::Node>> Build for E {
    fn class(self, class: &str) -> Self {
        AsRef::<Element>::as_ref(&self).set_attribute("class", class).ok();
        self
    }
    fn text(self, text: &str) -> Self {
        AsRef::<web_sys::Node>::as_ref(&self).set_text_content(Some(text));
        self
    }
    fn attr(self, name: &str, value: &str) -> Self {
        let _ = AsRef::<Element>::as_ref(&self).set_attribute(name, value);
        self
    }
    fn add<T: AsRef<web_sys::Node>>(&self, child: T) -> T {
        let _ = AsRef::<web_sys::Node>::as_ref(self).append_child(child.as_ref());
        child
    }
}
