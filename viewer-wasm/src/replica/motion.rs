//! Animations that the page's script began, played in the replica from where the customer's are.

use js_sys::{Array, Function, JSON, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Element;

/// Replaces what was played on an element. `moves` is what the customer's browser said (`@moves`): a JSON list of
/// keyframes, timing, place in time and whether it runs; empty for nothing. Anything that does not parse plays nothing.
pub(super) fn play(element: &Element, moves: &str) {
    for old in list(element, "getAnimations", &Array::new()) {
        if get(&old, "id").as_string().as_deref() == Some("beside") {
            let _ = call(&old, "cancel", &Array::new());
        }
    }
    let Ok(parsed) = JSON::parse(if moves.is_empty() { "[]" } else { moves }) else { return };
    if !Array::is_array(&parsed) {
        return;
    }
    for one in Array::from(&parsed).iter() {
        let timing = get(&one, "timing");
        if !timing.is_object() {
            continue;
        }
        let timing: Object = timing.unchecked_into();
        let _ = Reflect::set(&timing, &"id".into(), &"beside".into());
        let Some(played) = call(element, "animate", &Array::of2(&get(&one, "frames"), &timing)) else { continue };
        let _ = Reflect::set(&played, &"currentTime".into(), &get(&one, "at"));
        if get(&one, "still").is_truthy() {
            let _ = call(&played, "pause", &Array::new());
        }
    }
}

fn get(on: &JsValue, name: &str) -> JsValue {
    Reflect::get(on, &name.into()).unwrap_or(JsValue::UNDEFINED)
}

fn call(on: &JsValue, name: &str, args: &Array) -> Option<JsValue> {
    Reflect::get(on, &name.into()).ok()?.dyn_into::<Function>().ok()?.apply(on, args).ok()
}

fn list(on: &JsValue, name: &str, args: &Array) -> Vec<JsValue> {
    call(on, name, args).filter(Array::is_array).map(|l| Array::from(&l).to_vec()).unwrap_or_default()
}
