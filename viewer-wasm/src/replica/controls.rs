//! State that has no attribute, written into the replica's controls.

use engine::tree::{Node as ModelNode, Tree};
use protocol::NodeId;
use protocol::page::state;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlDialogElement, HtmlElement, HtmlInputElement, HtmlOptionElement, HtmlTextAreaElement};

use super::{Stage, kinds};

/// Stands for what is hidden; always the same, so that it tells no length.
const FILLER: &str = "••••••";

/// Writes all of an element's state.
pub(super) fn apply(element: &Element, model: &ModelNode) {
    let value = match (model.attr(state::MASKED_VALUE), model.attr(state::VALUE)) {
        (Some(filled), _) => Some(if filled.is_empty() { "" } else { FILLER }),
        (None, value) => value,
    };
    let is = |name| model.attr(name) == Some("1");
    if let Some(input) = kinds::html::<HtmlInputElement>(element, "input") {
        let kind = input.type_();
        if let Some(value) = value
            && kind != "file"
        {
            if input.value() != value {
                input.set_value(value);
            }
            if matches!(&*kind, "submit" | "button" | "reset") {
                let _ = input.set_attribute("value", value);
            }
        }
        if model.attr(state::CHECKED).is_some() && input.checked() != is(state::CHECKED) {
            input.set_checked(is(state::CHECKED));
        }
        input.set_indeterminate(is(state::INDETERMINATE));
    } else if let Some(area) = kinds::html::<HtmlTextAreaElement>(element, "textarea") {
        if let Some(value) = value
            && area.value() != value
        {
            area.set_value(value);
        }
    } else if let Some(option) = kinds::html::<HtmlOptionElement>(element, "option")
        && model.attr(state::SELECTED).is_some()
        && option.selected() != is(state::SELECTED)
    {
        option.set_selected(is(state::SELECTED));
    }
}

/// Shows a picture from our own store.
pub(super) fn show_picture(element: &Element, url: &str) {
    let name = if element.local_name() == "image" { "href" } else { "src" };
    let _ = element.set_attribute(name, url);
}

impl Stage {
    pub(super) fn scroll(&self, tree: &Tree, id: NodeId) {
        let (Some(element), Some(model)) = (self.element(id), tree.get(id)) else { return };
        let Some((x, y)) = model.attr(state::SCROLL).and_then(|v| v.split_once(',')) else { return };
        let (x, y) = (x.parse::<f64>().unwrap_or(0.0), y.parse::<f64>().unwrap_or(0.0));
        let options = web_sys::ScrollToOptions::new();
        options.set_left(x);
        options.set_top(y);
        options.set_behavior(web_sys::ScrollBehavior::Instant);
        if element.local_name() == "html" {
            if let Some(window) = element.owner_document().and_then(|d| d.default_view()) {
                window.scroll_to_with_scroll_to_options(&options);
            }
        } else {
            element.scroll_to_with_scroll_to_options(&options);
        }
    }

    /// Brings an element into the replica's top layer, or out of it. `showModal` takes focus even in an inert frame,
    /// so the focus is put back in the same task.
    pub(super) fn raise(&self, tree: &Tree, id: NodeId) {
        let (Some(element), Some(model)) = (self.element(id), tree.get(id)) else { return };
        let focused = web_sys::window().and_then(|w| w.document()).and_then(|d| d.active_element());
        let call = |name: &str| {
            let f = js_sys::Reflect::get(&element, &name.into()).ok().and_then(|f| f.dyn_into::<js_sys::Function>().ok());
            if let Some(f) = f {
                let _ = f.call0(&element);
            }
        };
        match model.attr(state::TOP) {
            Some("modal") => {
                if let Some(dialog) = kinds::html::<HtmlDialogElement>(&element, "dialog") {
                    if dialog.open() {
                        dialog.set_open(false);
                    }
                    let _ = dialog.show_modal();
                }
            }
            Some(_) => {
                let _ = js_sys::Reflect::set(&element, &"popover".into(), &"manual".into());
                call("showPopover");
            }
            None => match kinds::html::<HtmlDialogElement>(&element, "dialog") {
                Some(dialog) => {
                    dialog.close();
                    if model.attr("open").is_some() {
                        dialog.set_open(true);
                    }
                }
                None => {
                    call("hidePopover");
                    let _ = js_sys::Reflect::set(&element, &"popover".into(), &JsValue::NULL);
                }
            },
        }
        if let Some(focused) = focused.and_then(|f| f.dyn_into::<HtmlElement>().ok()) {
            let _ = focused.focus();
        }
    }
}
