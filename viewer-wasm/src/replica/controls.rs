//! State that has no attribute, written into the replica's controls.

use engine::tree::{Node as ModelNode, Tree};
use protocol::NodeId;
use protocol::page::{Space, state};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlDialogElement, HtmlElement, HtmlInputElement, HtmlOptionElement, HtmlSelectElement, HtmlTextAreaElement};

use super::{Stage, kinds};

/// Stands for what is hidden; always the same, so that it tells no length.
const FILLER: &str = "••••••";

/// Writes all of an element's state. The model knows what it is; asking the browser costs as much as building it.
pub(super) fn apply(element: &Element, model: &ModelNode) {
    let Some((Space::Html, name @ ("input" | "textarea" | "option"))) = model.name() else { return };
    let value = match (model.attr(state::MASKED_VALUE), model.attr(state::VALUE)) {
        (Some(filled), _) => Some(if filled.is_empty() { "" } else { FILLER }),
        (None, value) => value,
    };
    let is = |name| model.attr(name) == Some("1");
    if name == "input" {
        let input: &HtmlInputElement = element.unchecked_ref();
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
    } else if name == "textarea" {
        let area: &HtmlTextAreaElement = element.unchecked_ref();
        if let Some(value) = value
            && area.value() != value
        {
            area.set_value(value);
        }
    } else {
        let option: &HtmlOptionElement = element.unchecked_ref();
        if model.attr(state::SELECTED).is_some() && option.selected() != is(state::SELECTED) {
            option.set_selected(is(state::SELECTED));
        }
    }
}

/// The select around a node.
pub(super) fn select_of(tree: &Tree, mut at: NodeId) -> Option<NodeId> {
    loop {
        let node = tree.get(at)?;
        if node.name().is_some_and(|(_, name)| name == "select") {
            return Some(at);
        }
        at = node.parent;
    }
}

/// When an element came into the top layer, among all that did.
pub(super) fn turn(tree: &Tree, id: NodeId) -> u32 {
    tree.get(id).and_then(|n| n.attr(state::TOP)).and_then(|top| top.rsplit(' ').next()?.parse().ok()).unwrap_or(0)
}

impl Stage {
    /// Puts into a slot what script put there.
    pub(super) fn assign(&self, tree: &Tree, id: NodeId) {
        let (Some(slot), Some(ids)) = (self.element(id), tree.get(id).and_then(|n| n.attr(state::ASSIGNED))) else { return };
        let nodes: js_sys::Array = ids.split(' ').filter_map(|id| self.nodes.get(&NodeId(id.parse().ok()?)).cloned()).collect();
        let assign = js_sys::Reflect::get(&slot, &"assign".into()).ok().and_then(|f| f.dyn_into::<js_sys::Function>().ok());
        if let Some(assign) = assign {
            let _ = assign.apply(&slot, &nodes);
        }
    }

    /// What is chosen in a select, or nothing: when options come and go a browser chooses by itself.
    pub(super) fn choose(&self, tree: &Tree, at: NodeId) {
        let Some(select) = self.element(at).and_then(|e| kinds::html::<HtmlSelectElement>(&e, "select")) else { return };
        let mut chosen = false;
        tree.walk(at, |id, node| {
            chosen |= node.attr(state::SELECTED) == Some("1");
            if let Some(option) = self.element(id) {
                apply(&option, node);
            }
        });
        if !chosen {
            select.set_selected_index(-1);
        }
    }

    /// Scrolls to where the customer is. `false` where there is not yet so much to scroll: pictures and fonts that are
    /// on their way make room.
    pub(super) fn scroll(&self, tree: &Tree, id: NodeId) -> bool {
        let (Some(element), Some(model)) = (self.element(id), tree.get(id)) else { return true };
        let Some((x, y)) = model.attr(state::SCROLL).unwrap_or("0,0").split_once(',') else { return true };
        let (x, y) = (x.parse::<f64>().unwrap_or(0.0), y.parse::<f64>().unwrap_or(0.0));
        let options = web_sys::ScrollToOptions::new();
        options.set_left(x);
        options.set_top(y);
        options.set_behavior(web_sys::ScrollBehavior::Instant);
        if element.local_name() == "html" {
            let Some(window) = element.owner_document().and_then(|d| d.default_view()) else { return true };
            window.scroll_to_with_scroll_to_options(&options);
            let at = |v: Result<f64, _>| v.unwrap_or(0.0);
            (at(window.scroll_x()) - x).abs() < 1.0 && (at(window.scroll_y()) - y).abs() < 1.0
        } else {
            element.scroll_to_with_scroll_to_options(&options);
            (f64::from(element.scroll_left()) - x).abs() < 1.0 && (f64::from(element.scroll_top()) - y).abs() < 1.0
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
            Some(top) if top.starts_with("modal") => {
                if let Some(dialog) = kinds::html::<HtmlDialogElement>(&element, "dialog") {
                    dialog.set_open(true);
                    dialog.close();
                    let _ = dialog.show_modal();
                }
            }
            Some(_) => {
                let _ = js_sys::Reflect::set(&element, &"popover".into(), &"manual".into());
                // Shown again, it stands above what was shown since.
                call("hidePopover");
                call("showPopover");
            }
            None => match kinds::html::<HtmlDialogElement>(&element, "dialog") {
                Some(dialog) => {
                    // Only an open one can be closed, and only closing takes it out of the top layer.
                    dialog.set_open(true);
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
