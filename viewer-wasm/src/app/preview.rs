//! What an agent sees, for the customer: a document of its own (`/agent/preview`) in a frame on the customer's page, which draws the
//! messages that the page hands it and says nothing to the relay.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo::events::EventListener;
use js_sys::{Array, Uint8Array};
use protocol::asset::Asset;
use protocol::{Kind, NodeId};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::{HtmlElement, MessageEvent, MessagePort};

use crate::replica::{Filed, Files, Stage, Told, new_frame};

/// What is said to the page around, and what it says when it hands the port over.
const WORD: &str = "beside preview";

thread_local! {
    /// As long as the document.
    static EARS: RefCell<Vec<EventListener>> = const { RefCell::new(Vec::new()) };
}

struct Preview {
    stage: Rc<RefCell<Stage>>,
    files: RefCell<Files>,
    port: MessagePort,
    /// Nothing fits before a keyframe.
    has_begun: Cell<bool>,
    /// What joined frames said while the page's own was loading.
    early: RefCell<Vec<(Kind, Vec<u8>)>>,
}

/// Tells the page around that somebody is here, and waits for a port, once.
pub(crate) fn begin() {
    let Some(window) = web_sys::window() else { return };
    let parent = window.parent().ok().flatten();
    let (is_taken, around) = (Cell::new(false), parent.clone());
    let listener = EventListener::new(&window, "message", move |e| {
        let Some(e) = e.dyn_ref::<MessageEvent>() else { return };
        let is_parent = around.as_ref().is_some_and(|parent| js_sys::Object::is(&e.source().into(), parent));
        let port = Array::from(&e.ports()).get(0).dyn_into::<MessagePort>().ok();
        if let Some(port) = port.filter(|_| is_parent && e.data() == WORD && !is_taken.replace(true)) {
            draw(port);
        }
    });
    EARS.with_borrow_mut(|ears| ears.push(listener));
    // It says nothing, and to whom is known by who answers.
    if let Some(parent) = parent {
        let _ = parent.post_message(&WORD.into(), "*");
    }
}

fn draw(port: MessagePort) -> Option<()> {
    let window = web_sys::window()?;
    let document = window.document()?;
    let frame = new_frame(&document)?;
    let root: HtmlElement = document.document_element()?.unchecked_into();
    root.set_attribute("data-beside-preview", "").ok()?;
    document.body()?.append_child(&frame).ok()?;
    let size = Rc::new(Cell::new((0, 0)));
    let (own, told) = (frame.clone(), size.clone());
    let fit = Rc::new(move || {
        let (w, h) = told.get();
        if w > 0 && h > 0 {
            let (width, height) = (f64::from(root.client_width()), f64::from(root.client_height()));
            let scale = (width / f64::from(w)).min(height / f64::from(h));
            let (left, top) = ((width - f64::from(w) * scale) / 2.0, (height - f64::from(h) * scale) / 2.0);
            let _ = own.style().set_property("transform", &format!("translate({left}px,{top}px) scale({scale})"));
        }
    });
    let again = fit.clone();
    let resized = EventListener::new(&window, "resize", move |_| again());
    EARS.with_borrow_mut(|ears| ears.push(resized));
    let stage = Stage::new(
        frame,
        Rc::new(move |told| {
            if let Told::Viewport(w, h) = told {
                size.set((w, h));
                fit();
            }
        }),
    );
    let preview =
        Rc::new(Preview { stage, files: RefCell::default(), port: port.clone(), has_begun: Cell::new(false), early: RefCell::default() });
    let hear = Closure::<dyn Fn(MessageEvent)>::new(move |e: MessageEvent| {
        let said = Array::from(&e.data());
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a kind's number")]
        if let Some(kind) = said.get(0).as_f64() {
            preview.hear(Kind(kind as u8), &Uint8Array::new(&said.get(1)).to_vec());
        }
    });
    port.set_onmessage(Some(hear.into_js_value().unchecked_ref()));
    port.post_message(&Array::of1(&"ready".into())).ok()
}

impl Preview {
    fn hear(&self, kind: Kind, plain: &[u8]) {
        if self.stage.borrow().is_ready() {
            let early = std::mem::take(&mut *self.early.borrow_mut());
            early.iter().for_each(|(kind, plain)| self.joined(*kind, plain));
        }
        match kind {
            Kind::PAGE => self.page(plain),
            Kind::ASSET => self.asset(NodeId::NONE, plain),
            Kind::JOINED_PAGE | Kind::JOINED_ASSET if self.stage.borrow().is_ready() => self.joined(kind, plain),
            Kind::JOINED_PAGE | Kind::JOINED_ASSET => self.early.borrow_mut().push((kind, plain.to_vec())),
            _ => {}
        }
    }

    fn page(&self, plain: &[u8]) {
        let Some((first, body)) = plain.split_first() else { return };
        let keyframe = *first == 1;
        if keyframe {
            self.has_begun.set(true);
            self.early.borrow_mut().clear();
        }
        if !self.has_begun.get() {
            return;
        }
        let applied = self.stage.borrow_mut().message(body, keyframe);
        self.let_go();
        if applied.is_err() {
            // A keyframe shows it again.
            self.has_begun.set(false);
            let _ = self.port.post_message(&Array::of1(&"ready".into()));
        }
    }

    fn joined(&self, kind: Kind, plain: &[u8]) {
        let Ok((frame, message)) = protocol::joined::unwrap(plain) else { return };
        if kind == Kind::JOINED_ASSET {
            return self.asset(frame, message);
        }
        let _ = self.stage.borrow_mut().joined(frame, message);
        self.let_go();
    }

    fn asset(&self, of: NodeId, bytes: &[u8]) {
        let Ok(asset) = Asset::decode(bytes) else { return };
        let filed = {
            let stage = self.stage.borrow();
            self.files.borrow_mut().take(of, asset, |frame| stage.tree().get(frame).is_some())
        };
        match filed {
            Filed::Nothing => {}
            Filed::Ask(hash) => {
                let _ = self.port.post_message(&Array::of2(&"want".into(), &Uint8Array::from(&hash[..])));
            }
            Filed::Show(places, url) => self.stage.borrow_mut().show_file(&places, &url),
        }
    }

    fn let_go(&self) {
        let dropped = self.stage.borrow_mut().take_dropped();
        if !dropped.is_empty() {
            self.files.borrow_mut().let_go(&dropped);
        }
    }
}
