//! The frames of the replica: made here and nowhere else.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Array, Function};
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

/// Milliseconds between two looks at whether a document stands, and how often one looks.
const LOOK_EVERY: u32 = 30;
const LOOKS: u32 = 300;
/// Looks after which a frame that has no document is taken to get none.
const PATIENCE: u32 = 5;

/// What waits for a document; taken by whoever sees it stand first.
type Done = Rc<RefCell<Option<Box<dyn FnOnce()>>>>;

/// Loads an empty document under our policy and calls `done` when it stands. Building earlier would be lost.
pub(super) fn load(frame: &HtmlIFrameElement, quirks: bool, done: impl FnOnce() + 'static) {
    let done: Done = Rc::new(RefCell::new(Some(Box::new(done))));
    let (loaded, heard) = (frame.clone(), done.clone());
    let on_load = Closure::once_into_js(move || {
        if quirks {
            // The empty document is there within the call that inserts its frame, when nothing may be built yet.
            link_wasm::later(0, move || stands(&loaded, quirks, &heard));
        } else {
            stands(&loaded, quirks, &heard);
        }
    });
    let options = web_sys::AddEventListenerOptions::new();
    options.set_once(true);
    let _ = frame.add_event_listener_with_callback_and_add_event_listener_options("load", on_load.unchecked_ref(), &options);
    look(frame.clone(), frame.content_document(), quirks, done, 0);
    if quirks {
        return empty(frame);
    }
    // Our own constant text, never the page's: `srcdoc` is the one way to a document of its own without an address.
    let _ = js_sys::Reflect::set(frame, &"srcdoc".into(), &source());
}

fn stands(frame: &HtmlIFrameElement, quirks: bool, done: &Done) {
    let done = done.borrow_mut().take();
    if let Some(done) = done {
        if quirks {
            restrict(frame);
        }
        done();
    }
}

/// WebKit calls no listener inside a document that may not run scripts (its bug 218086): there the document is looked for.
/// And it loads no frame whose address two frames around it have, which is so for the third `srcdoc`: there the same text is
/// written into an empty document.
fn look(frame: HtmlIFrameElement, before: Option<Document>, quirks: bool, done: Done, looks: u32) {
    if looks == LOOKS || done.borrow().is_none() {
        return;
    }
    link_wasm::later(LOOK_EVERY, move || {
        if done.borrow().is_none() {
            return;
        }
        let document = frame.content_document();
        let Some(now) = document.filter(|now| now.ready_state() == "complete") else {
            let is_refused = frame.is_connected() && frame.content_document().is_none();
            if is_refused && looks >= PATIENCE && !frame.has_attribute("src") {
                // Put in anew, for it has no box either.
                let (parent, next) = (frame.parent_node(), frame.next_sibling());
                frame.remove();
                empty(&frame);
                let _ = parent.map(|parent| parent.insert_before(&frame, next.as_ref()));
            }
            return look(frame, before, quirks, done, looks + 1);
        };
        let url = now.url().unwrap_or_default();
        let is_new = !before.as_ref().is_some_and(|before| before.is_same_node(Some(&now)));
        if is_new && url.starts_with(EMPTY) {
            // One that was to be a `srcdoc` and was refused.
            if !quirks {
                write(&now);
            }
            return stands(&frame, quirks, &done);
        }
        if !quirks && is_new && url == "about:srcdoc" {
            return stands(&frame, quirks, &done);
        }
        look(frame, before, quirks, done, looks + 1);
    });
}

/// What an empty document's address begins with; what follows differs from frame to frame.
const EMPTY: &str = "about:blank?";

/// Loads an empty document, which is in quirks mode; a `srcdoc` never is.
fn empty(frame: &HtmlIFrameElement) {
    thread_local! {
        static NEXT: Cell<u32> = const { Cell::new(0) };
    }
    let _ = frame.remove_attribute("srcdoc");
    let _ = frame.set_attribute("src", &format!("{EMPTY}{}", NEXT.replace(NEXT.get() + 1)));
}

fn write(document: &Document) {
    for (name, args) in [("open", Array::new()), ("write", Array::of1(&source())), ("close", Array::new())] {
        let method = js_sys::Reflect::get(document, &name.into()).ok().and_then(|m| m.dyn_into::<Function>().ok());
        let _ = method.map(|method| method.apply(document, &args));
    }
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

/// What every document of the replica begins as.
fn source() -> JsValue {
    trusted(&format!(
        "<!doctype html><html><head><meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\"></head><body></body></html>"
    ))
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
            let create = js_sys::Reflect::get(&factory, &"createPolicy".into()).ok().and_then(|f| f.dyn_into::<Function>().ok());
            create.and_then(|f| f.call2(&factory, &"beside".into(), &rules).ok()).unwrap_or(JsValue::UNDEFINED)
        });
        let make = js_sys::Reflect::get(policy, &"createHTML".into()).ok().and_then(|f| f.dyn_into::<Function>().ok());
        make.and_then(|f| f.call1(policy, &source.into()).ok()).unwrap_or_else(|| source.into())
    })
}
