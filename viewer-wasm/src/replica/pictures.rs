//! Pictures from our own store: which attribute shows one, and of several densities the size of the one that the customer's
//! browser took.

use engine::tree::Node as ModelNode;
use protocol::NodeId;
use protocol::page::state;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{Element, HtmlImageElement};

/// Shows a picture from our own store.
pub(super) fn show(element: &Element, model: &ModelNode, url: &str) {
    match &*element.local_name() {
        "use" => {
            // Another file's symbol: the fragment is the page's, the file ours.
            let fragment = element.get_attribute("href").and_then(|h| h.rfind('#').map(|at| h[at..].to_owned())).unwrap_or_default();
            let _ = element.set_attribute("href", &format!("{url}{fragment}"));
        }
        "video" => {
            let _ = element.set_attribute("poster", url);
        }
        "image" => {
            let _ = element.set_attribute("href", url);
        }
        _ => {
            let _ = element.set_attribute("src", url);
            condense(element, model.attr(state::NATURAL).and_then(|width| width.parse().ok()), url);
        }
    }
}

/// Of pictures of several densities the customer's browser took one whose pixels are no CSS pixels. Once it is known how wide
/// the file is, `srcset` and `sizes` say the same as the page's did. Asked of a picture of its own: that of the page may be
/// of another density while it changes.
fn condense(element: &Element, natural: Option<f64>, url: &str) {
    let plain = |element: &Element| ["srcset", "sizes"].into_iter().for_each(|name| drop(element.remove_attribute(name)));
    let (Some(natural), Ok(file)) = (natural.filter(|width| *width > 0.0), HtmlImageElement::new()) else {
        return plain(element);
    };
    let (element, address) = (element.clone(), url.to_owned());
    let read = file.clone();
    let loaded = Closure::once_into_js(move || {
        let own = read.natural_width();
        if element.get_attribute("src").as_deref() != Some(&address) {
            return;
        }
        if own == 0 || (f64::from(own) - natural).abs() < 1.0 {
            return plain(&element);
        }
        let _ = element.set_attribute("sizes", &format!("{natural}px"));
        let _ = element.set_attribute("srcset", &format!("{address} {own}w"));
    });
    file.set_onload(Some(loaded.unchecked_ref()));
    file.set_src(url);
}

const NO_PICTURE: &str = "data:image/png,";

/// Looks as broken as the customer's, its words included. WebKit sizes the words only of a picture that fails once it has been
/// laid out, and fails one whose address it knows to be broken before; so it is laid out first, and each has its own address.
pub(super) fn fail(element: &Element, id: NodeId) {
    let _ = element.get_bounding_client_rect();
    let _ = element.set_attribute("src", &format!("{NO_PICTURE}{}", id.0));
}

/// What was broken is not any more; what it shows, if anything, is told beside.
pub(super) fn unfail(element: &Element) {
    if element.get_attribute("src").is_some_and(|src| src.starts_with(NO_PICTURE)) {
        let _ = element.remove_attribute("src");
    }
}

/// What a canvas shows, as declarations: where no script runs, a browser lays a canvas out like any other element.
pub(super) fn painted(url: &str) -> String {
    format!(
        ";background-image:url(\"{url}\")!important;background-size:100% 100%!important;background-origin:content-box!important;background-repeat:no-repeat!important"
    )
}
