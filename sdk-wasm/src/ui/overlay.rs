//! What lies over the page: outlines of what is hidden, the helper's cursor, marks. Positions follow their elements.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::{Rc, Weak};

use engine::marks::COLOURS;
use gloo::events::{EventListener, EventListenerOptions};
use gloo::timers::callback::Timeout;
use link_wasm::later;
use protocol::ParticipantId;
use protocol::control::Mark;
use protocol::live::{Anchor, Live};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::{Element, Event, HtmlElement, MouseEvent};

use super::dom::{Build, el, svg};
use super::marks::Drawn;
use crate::glue::{Capture, rect};
use crate::page::now;
use crate::session::Session;

/// Milliseconds between two looks at the outlines; cursors and marks follow every frame.
const OUTLINES_EVERY: f64 = 200.0;
/// Milliseconds between two places of the customer's pointer; the agent's side eases from one to the next.
const POINTER_EVERY: f64 = 40.0;
/// Milliseconds between two looks while nothing moves.
const IDLE: u32 = 250;
/// The most that a cursor's name takes to the right and below, in CSS pixels.
const LABEL: (f64, f64) = (180.0, 48.0);
/// Milliseconds after which a resting cursor tucks its name away.
const STILL: f64 = 2_500.0;

/// The closure that runs before every paint; it holds itself.
type Step = Rc<RefCell<Option<Closure<dyn FnMut()>>>>;

/// The timer that runs while nothing moves.
type Asleep = Rc<RefCell<Option<Timeout>>>;

struct Cursor {
    root: HtmlElement,
    at: Anchor,
    shown: (f64, f64),
    moved: f64,
}

#[derive(Default)]
struct Inner {
    session: Weak<Session>,
    cursors: HashMap<ParticipantId, Cursor>,
    marks: Vec<Drawn>,
    outlines: Vec<HtmlElement>,
    outlined: f64,
    pointer: (f64, f64),
    /// Where the customer's pointer went and was not told yet; the timer tells.
    next: Option<(JsValue, (f64, f64))>,
    telling: Option<Timeout>,
    pointed: f64,
}

impl Inner {
    /// Whether anything has to follow the page frame by frame.
    fn is_busy(&self) -> bool {
        !self.marks.is_empty() || !self.cursors.is_empty()
    }
}

pub(crate) struct Overlay {
    root: HtmlElement,
    drawing: Element,
    inner: Rc<RefCell<Inner>>,
    listeners: RefCell<Vec<EventListener>>,
    frame: Step,
    running: Rc<Cell<bool>>,
    asleep: Asleep,
}

impl Overlay {
    pub(crate) fn new() -> Self {
        let root = el("div").class("overlay").attr("aria-hidden", "true");
        let drawing = svg("svg").class("marks");
        root.add(&drawing);
        Self {
            root,
            drawing,
            inner: Rc::default(),
            listeners: RefCell::default(),
            frame: Rc::default(),
            running: Rc::default(),
            asleep: Rc::default(),
        }
    }

    pub(crate) fn root(&self) -> &HtmlElement {
        &self.root
    }

    /// Whether somebody else may operate the page: a border all around says so.
    pub(crate) fn operated(&self, is: bool) {
        self.root.set_class_name(if is { "overlay operated" } else { "overlay" });
    }

    /// Follows the page and the customer's own pointer.
    pub(crate) fn watch(&self, session: &Rc<Session>) {
        self.inner.borrow_mut().session = Rc::downgrade(session);
        if self.running.replace(true) {
            return;
        }
        let Some(window) = web_sys::window() else { return };
        let passive = EventListenerOptions { phase: gloo::events::EventListenerPhase::Capture, passive: true };
        let inner = self.inner.clone();
        let on_move = EventListener::new_with_options(&window, "pointermove", passive, move |e| moved(&inner, e, false));
        let inner = self.inner.clone();
        // The page may move under a pointer that rests.
        let on_over = EventListener::new_with_options(&window, "pointerover", passive, move |e| moved(&inner, e, false));
        let inner = self.inner.clone();
        let on_press = EventListener::new_with_options(&window, "pointerdown", passive, move |e| moved(&inner, e, true));
        let inner = self.inner.clone();
        let on_sight = web_sys::window().and_then(|w| w.document()).map(|document| {
            EventListener::new(&document.clone(), "visibilitychange", move |_| {
                let session = inner.borrow().session.upgrade();
                if let Some(session) = session {
                    session.visibility(document.visibility_state() == web_sys::VisibilityState::Visible);
                    session.show_chat();
                }
            })
        });
        self.listeners.borrow_mut().extend([on_move, on_over, on_press].into_iter().chain(on_sight));
        self.run();
    }

    fn run(&self) {
        let (inner, root, running, frame) = (self.inner.clone(), self.root.clone(), self.running.clone(), self.frame.clone());
        let asleep = self.asleep.clone();
        let step = Closure::<dyn FnMut()>::new(move || {
            if !running.get() {
                return;
            }
            draw(&inner, &root);
            if inner.borrow().is_busy() {
                request(&frame);
            } else {
                // Nothing moves: the outlines are looked at now and then, and a pointer or a mark wakes us at once.
                let again = frame.clone();
                asleep.replace(Some(Timeout::new(IDLE, move || request(&again))));
            }
        });
        self.frame.replace(Some(step));
        request(&self.frame);
    }

    /// Something moves again.
    fn wake(&self) {
        if self.asleep.borrow_mut().take().is_some() {
            request(&self.frame);
        }
    }

    pub(crate) fn unwatch(&self) {
        self.running.set(false);
        self.listeners.borrow_mut().clear();
        let mut inner = self.inner.borrow_mut();
        (inner.session, inner.telling) = (Weak::new(), None);
    }

    /// A helper's pointer.
    pub(crate) fn pointer(&self, who: ParticipantId, name: &str, colour: u8, live: &Live) {
        let (at, press) = match live {
            Live::At(at) => (at.clone(), false),
            Live::Press(at) => (at.clone(), true),
            Live::Gone(_) => return self.gone(who),
        };
        self.wake();
        let mut inner = self.inner.borrow_mut();
        let cursor = inner.cursors.entry(who).or_insert_with(|| {
            let root = el("div").class("cursor");
            let fill = COLOURS[usize::from(colour) % COLOURS.len()];
            let arrow = svg("svg").attr("viewBox", "0 0 22 22");
            arrow.add(
                svg("path").attr("d", "M3 2l15 8.2-6.6 1.6L8.2 18z").attr("fill", fill).attr("stroke", "#fff").attr("stroke-width", "1.5"),
            );
            root.add(arrow);
            let label = root.add(el("span").text(name));
            let _ = label.style().set_property("background", fill);
            self.root.add(&root);
            Cursor { root, at: at.clone(), shown: (f64::NAN, 0.0), moved: now() }
        });
        cursor.at = at;
        cursor.moved = now();
        if press {
            let ripple = cursor.root.add(el("i").class("ripple"));
            let _ = ripple.style().set_property("border-color", COLOURS[usize::from(colour) % COLOURS.len()]);
            let gone = ripple.clone();
            later(700, move || gone.remove());
        }
    }

    pub(crate) fn gone(&self, who: ParticipantId) {
        if let Some(cursor) = self.inner.borrow_mut().cursors.remove(&who) {
            cursor.root.remove();
        }
    }

    /// The marks that stand, drawn anew.
    pub(crate) fn marks(&self, marks: &[Mark], names: &HashMap<ParticipantId, String>) {
        self.wake();
        self.drawing.set_text_content(None);
        let mut inner = self.inner.borrow_mut();
        inner.marks.clear();
        let mut named = Vec::new();
        for mark in marks {
            let is_first = !named.contains(&mark.by);
            let name = is_first.then(|| names.get(&mark.by).map_or("", String::as_str));
            named.push(mark.by);
            inner.marks.push(Drawn::new(&self.drawing, mark, name));
        }
    }

    pub(crate) fn clear(&self) {
        let mut inner = self.inner.borrow_mut();
        for (_, cursor) in inner.cursors.drain() {
            cursor.root.remove();
        }
        for outline in inner.outlines.drain(..) {
            outline.remove();
        }
        inner.marks.clear();
        self.drawing.set_text_content(None);
    }
}

fn request(frame: &Step) {
    if let Some(step) = &*frame.borrow() {
        crate::glue::request_animation_frame(step.as_ref().unchecked_ref());
    }
}

/// The customer's own pointer: the last place is never lost.
fn moved(inner: &Rc<RefCell<Inner>>, event: &Event, press: bool) {
    let Some(mouse) = event.dyn_ref::<MouseEvent>() else { return };
    let session = {
        let mut inner = inner.borrow_mut();
        inner.pointer = (f64::from(mouse.client_x()), f64::from(mouse.client_y()));
        inner.session.upgrade()
    };
    let Some(session) = session else { return };
    let target = event.composed_path().get(0);
    let place = (f64::from(mouse.client_x()), f64::from(mouse.client_y()));
    if press {
        inner.borrow_mut().next = None;
        if let Some(at) = session.page().and_then(|page| page.anchor_in(&target, place)) {
            session.live(&Live::Press(at));
        }
    } else {
        // Which element that is, and where in its box, is asked in a task of its own: asking lays out what the page changed.
        inner.borrow_mut().next = Some((target, place));
        tell_soon(inner);
    }
}

/// Tells where the pointer is as soon as it is due.
fn tell_soon(shared: &Rc<RefCell<Inner>>) {
    let mut inner = shared.borrow_mut();
    if inner.telling.is_some() {
        return;
    }
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to POINTER_EVERY")]
    let rest = (inner.pointed + POINTER_EVERY - now()).clamp(0.0, POINTER_EVERY) as u32;
    let again = shared.clone();
    inner.telling = Some(Timeout::new(rest, move || {
        let (session, next) = {
            let mut inner = again.borrow_mut();
            inner.telling = None;
            inner.pointed = now();
            (inner.session.upgrade(), inner.next.take())
        };
        let Some((target, place)) = next else { return };
        let Some((session, page)) = session.and_then(|s| s.page().map(|page| (s, page))) else { return };
        if let Some(at) = page.anchor_in(&target, place)
            && !session.live(&Live::At(at))
        {
            again.borrow_mut().next.get_or_insert((target, place));
            tell_soon(&again);
        }
    }));
}

fn draw(shared: &Rc<RefCell<Inner>>, root: &HtmlElement) {
    let session = shared.borrow().session.upgrade();
    let Some(session) = session else { return };
    let Some(page) = session.page() else { return };
    let time = now();
    let mut inner = shared.borrow_mut();
    for cursor in inner.cursors.values_mut() {
        place(cursor, &page.capture, time);
    }
    let window = window_size();
    for mark in &inner.marks {
        mark.draw(&page.capture, window);
    }
    if time - inner.outlined > OUTLINES_EVERY {
        inner.outlined = time;
        // In the task after the frame, when the page has just been laid out: asking now would lay it out once more.
        let (shared, root) = (shared.clone(), root.clone());
        later(0, move || {
            let stands = shared.borrow().session.upgrade().and_then(|s| s.page()).is_some_and(|now| Rc::ptr_eq(&now, &page));
            if !stands {
                return;
            }
            let mut boxes = page.capture.hidden_boxes(&page.hidden()).to_vec();
            boxes.extend(session.hidden_in_frames());
            outline(&mut shared.borrow_mut(), &root, &boxes, &session.text("hidden"));
        });
    }
}

pub(super) fn tenths(n: f64) -> String {
    engine::decimal::write((n * 10.0).round() / 10.0)
}

fn translate(x: f64, y: f64) -> String {
    format!("translate({}px,{}px)", tenths(x), tenths(y))
}

fn window_size() -> (f64, f64) {
    let Some(window) = web_sys::window() else { return (f64::MAX, f64::MAX) };
    let size = |value: Result<JsValue, JsValue>| value.ok().and_then(|v| v.as_f64()).unwrap_or(f64::MAX);
    (size(window.inner_width()), size(window.inner_height()))
}

fn place(cursor: &mut Cursor, capture: &Capture, time: f64) {
    let style = cursor.root.style();
    let Some([left, top, width, height]) = rect(capture, cursor.at.node.0) else {
        let _ = style.set_property("opacity", "0");
        return;
    };
    let to = (left + width * f64::from(cursor.at.x) / 65535.0, top + height * f64::from(cursor.at.y) / 65535.0);
    // Ease towards where it is: points arrive less often than frames are painted.
    let (x, y) = cursor.shown;
    cursor.shown = if x.is_nan() { to } else { (x + (to.0 - x) * 0.45, y + (to.1 - y) * 0.45) };
    let _ = style.set_property("opacity", "1");
    let _ = style.set_property("transform", &translate(cursor.shown.0 - 3.0, cursor.shown.1 - 2.0));
    // At the window's right and lower edge the name stands on the other side of the arrow.
    let (width, height) = window_size();
    let mut class = String::from("cursor");
    for (name, holds) in [
        (" still", time - cursor.moved > STILL),
        (" left", cursor.shown.0 > width - LABEL.0),
        (" above", cursor.shown.1 > height - LABEL.1),
    ] {
        if holds {
            class.push_str(name);
        }
    }
    cursor.root.set_class_name(&class);
}

fn outline(inner: &mut Inner, root: &HtmlElement, boxes: &[f64], word: &str) {
    let (boxes, _) = boxes.as_chunks::<4>();
    while inner.outlines.len() > boxes.len() {
        if let Some(outline) = inner.outlines.pop() {
            outline.remove();
        }
    }
    while inner.outlines.len() < boxes.len() {
        let outline = el("div").class("hide").attr("data-word", word);
        let _ = root.insert_before(&outline, root.first_child().as_ref());
        inner.outlines.push(outline);
    }
    let (px, py) = inner.pointer;
    for (outline, [x, y, w, h]) in inner.outlines.iter().zip(boxes) {
        let style = outline.style();
        let _ = style.set_property("transform", &translate(x - 2.0, y - 2.0));
        let _ = style.set_property("width", &(tenths(w + 4.0) + "px"));
        let _ = style.set_property("height", &(tenths(h + 4.0) + "px"));
        let near = px >= x - 4.0 && px <= x + w + 4.0 && py >= y - 4.0 && py <= y + h + 4.0;
        outline.set_class_name(if near { "hide near" } else { "hide" });
    }
}
