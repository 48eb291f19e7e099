//! What the customer selected, as a highlight: the replica takes no focus and selects nothing itself.

use js_sys::{Array, Function, Reflect};
use protocol::NodeId;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Window;

use super::Stage;

/// The name that `engine::css` rewrites `::selection` to, and that `style/replica.css` gives a look.
const NAME: &str = "beside-selection";

impl Stage {
    /// Highlights what lies between two places in texts; nothing where one of them is unknown.
    pub(super) fn select(&mut self, from: (NodeId, u32), to: (NodeId, u32)) {
        if let Some(window) = self.highlighted.take() {
            let _ = highlights(&window).and_then(|all| call(&all, "delete", &Array::of1(&NAME.into())));
        }
        let (Some(start), Some(end)) = (self.nodes.get(&from.0), self.nodes.get(&to.0)) else { return };
        let Some(document) = start.owner_document() else { return };
        let (Some(window), Ok(range)) = (document.default_view(), document.create_range()) else { return };
        if range.set_start(start, from.1).is_err() || range.set_end(end, to.1).is_err() {
            return;
        }
        let made = Reflect::get(&window, &"Highlight".into())
            .ok()
            .and_then(|class| class.dyn_into::<Function>().ok())
            .and_then(|class| Reflect::construct(&class, &Array::of1(&range)).ok());
        if let (Some(highlight), Some(all)) = (made, highlights(&window)) {
            let _ = call(&all, "set", &Array::of2(&NAME.into(), &highlight));
            self.highlighted = Some(window);
        }
    }
}

fn highlights(window: &Window) -> Option<JsValue> {
    let css = Reflect::get(window, &"CSS".into()).ok()?;
    Reflect::get(&css, &"highlights".into()).ok().filter(|all| !all.is_undefined())
}

fn call(on: &JsValue, name: &str, args: &Array) -> Option<JsValue> {
    Reflect::get(on, &name.into()).ok()?.unchecked_into::<Function>().apply(on, args).ok()
}
