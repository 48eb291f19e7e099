//! A frame of another origin, as part of the page around it: it reads, judges and masks by itself, and hands what an
//! agent may see to the page's session, by a channel that the loader has checked.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use engine::echo::Echoes;
use gloo::events::{EventListener, EventListenerOptions, EventListenerPhase};
use gloo::timers::callback::{Interval, Timeout};
use js_sys::{Array, Float64Array, Uint8Array};
use policies::Policy;
use protocol::Generation;
use protocol::asset::Asset;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{MessageEvent, MessagePort, PointerEvent};

use crate::assets::{Assets, Way};
use crate::env::{Host, settings, warn};
use crate::page::{Line, Page};

/// Milliseconds between two places of the pointer.
const POINTER_EVERY: u32 = 40;
/// Milliseconds between two looks at where hidden things are.
const OUTLINES_EVERY: u32 = 400;

thread_local! {
    /// The one that this frame is: a page that asks again begins anew.
    static PART: RefCell<Option<Rc<Part>>> = const { RefCell::new(None) };
}

/// The channel, and what the page has not sent on yet.
struct Channel {
    port: MessagePort,
    pages: Cell<u32>,
    assets: Cell<u32>,
    page: RefCell<Weak<Page>>,
}

impl Channel {
    fn say(&self, kind: &str, value: &JsValue, more: &JsValue) {
        let _ = self.port.post_message(&Array::of3(&kind.into(), value, more));
    }
}

impl Way for Channel {
    fn send(&self, asset: &Asset) {
        self.assets.set(self.assets.get() + 1);
        self.say("asset", &Uint8Array::from(&asset.encode()[..]), &JsValue::NULL);
    }
    fn is_busy(&self) -> bool {
        self.assets.get() > 0
    }
    fn failed(&self, address: &str) {
        if let Some(page) = self.page.borrow().upgrade() {
            page.capture.failed(address);
        }
    }
    fn drawn(&self, address: &str) -> Option<js_sys::Promise> {
        Some(self.page.borrow().upgrade()?.capture.drawn(address))
    }
}

struct Part {
    page: Rc<Page>,
    assets: Rc<Assets>,
    channel: Rc<Channel>,
    /// Where the pointer is, and the clock that will say so.
    at: Cell<(i32, i32)>,
    pointing: RefCell<Option<Timeout>>,
    outlined: RefCell<Vec<f64>>,
    kept: RefCell<(Vec<EventListener>, Option<Interval>)>,
}

/// Joins the page that holds the other end of the port.
pub(crate) fn join(host: Host, port: MessagePort) {
    spawn_local(async move {
        let Ok(settings) = settings(&host, "").await else { return };
        if !settings.allowed {
            return warn("this frame's origin is not on the company's list; nothing of it is shown.");
        }
        let _ = JsFuture::from(crate::glue::prepare()).await;
        let policy = settings.policy.clone().unwrap_or_else(Policy::mask_all);
        let (Ok(key), Ok(echo_key)) = (link_wasm::random(), link_wasm::random()) else { return };
        let echoes = Rc::new(RefCell::new(Echoes::new(echo_key)));
        let channel = Rc::new(Channel { port, pages: Cell::new(0), assets: Cell::new(0), page: RefCell::default() });
        let assets = Assets::new(key, channel.clone());
        let (out, full) = (channel.clone(), channel.clone());
        let sink = Rc::new(move |message: Vec<u8>, _| {
            out.pages.set(out.pages.get() + 1);
            out.say("page", &Uint8Array::from(&message[..]), &JsValue::NULL);
        });
        let line = Line { sink, is_full: Rc::new(move || full.pages.get() > 0), learned: Rc::new(|| {}) };
        let page = Page::new(&host, &policy, echoes, Generation(1), assets.clone(), line);
        channel.page.replace(Rc::downgrade(&page));
        let part = Rc::new(Part {
            page,
            assets,
            channel,
            at: Cell::default(),
            pointing: RefCell::default(),
            outlined: RefCell::default(),
            kept: RefCell::default(),
        });
        part.listen();
        PART.with(|one| one.replace(Some(part.clone())));
        part.page.keyframe();
    });
}

impl Part {
    fn listen(self: &Rc<Self>) {
        let me = Rc::downgrade(self);
        let hear = Closure::<dyn Fn(MessageEvent)>::new(move |e: MessageEvent| {
            let said = Array::from(&e.data());
            if let (Some(this), Some(kind)) = (me.upgrade(), said.get(0).as_string()) {
                this.hear(&kind, &said.get(1));
            }
        });
        self.channel.port.set_onmessage(Some(hear.into_js_value().unchecked_ref()));
        let Some(window) = web_sys::window() else { return };
        let options = EventListenerOptions { phase: EventListenerPhase::Capture, passive: true };
        let pointers = ["pointermove", "pointerdown"].map(|kind| {
            let me = Rc::downgrade(self);
            EventListener::new_with_options(&window, kind, options, move |e| {
                if let (Some(this), Some(e)) = (me.upgrade(), e.dyn_ref::<PointerEvent>()) {
                    this.points(e, kind == "pointerdown");
                }
            })
        });
        let me = Rc::downgrade(self);
        let beat = Interval::new(OUTLINES_EVERY, move || {
            if let Some(this) = me.upgrade() {
                this.outlines();
            }
        });
        self.kept.replace((pointers.into(), Some(beat)));
    }

    fn hear(&self, kind: &str, value: &JsValue) {
        match kind {
            "begin" => {
                self.channel.pages.set(0);
                self.channel.assets.set(0);
                self.assets.begin_anew();
                self.outlined.borrow_mut().clear();
                self.page.keyframe();
            }
            "hold" => self.page.hold(),
            "sent" => {
                let counter = if value.as_bool() == Some(true) { &self.channel.pages } else { &self.channel.assets };
                counter.set(counter.get().saturating_sub(1));
            }
            "want" => {
                if let Ok(hash) = Uint8Array::new(value).to_vec().try_into() {
                    let _ = self.assets.wanted(hash);
                }
            }
            "end" => drop(PART.with(|one| one.borrow_mut().take())),
            _ => {}
        }
    }

    fn points(self: &Rc<Self>, e: &PointerEvent, pressed: bool) {
        self.at.set((e.client_x(), e.client_y()));
        if pressed {
            self.pointing.take();
            return self.point(true);
        }
        let me = Rc::downgrade(self);
        self.pointing.borrow_mut().get_or_insert_with(|| {
            Timeout::new(POINTER_EVERY, move || {
                if let Some(this) = me.upgrade() {
                    this.pointing.take();
                    this.point(false);
                }
            })
        });
    }

    fn point(&self, pressed: bool) {
        let (x, y) = self.at.get();
        self.channel.say("at", &Array::of2(&x.into(), &y.into()), &pressed.into());
    }

    /// The customer sees what of this frame is hidden: the page around it draws the outlines.
    fn outlines(&self) {
        let boxes = self.page.capture.hidden_boxes(&self.page.hidden()).to_vec();
        if *self.outlined.borrow() != boxes {
            self.channel.say("hides", &Float64Array::from(&boxes[..]), &JsValue::NULL);
            self.outlined.replace(boxes);
        }
    }
}
