//! The frames of the replica: made here and nowhere else.

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::{Document, HtmlIFrameElement};

const POLICY: &str = "default-src 'none'; img-src blob: data:; font-src blob: data:; style-src 'none'; base-uri 'none'; form-action 'none'";

/// A frame that runs nothing and takes no input.
pub(crate) fn new_frame(document: &Document) -> Option<HtmlIFrameElement> {
    let frame: HtmlIFrameElement = document.create_element("iframe").ok()?.dyn_into().ok()?;
    for (name, value) in
        [("sandbox", "allow-same-origin"), ("inert", ""), ("tabindex", "-1"), ("referrerpolicy", "no-referrer"), ("allow", "")]
    {
        frame.set_attribute(name, value).ok()?;
    }
    Some(frame)
}

/// Loads an empty document under our policy and calls `done` when it stands. Building earlier would be lost.
pub(super) fn load(frame: &HtmlIFrameElement, quirks: bool, done: impl FnOnce() + 'static) {
    let loaded = frame.clone();
    let done = Closure::once_into_js(move || {
        if quirks {
            // The empty document is there within the call that inserts its frame, when nothing may be built yet.
            gloo::timers::callback::Timeout::new(0, move || {
                restrict(&loaded);
                done();
            })
            .forget();
        } else {
            done();
        }
    });
    let options = web_sys::AddEventListenerOptions::new();
    options.set_once(true);
    let _ = frame.add_event_listener_with_callback_and_add_event_listener_options("load", done.unchecked_ref(), &options);
    if quirks {
        // A `srcdoc` is never in quirks mode, the empty document always is.
        let _ = frame.remove_attribute("srcdoc");
        let _ = frame.set_attribute("src", "about:blank");
        return;
    }
    let source =
        format!("<!doctype html><html><head><meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\"></head><body></body></html>");
    // Our own constant text, never the page's: `srcdoc` is the one way to a document of its own without an address.
    let source = trusted(&source);
    let _ = js_sys::Reflect::set(frame, &"srcdoc".into(), &source);
}

/// Puts our policy on an empty document; it holds from then on, also when the element is gone.
fn restrict(frame: &HtmlIFrameElement) {
    let Some(document) = frame.content_document() else { return };
    if let (Some(head), Ok(meta)) = (document.head(), document.create_element("meta")) {
        let _ = meta.set_attribute("http-equiv", "Content-Security-Policy");
        let _ = meta.set_attribute("content", POLICY);
        let _ = head.append_child(&meta);
    }
}

/// Where Trusted Types are enforced, this one constant passes by a policy of its own name.
fn trusted(source: &str) -> JsValue {
    thread_local! {
        static POLICY_OBJECT: std::cell::OnceCell<JsValue> = const { std::cell::OnceCell::new() };
    }
    let factory = js_sys::Reflect::get(&js_sys::global(), &"trustedTypes".into()).unwrap_or(JsValue::UNDEFINED);
    if factory.is_undefined() {
        return source.into();
    }
    POLICY_OBJECT.with(|cell| {
        let policy = cell.get_or_init(|| {
            let rules = js_sys::Object::new();
            let same = Closure::<dyn Fn(JsValue) -> JsValue>::new(|text: JsValue| text).into_js_value();
            let _ = js_sys::Reflect::set(&rules, &"createHTML".into(), &same);
            let create = js_sys::Reflect::get(&factory, &"createPolicy".into()).ok().and_then(|f| f.dyn_into::<js_sys::Function>().ok());
            create.and_then(|f| f.call2(&factory, &"beside".into(), &rules).ok()).unwrap_or(JsValue::UNDEFINED)
        });
        let make = js_sys::Reflect::get(policy, &"createHTML".into()).ok().and_then(|f| f.dyn_into::<js_sys::Function>().ok());
        make.and_then(|f| f.call1(policy, &source.into()).ok()).unwrap_or_else(|| source.into())
    })
}
