//! What the agent sees, shown to the customer from the messages that are sent and from nothing else.

use std::cell::Cell;

use js_sys::Uint8Array;
use wasm_bindgen::prelude::Closure;

use super::*;
use crate::glue;

/// What is open, and what it says to us by.
pub(super) struct Preview {
    glue: glue::Preview,
    _tell: Closure<dyn Fn(String, JsValue)>,
}

impl Drop for Preview {
    fn drop(&mut self) {
        self.glue.close();
    }
}

impl Inner {
    /// Sends something of the page to all agents, and shows it where the customer looks on.
    pub(super) fn tell_page(&self, kind: Kind, message: &[u8]) {
        if let Some(b) = self.broadcast.as_ref().filter(|_| !self.paused) {
            let _ = b.page.send(kind, message);
            self.show(kind, message);
        }
    }

    /// The same of its files.
    pub(super) fn tell_asset(&self, kind: Kind, message: &[u8], is_shown: bool) {
        if let Some(b) = self.broadcast.as_ref().filter(|_| !self.paused) {
            let _ = b.asset.send(kind, message);
            if is_shown {
                self.show(kind, message);
            }
        }
    }

    fn show(&self, kind: Kind, message: &[u8]) {
        if let Some(preview) = &self.preview {
            preview.glue.tell(kind.0, &Uint8Array::from(message));
        }
    }
}

impl Session {
    pub(crate) fn is_previewed(&self) -> bool {
        self.inner.borrow().preview.is_some()
    }

    /// Opens it, or closes it if it is open.
    pub(crate) fn toggle_preview(self: &Rc<Self>) {
        if self.close_preview() {
            return self.show_bar();
        }
        let weak = Rc::downgrade(self);
        let asked = Cell::new(f64::NEG_INFINITY);
        let tell = Closure::<dyn Fn(String, JsValue)>::new(move |kind: String, hash: JsValue| {
            let Some(this) = weak.upgrade() else { return };
            match &*kind {
                // From the beginning, for everybody: what is drawn is what is sent.
                "ready" => {
                    let now = crate::page::now();
                    if let Some(page) = this.page().filter(|_| this.state() == State::Active && now - asked.get() > ANEW_EVERY) {
                        asked.set(now);
                        page.keyframe();
                    }
                }
                "want" => {
                    if let Ok(hash) = Uint8Array::new(&hash).to_vec().try_into() {
                        this.show_file(hash);
                    }
                }
                // Not in the midst of its own word.
                _ => spawn_local(async move {
                    this.close_preview();
                    this.show_bar();
                    this.ui.focus_bar(".seen");
                }),
            }
        });
        let agents = self.names();
        let settings = self.settings();
        let said = js_sys::Object::new();
        for (name, text) in [
            ("title", settings.text_about("preview-title", &agents)),
            ("hidden", settings.text("preview-hidden")),
            ("not", settings.text_about("preview-not", &agents)),
            ("close", settings.text("close")),
        ] {
            let _ = js_sys::Reflect::set(&said, &name.into(), &text.into());
        }
        let glue = glue::Preview::new(&self.host.natives(), &self.host.root(), &self.host.base(), &said, tell.as_ref().unchecked_ref());
        self.inner.borrow_mut().preview = Some(Preview { glue, _tell: tell });
        self.count_hidden();
        self.show_bar();
    }

    /// Whether it was open. Its frame goes when nothing of ours is borrowed: the page may hear of it.
    fn close_preview(&self) -> bool {
        let open = self.inner.borrow_mut().preview.take();
        open.is_some()
    }

    /// A file that was offered; those of joined frames are sent by them.
    fn show_file(&self, hash: [u8; 16]) {
        let assets = self.inner.borrow().assets.clone();
        let Some(pieces) = assets.and_then(|assets| assets.pieces(hash)) else { return self.wanted(hash) };
        let inner = self.inner.borrow();
        pieces.iter().for_each(|piece| inner.show(Kind::ASSET, &piece.encode()));
    }

    /// Says in words how much is hidden.
    pub(super) fn count_hidden(&self) {
        let inner = self.inner.borrow();
        if let (Some(preview), Some(page)) = (&inner.preview, &inner.page) {
            preview.glue.count(page.hidden_parts());
        }
    }
}
