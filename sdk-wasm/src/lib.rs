//! The customer's side, loaded when a session starts or resumes. A guest in somebody's page: nothing here throws into
//! it, blocks it or styles it.

mod assets;
mod env;
mod fonts;
mod glue;
mod json;
mod page;
mod part;
mod session;
mod ui;

use std::alloc::System;
use std::rc::Rc;

use js_sys::Promise;
use serde::Serialize;
use wasm_bindgen::prelude::*;
use zeroizing_alloc::ZeroAlloc;

use env::Host;
use session::Session;

/// The session of this page, as the loader sees it.
#[wasm_bindgen]
#[derive(Clone)]
pub struct Core(Rc<Session>);

impl std::fmt::Debug for Core {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Core")
    }
}

/// What was private for a moment, to be judged and hashed, is not left lying in memory.
#[global_allocator]
static WIPING: ZeroAlloc<System> = ZeroAlloc(System);

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Stats {
    state: &'static str,
    nodes: usize,
    messages: u32,
    bytes: u64,
    keyframe_bytes: usize,
    longest_flush: f64,
    flush_time: f64,
    flushes: u32,
    slow_flushes: u32,
    live_bytes: u64,
    behind: bool,
}

/// Called once by the loader.
#[wasm_bindgen]
#[must_use]
pub fn boot(host: Host) -> Core {
    let session = Session::new(host);
    session.ui.bind(&session);
    Core(session)
}

/// Called by the loader in a frame that a page of another origin, which it names, asks to join.
#[wasm_bindgen]
pub fn join(host: Host, port: web_sys::MessagePort) {
    part::join(host, port);
}

#[wasm_bindgen]
impl Core {
    /// Begins; resolves with `{pin}`.
    pub fn start(&self) -> Promise {
        let session = self.0.clone();
        Promise::new(&mut |done, failed| session.start(Some((done, failed))))
    }
    /// Continues what this tab kept.
    pub fn revive(&self) {
        self.0.revive();
    }
    /// Ends.
    pub fn end(&self) {
        self.0.end();
    }
    /// Stands still.
    pub fn pause(&self) {
        self.0.pause();
    }
    /// Goes on.
    pub fn unpause(&self) {
        self.0.unpause();
    }
    /// What was counted.
    #[must_use]
    pub fn stats(&self) -> JsValue {
        let (state, page, live_bytes) = self.0.stats();
        let counts = page.as_ref().map(|p| p.counts.get()).unwrap_or_default();
        let stats = Stats {
            state: state.name(),
            nodes: page.as_ref().map_or(0, |p| p.nodes()),
            messages: counts.messages,
            bytes: counts.bytes,
            keyframe_bytes: counts.keyframe,
            longest_flush: counts.longest,
            flush_time: counts.total,
            flushes: counts.flushes,
            slow_flushes: counts.slow,
            live_bytes,
            behind: page.as_ref().is_some_and(|p| p.is_behind()),
        };
        serde_wasm_bindgen::to_value(&stats).unwrap_or(JsValue::UNDEFINED)
    }
}

impl Session {
    /// A text of the company's, in the customer's language.
    pub(crate) fn text(&self, name: &str) -> String {
        self.settings().text(name)
    }
    pub(crate) fn restart(self: &Rc<Self>) {
        self.start(None);
    }
    pub(crate) fn dismiss(&self) {
        self.ui.show(ui::View::Nothing, &self.settings());
    }
    pub(crate) fn copy_pin(&self, copied: &str) {
        if let Some(window) = web_sys::window() {
            let _ = window.navigator().clipboard().write_text(&self.pin());
            self.ui.announce(copied);
        }
    }
}
