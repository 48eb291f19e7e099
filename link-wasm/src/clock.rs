//! Times of day, as a person's browser writes them.

use js_sys::{Array, Date, Function, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

/// Hours and minutes of a time in milliseconds since 1970, in a language (BCP 47) or, where none is named, the browser's.
#[must_use]
pub fn clock(at: u64, language: &str) -> String {
    #[allow(clippy::cast_precision_loss, reason = "a time of this age")]
    let date = Date::new(&JsValue::from_f64(at as f64));
    let options = Object::new();
    for name in ["hour", "minute"] {
        let _ = Reflect::set(&options, &name.into(), &"2-digit".into());
    }
    let locales: JsValue = if language.is_empty() { Array::new().into() } else { language.into() };
    let write = Reflect::get(&date, &"toLocaleTimeString".into()).ok().and_then(|f| f.dyn_into::<Function>().ok());
    write.and_then(|f| f.call2(&date, &locales, &options).ok()).and_then(|v| v.as_string()).unwrap_or_default()
}
