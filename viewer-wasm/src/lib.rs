//! The agent's side: the replica and the dashboard around it.

mod api;
mod app;
mod desk;
mod draft;
mod replica;
mod words;

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;

use app::desks::Desks;

/// Called when the module is loaded.
#[wasm_bindgen(start)]
pub fn start() {
    spawn_local(async {
        let language = web_sys::window().and_then(|w| w.navigator().language()).unwrap_or_else(|| "en".to_owned());
        let texts = api::texts(&language).await.unwrap_or_default();
        if let Some(root) = web_sys::window().and_then(|w| w.document()).and_then(|d| d.document_element()) {
            let short = language.split('-').next().unwrap_or("en").to_owned();
            let _ = root.set_attribute("lang", if texts.is_empty() { "en" } else { &short });
        }
        words::set_texts(texts);
        if is_at("/agent/check") {
            leptos::mount::mount_to_body(app::check::screen);
            return;
        }
        if is_at("/agent/report") {
            leptos::mount::mount_to_body(app::report::screen);
            return;
        }
        if is_at("/agent/policy") {
            leptos::mount::mount_to_body(app::policy::screen);
            return;
        }
        if is_at("/agent/replies") {
            leptos::mount::mount_to_body(app::replies::screen);
            return;
        }
        if is_at("/agent/preview") {
            return app::preview::begin();
        }
        let desks = Desks::open();
        automation(desks);
        leptos::mount::mount_to_body(move || app::desks::screen(desks));
        desks.wake().await;
    });
}

/// Milliseconds since the page was opened.
pub(crate) fn now() -> f64 {
    web_sys::window().and_then(|w| w.performance()).map_or(0.0, |p| p.now())
}

fn is_at(place: &str) -> bool {
    web_sys::window().and_then(|w| w.location().pathname().ok()).is_some_and(|path| path == place)
}

/// `window.besideAgent`, for drivers and a company's own tests.
fn automation(desks: Desks) {
    let agent = js_sys::Object::new();
    let stats =
        Closure::<dyn Fn() -> JsValue>::new(move || desks.front().and_then(|signals| signals.desk(|d| d.stats())).unwrap_or(JsValue::NULL));
    let _ = js_sys::Reflect::set(&agent, &"stats".into(), &stats.into_js_value());
    let _ = js_sys::Reflect::set(&js_sys::global(), &"besideAgent".into(), &agent);
}
