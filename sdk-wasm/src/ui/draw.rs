//! The customer's pen: a sheet over the page that takes strokes until it is put away.

use std::cell::RefCell;
use std::rc::Rc;

use engine::marks::{colour, path};
use gloo::events::{EventListener, EventListenerOptions};
use protocol::ParticipantId;
use protocol::control::shape;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{HtmlElement, KeyboardEvent, PointerEvent};

use super::dom::{Build, el, svg};
use crate::session::Session;

/// How far a hand moves that draws, and does not only rest.
const DRAWS: f64 = 5.0;

/// The sheet, while it lies there.
pub(super) struct Pen {
    sheet: HtmlElement,
    _listeners: Vec<EventListener>,
}

impl Drop for Pen {
    fn drop(&mut self) {
        self.sheet.remove();
    }
}

impl Pen {
    pub(super) fn new(over: &HtmlElement, session: &Rc<Session>) -> Self {
        let sheet = over.add(el("div").class("sheet"));
        let drawing = sheet.add(svg("svg").class("marks"));
        let line = drawing.add(svg("path").class("line").attr("color", colour(ParticipantId::CUSTOMER)));
        let stroke: Rc<RefCell<Vec<(f64, f64)>>> = Rc::default();
        let place = |e: &PointerEvent| (f64::from(e.client_x()), f64::from(e.client_y()));
        let active = EventListenerOptions::enable_prevent_default();
        let (s, sh) = (stroke.clone(), sheet.clone());
        let down = EventListener::new_with_options(&sheet, "pointerdown", active, move |e| {
            let Some(e) = e.dyn_ref::<PointerEvent>().filter(|e| e.is_primary()) else { return };
            e.prevent_default();
            let _ = sh.set_pointer_capture(e.pointer_id());
            s.replace(vec![place(e)]);
        });
        let (s, l) = (stroke.clone(), line.clone());
        let moved = EventListener::new(&sheet, "pointermove", move |e| {
            let Some(e) = e.dyn_ref::<PointerEvent>().filter(|e| e.is_primary()) else { return };
            let mut stroke = s.borrow_mut();
            if !stroke.is_empty() {
                stroke.push(place(e));
                let _ = l.set_attribute("d", &path(shape::PEN, &stroke, (0.0, 0.0)));
            }
        });
        let (weak, sh) = (Rc::downgrade(session), sheet.clone());
        let up = EventListener::new(&sheet, "pointerup", move |_| {
            let drawn = stroke.take();
            let _ = line.set_attribute("d", "");
            let (Some(session), Some(first)) = (weak.upgrade(), drawn.first()) else { return };
            let (mut low, mut high) = (*first, *first);
            for (x, y) in &drawn {
                low = (low.0.min(*x), low.1.min(*y));
                high = (high.0.max(*x), high.1.max(*y));
            }
            if (high.0 - low.0).max(high.1 - low.1) < DRAWS {
                return;
            }
            // What lies beneath the sheet.
            let style = sh.style();
            let _ = style.set_property("pointer-events", "none");
            let at = web_sys::window().and_then(|w| w.document()).and_then(|d| {
                #[allow(clippy::cast_possible_truncation, reason = "a place of the window")]
                let middle = (f64::midpoint(low.0, high.0) as f32, f64::midpoint(low.1, high.1) as f32);
                d.element_from_point(middle.0, middle.1)
            });
            let _ = style.remove_property("pointer-events");
            session.draw(&drawn, &at.map_or(JsValue::NULL, JsValue::from));
        });
        let weak = Rc::downgrade(session);
        let keys = web_sys::window().map(|window| {
            EventListener::new(&window, "keydown", move |e| {
                let is_escape = e.dyn_ref::<KeyboardEvent>().is_some_and(|e| e.key() == "Escape");
                if let Some(session) = weak.upgrade().filter(|_| is_escape) {
                    link_wasm::later(0, move || session.put_pen_away());
                }
            })
        });
        Self { sheet, _listeners: [down, moved, up].into_iter().chain(keys).collect() }
    }
}
