//! Animations, from where the customer's are: those that the page's script began are played, those of style sheets, which
//! play by themselves, are set to the same moment.

use js_sys::{Array, Function, JSON, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Element;

use crate::now;

thread_local! {
    /// Element → what was said of it last.
    static TOLD: js_sys::WeakMap = js_sys::WeakMap::new();
}

/// Replaces what was played on an element. `moves` is what the customer's browser said (`@moves`): a JSON list of
/// keyframes, timing, place in time and whether it runs, or of names of a style sheet's animations and places in time;
/// empty for nothing. `told`: when that came. Anything that does not parse plays nothing.
pub(super) fn play(element: &Element, moves: &str, told: f64) {
    for old in list(element, "getAnimations", &Array::new()) {
        if get(&old, "id").as_string().as_deref() == Some("beside") {
            let _ = call(&old, "cancel", &Array::new());
        }
    }
    TOLD.with(|all| all.set(element, &moves.into()));
    let Ok(parsed) = JSON::parse(if moves.is_empty() { "[]" } else { moves }) else { return };
    if !Array::is_array(&parsed) {
        return;
    }
    for one in Array::from(&parsed).iter() {
        if get(&one, "name").is_string() {
            set(element, &one, moves, told, now());
            continue;
        }
        let timing = get(&one, "timing");
        if !timing.is_object() {
            continue;
        }
        let timing: Object = timing.unchecked_into();
        let _ = Reflect::set(&timing, &"id".into(), &"beside".into());
        let Some(played) = call(element, "animate", &Array::of2(&get(&one, "frames"), &timing)) else { continue };
        let is_still = get(&one, "still").is_truthy();
        let rate = get(&get(&one, "timing"), "playbackRate").as_f64().unwrap_or(1.0);
        let late = if is_still { 0.0 } else { (now() - told) * rate };
        let _ = Reflect::set(&played, &"currentTime".into(), &(get(&one, "at").as_f64().unwrap_or_default() + late).into());
        if is_still {
            let _ = call(&played, "pause", &Array::new());
        }
    }
}

/// Milliseconds after which an animation is looked for again, at first and for how long: its style may come after its element,
/// and on a busy machine long after.
const LATER: u32 = 250;
const AT_MOST: f64 = 8_000.0;

/// Sets an animation of a style sheet to its moment, which was told at `told`; it is looked for since `began`.
fn set(element: &Element, one: &JsValue, moves: &str, told: f64, began: f64) {
    let since = now() - began;
    let options = Object::new();
    let _ = Reflect::set(&options, &"subtree".into(), &true.into());
    let mut is_found = false;
    for played in list(element, "getAnimations", &Array::of1(&options)) {
        let effect = get(&played, "effect");
        let pseudo = get(&effect, "pseudoElement").as_string().unwrap_or_default();
        let is_it = get(&played, "animationName") == get(one, "name")
            && get(&effect, "target") == JsValue::from(element)
            && Some(pseudo) == get(one, "pseudo").as_string();
        if is_it {
            is_found = true;
            let late = if get(&played, "playState") == "paused" { 0.0 } else { now() - told };
            let at = get(one, "at").as_f64().unwrap_or_default() + late;
            let _ = Reflect::set(&played, &"currentTime".into(), &at.into());
        }
    }
    // It may have been told while its element was being made, and stood nowhere yet.
    if !is_found && since < AT_MOST {
        let (element, one, moves) = (element.clone(), one.clone(), moves.to_owned());
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most AT_MOST")]
        link_wasm::later(LATER.max(since as u32), move || {
            // What was told meanwhile holds.
            if element.is_connected() && TOLD.with(|all| all.get(&element)) == moves.as_str() {
                set(&element, &one, &moves, told, began);
            }
        });
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
