//! Frames of other origins that have joined the page: what they tell goes out on the page's own lanes, if the page may
//! show them at all.

use js_sys::Uint8Array;
use protocol::NodeId;
use protocol::joined::wrap;
use wasm_bindgen::prelude::Closure;

use super::*;
use crate::glue::Frames;

/// Milliseconds until it is looked again whether a message has gone.
const LOOK_EVERY: u32 = 5;

/// Those of one page.
pub(super) struct Joined {
    glue: Frames,
    _tell: Closure<dyn Fn(u32, String, JsValue, JsValue)>,
}

impl Drop for Joined {
    fn drop(&mut self) {
        self.glue.stop();
    }
}

impl Joined {
    /// Asks the frames of those origins that the script line names; none if it names none.
    pub(super) fn of(session: &Rc<Session>, page: &Page) -> Option<Self> {
        let origins = session.host.frames();
        if origins.is_empty() {
            return None;
        }
        let weak = Rc::downgrade(session);
        let tell = Closure::<dyn Fn(u32, String, JsValue, JsValue)>::new(move |id, kind: String, value, more| {
            if let Some(session) = weak.upgrade() {
                session.frame_says(NodeId(id), &kind, &value, &more);
            }
        });
        let word = format!("beside {}", session.host.tenant());
        let glue = Frames::new(&page.capture, &word, &origins, tell.as_ref().unchecked_ref());
        Some(Self { glue, _tell: tell })
    }

    pub(super) fn begin(&self) {
        self.glue.say(0, "begin", &JsValue::NULL);
    }

    /// Whoever has it sends it.
    pub(super) fn wanted(&self, hash: [u8; 16]) {
        self.glue.say(0, "want", &Uint8Array::from(&hash[..]));
    }
}

impl Session {
    /// Nothing is read until a keyframe is wanted again.
    pub(super) fn hold(inner: &Inner) {
        if let Some(page) = &inner.page {
            page.hold();
        }
        if let Some(frames) = &inner.frames {
            frames.glue.say(0, "hold", &JsValue::NULL);
        }
    }

    fn frame_says(self: &Rc<Self>, frame: NodeId, kind: &str, value: &JsValue, more: &JsValue) {
        let Some(page) = self.page().filter(|_| !self.stops_here()) else { return };
        let inner = self.inner.borrow();
        if kind == "left" {
            return inner.tell_page(Kind::JOINED_PAGE, &wrap(frame, &[]));
        }
        // Whatever its own policy says of it: what the page hides stays hidden.
        if page.hides(frame) || inner.paused {
            return;
        }
        match kind {
            "page" => {
                let message = wrap(frame, &Uint8Array::new(value).to_vec());
                inner.tell_page(Kind::JOINED_PAGE, &message);
                self.sent_on(frame, true);
            }
            "asset" => {
                let message = wrap(frame, &Uint8Array::new(value).to_vec());
                inner.tell_asset(Kind::JOINED_ASSET, &message, true);
                self.sent_on(frame, false);
            }
            "at" | "press" => {
                let part = |n: &JsValue| n.as_f64().unwrap_or(0.0);
                #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the glue clamps to these ranges")]
                let at = Anchor { node: frame, x: part(value) as u16, y: part(more) as u16 };
                drop(inner);
                self.live(&if kind == "at" { Live::At(at) } else { Live::Press(at) });
            }
            _ => {}
        }
    }

    /// Tells a frame once what it said last has left this page: it merges what changes meanwhile.
    fn sent_on(self: &Rc<Self>, frame: NodeId, is_page: bool) {
        let weak = Rc::downgrade(self);
        let waits = move |this: &Rc<Self>| {
            let inner = this.inner.borrow();
            inner.broadcast.as_ref().is_some_and(|b| if is_page { &b.page } else { &b.asset }.waiting() > 0)
        };
        spawn_local(async move {
            while weak.upgrade().is_some_and(|this| waits(&this)) {
                TimeoutFuture::new(LOOK_EVERY).await;
            }
            if let Some(frames) = weak.upgrade().and_then(|this| this.inner.borrow().frames.as_ref().map(|f| f.glue.clone())) {
                frames.say(frame.0, "sent", &is_page.into());
            }
        });
    }

    /// Where what is hidden in joined frames lies on the page, for the outlines: left, top, width, height.
    pub(crate) fn hidden_in_frames(&self) -> Vec<f64> {
        self.inner.borrow().frames.as_ref().map(|frames| frames.glue.hidden_boxes().to_vec()).unwrap_or_default()
    }
}
