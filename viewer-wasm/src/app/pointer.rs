//! The picture and what lies over it: scaling, the agent's pointer and drawing, the customer's cursor, marks.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo::events::{EventListener, EventListenerOptions};
use leptos::prelude::*;
use protocol::control::shape;
use protocol::live::{Anchor, Away, Live};
use protocol::{NodeId, limits};
use wasm_bindgen::JsCast;
use web_sys::{Document, Element, HtmlElement, MouseEvent, PointerEvent, WheelEvent};

use super::live::every_frame;
use super::marks::{Drawing, make, mine_at};
use super::tools::{Bench, Tool};
use crate::desk::operate::Choice;
use crate::desk::{Desk, Signals, Size};
use crate::now;
use crate::words::t;

/// A list of the page whose entries are offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Menu {
    pub(crate) node: NodeId,
    /// Where, in the place's pixels.
    pub(crate) at: (i32, i32),
    pub(crate) choices: Vec<Choice>,
}

/// Words that are about to be written onto the page.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Note {
    /// Where, in the picture's pixels.
    pub(crate) at: (f64, f64),
    /// And in the place's.
    pub(crate) screen: (i32, i32),
}

/// Milliseconds between the two presses of a double one.
const DOUBLE: f64 = 450.0;
/// Milliseconds between two requests to scroll.
const SCROLL_EVERY: f64 = 80.0;

/// Pixels of the screen that a cursor takes with the name beside it.
const NAME_TAKES: f64 = 110.0;
const SVG: &str = "http://www.w3.org/2000/svg";

/// What is drawn between two presses of the pen.
#[derive(Default)]
struct Hand {
    stroke: Vec<(f64, f64)>,
    down: bool,
    /// Where it moved to since the last frame.
    at: Option<(f64, f64)>,
    /// When and where was pressed last.
    pressed: Option<(f64, Anchor)>,
    /// How far was scrolled since that was told, and over what.
    scrolled: Option<((f64, f64), (f64, f64))>,
    /// When that was told last.
    told: f64,
}

pub(crate) struct Picture {
    signals: Signals,
    scaled: HtmlElement,
    drawing: Drawing,
    cursor: HtmlElement,
    scale: Cell<f64>,
    /// Where what is seen ends on the right, in the frame's pixels.
    right: Cell<f64>,
    hand: RefCell<Hand>,
    shown: Cell<Option<(f64, f64)>>,
    _listeners: RefCell<Vec<EventListener>>,
}

fn element(document: &Document, name: &str, class: &str) -> HtmlElement {
    let made = document.create_element(name).ok();
    let element: HtmlElement = made.unwrap_or_else(|| Element::from(wasm_bindgen::JsValue::NULL)).unchecked_into();
    element.set_class_name(class);
    element
}

pub(super) fn svg(document: &Document, name: &str) -> Element {
    document.create_element_ns(Some(SVG), name).unwrap_or_else(|_| Element::from(wasm_bindgen::JsValue::NULL))
}

impl Picture {
    /// Puts the replica's frame and everything over it into the page.
    pub(crate) fn mount(place: &HtmlElement, signals: Signals, bench: Bench, front: Signal<bool>) {
        let Some(document) = place.owner_document() else { return };
        let scaled = element(&document, "div", "scaled");
        let over = element(&document, "div", "over");
        // Keys go where the hand is.
        let _ = over.set_attribute("tabindex", "-1");
        let drawing = Drawing::new(&document);
        let cursor = element(&document, "div", "cursor");
        let arrow = svg(&document, "svg");
        let _ = arrow.set_attribute("viewBox", "0 0 22 22");
        let path = svg(&document, "path");
        for (name, value) in [("d", "M3 2l15 8.2-6.6 1.6L8.2 18z"), ("fill", "#1a1f2b"), ("stroke", "#fff"), ("stroke-width", "1.5")] {
            let _ = path.set_attribute(name, value);
        }
        let _ = arrow.append_child(&path);
        let _ = cursor.append_child(&arrow);
        let label = element(&document, "span", "");
        label.set_text_content(Some(&t("customer")));
        let _ = cursor.append_child(&label);
        let frame = signals.desk(|d| d.stage.borrow().frame.clone());
        if let Some(frame) = frame {
            let _ = scaled.append_child(&frame);
        }
        for part in [drawing.root.clone(), cursor.clone().into(), over.clone().into()] {
            let _ = scaled.append_child(&part);
        }
        let _ = place.append_child(&scaled);
        let picture = Rc::new(Self {
            signals,
            scaled,
            drawing,
            cursor,
            scale: Cell::new(1.0),
            right: Cell::new(f64::MAX),
            hand: RefCell::default(),
            shown: Cell::new(None),
            _listeners: RefCell::default(),
        });
        picture.listen(&over, bench);
        let place = place.clone();
        every_frame(move || {
            if !place.is_connected() {
                return false;
            }
            if !front.get_untracked() {
                return true;
            }
            picture.fit(&place, signals);
            picture.tell(&over, bench.tool);
            picture.draw(signals, bench.tool);
            true
        });
    }

    /// As large as the place allows, never larger than life.
    fn fit(&self, place: &HtmlElement, signals: Signals) {
        let (w, h) = signals.viewport.get_untracked();
        let (pw, ph) = (f64::from(place.client_width()) - 16.0, f64::from(place.client_height()) - 16.0);
        let fitted = (pw / f64::from(w)).min(ph / f64::from(h)).clamp(0.05, 1.0);
        let (zoom, part_left, part_top) = signals.zoom.get_untracked();
        let (zoom, part_left, part_top) = (f64::from(zoom) / 1000.0, f64::from(part_left), f64::from(part_top));
        let fitted = match signals.size.get_untracked() {
            Size::Fit => fitted,
            Size::Percent(percent) => f64::from(percent) / 100.0,
        };
        let scale = fitted * zoom;
        let style = self.scaled.style();
        // Whole pixels, and no transform at life size: texts are then rastered as in the page itself.
        let left = ((pw + 16.0 - f64::from(w) * fitted) / 2.0).max(8.0).round();
        let is_zoomed = (zoom - 1.0).abs() > 0.001;
        let wanted = if is_zoomed {
            format!("scale({scale:.5}) translate({:.1}px, {:.1}px)", -part_left, -part_top)
        } else if (scale - 1.0).abs() > 0.000_01 {
            format!("scale({scale:.5})")
        } else {
            "none".to_owned()
        };
        let _ = style.set_property("left", &format!("{left}px"));
        // At life size a window may become another without another transform.
        let size = [("transform", wanted), ("width", format!("{w}px")), ("height", format!("{h}px"))];
        if size.iter().any(|(name, wanted)| style.get_property_value(name).ok().as_ref() != Some(wanted)) {
            for (name, wanted) in &size {
                let _ = style.set_property(name, wanted);
            }
            // Of a page that is zoomed in only the part that the customer sees.
            let (right, bottom) =
                ((f64::from(w) - part_left - f64::from(w) / zoom).max(0.0), (f64::from(h) - part_top - f64::from(h) / zoom).max(0.0));
            let part =
                if is_zoomed { format!("inset({part_top:.1}px {right:.1}px {bottom:.1}px {part_left:.1}px)") } else { "none".to_owned() };
            let _ = style.set_property("clip-path", &part);
            let _ = style.set_property("--unscale", &format!("{:.4}", 1.0 / scale));
        }
        self.scale.set(scale);
        self.right.set(part_left + f64::from(w) / zoom);
    }

    fn listen(self: &Rc<Self>, over: &HtmlElement, bench: Bench) {
        let Bench { tool, menu, picked, note } = bench;
        let signals = self.signals;
        let at = |picture: &Self, over: &HtmlElement, e: &MouseEvent| {
            let r = over.get_bounding_client_rect();
            let s = picture.scale.get();
            ((f64::from(e.client_x()) - r.left()) / s, (f64::from(e.client_y()) - r.top()) / s)
        };
        let (picture, o) = (self.clone(), over.clone());
        let on_move = EventListener::new(over, "pointermove", move |e| {
            let Some(e) = e.dyn_ref::<PointerEvent>() else { return };
            let (x, y) = at(&picture, &o, e);
            picture.moved(x, y);
        });
        let (picture, o) = (self.clone(), over.clone());
        let on_down = EventListener::new(over, "pointerdown", move |e| {
            let Some(e) = e.dyn_ref::<PointerEvent>() else { return };
            let _ = o.set_pointer_capture(e.pointer_id());
            let (x, y) = at(&picture, &o, e);
            match tool.get_untracked() {
                Tool::Pointer => {
                    picture.hand.borrow_mut().at = None;
                    if let Some(anchor) = signals.desk(|d| anchor(d, x, y)).flatten() {
                        signals.desk(|d| d.live_out(&Live::Press(anchor)));
                    }
                }
                Tool::Hand => {
                    let _ = o.focus();
                    menu.set(None);
                    if let Some(anchor) = signals.desk(|d| anchor(d, x, y)).flatten() {
                        picture.press(anchor, (e.client_x(), e.client_y()), &o, menu);
                    }
                }
                Tool::Policy => picked.set(signals.desk(|d| anchor(d, x, y)).flatten().map(|anchor| anchor.node)),
                // Words are written where it is let go: a press still moves the focus.
                Tool::Note => {}
                Tool::Step => {
                    signals.desk(|d| make(d, shape::STEP, &[(x, y)], &d.next_step().to_string()));
                }
                Tool::Eraser => {
                    signals.desk(|d| {
                        if let Some(number) = mine_at(d, (x, y)) {
                            d.erase(number);
                        }
                    });
                }
                Tool::Pen | Tool::Highlighter | Tool::Box | Tool::Circle | Tool::Arrow | Tool::Spot | Tool::Look => {
                    let mut hand = picture.hand.borrow_mut();
                    hand.down = true;
                    hand.stroke = vec![(x, y)];
                }
            }
        });
        let (picture, o) = (self.clone(), over.clone());
        let on_up = EventListener::new(over, "pointerup", move |e| {
            let around = o.closest(".place").ok().flatten();
            if let (Tool::Note, Some(e), Some(around)) = (tool.get_untracked(), e.dyn_ref::<PointerEvent>(), around) {
                let place = around.get_bounding_client_rect();
                #[allow(clippy::cast_possible_truncation, reason = "pixels of a screen")]
                let screen =
                    (e.client_x() - place.left() as i32 + around.scroll_left(), e.client_y() - place.top() as i32 + around.scroll_top());
                return note.set(Some(Note { at: at(&picture, &o, e), screen }));
            }
            let stroke = {
                let mut hand = picture.hand.borrow_mut();
                hand.down = false;
                std::mem::take(&mut hand.stroke)
            };
            if let Some(shape) = tool.get_untracked().draws() {
                signals.desk(|d| make(d, shape, &stroke, ""));
            }
        });
        let (picture, o) = (self.clone(), over.clone());
        let options = EventListenerOptions::enable_prevent_default();
        let on_wheel = EventListener::new_with_options(over, "wheel", options, move |e| {
            let Some(e) = e.dyn_ref::<WheelEvent>() else { return };
            let unit = if e.delta_mode() == WheelEvent::DOM_DELTA_LINE { 40.0 } else { 1.0 };
            let place = at(&picture, &o, e);
            if tool.get_untracked() != Tool::Hand {
                // A picture that is larger than its place is moved there first.
                let around = o.closest(".place").ok().flatten();
                if around.is_some_and(|around| has_room(&around, e.delta_y())) {
                    return;
                }
                e.prevent_default();
                signals.desk(|d| {
                    d.look_alone(true);
                    d.stage.borrow_mut().look_around(place, (e.delta_x() * unit, e.delta_y() * unit));
                });
                return;
            }
            e.prevent_default();
            let mut hand = picture.hand.borrow_mut();
            let (x, y) = hand.scrolled.map_or((0.0, 0.0), |(by, _)| by);
            hand.scrolled = Some(((x + e.delta_x() * unit, y + e.delta_y() * unit), place));
        });
        let on_leave = EventListener::new(over, "pointerleave", move |_| {
            signals.desk(|d| d.live_out(&Live::Gone(Away {})));
        });
        self._listeners.borrow_mut().extend([on_move, on_down, on_up, on_wheel, on_leave]);
    }

    /// Presses in the customer's page; a list offers its entries here.
    fn press(&self, anchor: Anchor, (x, y): (i32, i32), over: &HtmlElement, menu: RwSignal<Option<Menu>>) {
        let signals = self.signals;
        let choices = signals.desk(|d| d.choices(anchor.node)).flatten();
        let around = over.closest(".place").ok().flatten();
        if let (Some(choices), Some(around)) = (choices, around) {
            let place = around.get_bounding_client_rect();
            #[allow(clippy::cast_possible_truncation, reason = "pixels of a screen")]
            let at = (x - place.left() as i32 + around.scroll_left(), y - place.top() as i32 + around.scroll_top());
            return menu.set(Some(Menu { node: anchor.node, at, choices }));
        }
        let now = now();
        let before = self.hand.borrow_mut().pressed.replace((now, anchor.clone()));
        let second = before.is_some_and(|(at, before)| now - at < DOUBLE && before.node == anchor.node);
        if second {
            self.hand.borrow_mut().pressed = None;
        }
        signals.desk(|d| {
            d.live_out(&Live::Press(anchor.clone()));
            d.press(anchor, second);
        });
    }

    fn moved(&self, x: f64, y: f64) {
        let mut hand = self.hand.borrow_mut();
        if hand.down && hand.stroke.len() < limits::MAX_POINTS {
            hand.stroke.push((x, y));
        }
        hand.at = Some((x, y));
    }

    /// Where the pointer is now, at most once a frame; the last place is never lost.
    fn tell(&self, over: &HtmlElement, tool: RwSignal<Tool>) {
        let signals = self.signals;
        let (at, scrolled) = {
            let mut hand = self.hand.borrow_mut();
            let now = now();
            let scrolled = if now - hand.told > SCROLL_EVERY { hand.scrolled.take() } else { None };
            if scrolled.is_some() {
                hand.told = now;
            }
            (hand.at.take(), scrolled)
        };
        #[allow(clippy::cast_possible_truncation, reason = "pixels of a screen")]
        if let Some(((x, y), (left, top))) = scrolled
            && let Some(anchor) = signals.desk(|d| anchor(d, left, top)).flatten()
        {
            signals.desk(|d| d.scroll(anchor, (x as i32, y as i32)));
        }
        if let Some((x, y)) = at
            && let Some(anchor) = signals.desk(|d| anchor(d, x, y)).flatten()
        {
            // What would be refused says so before one tries.
            let why = (tool.get_untracked() == Tool::Hand).then(|| signals.desk(|d| d.forbids(anchor.node)).flatten()).flatten();
            over.set_class_name(match (tool.get_untracked(), why) {
                (Tool::Hand, Some(_)) => "over kept",
                (Tool::Hand, None) => "over hand",
                _ => "over",
            });
            over.set_title(&why.map_or_else(String::new, t));
            signals.desk(|d| d.live_out(&Live::At(anchor)));
        }
    }

    fn draw(&self, signals: Signals, tool: RwSignal<Tool>) {
        let hand = self.hand.borrow();
        let drawn = tool.get_untracked().draws().filter(|_| hand.down).map(|shape| (shape, &hand.stroke[..]));
        let (width, height) = signals.viewport.get_untracked();
        signals.desk(|desk| {
            self.draw_customer(desk);
            self.drawing.draw(desk, drawn, (f64::from(width), f64::from(height)));
        });
    }

    fn draw_customer(&self, desk: &Rc<Desk>) {
        let style = self.cursor.style();
        let at = match &*desk.customer.borrow() {
            Some(Live::At(at) | Live::Press(at)) => {
                desk.stage.borrow().rect(at.node).map(|[l, t, w, h]| (l + w * f64::from(at.x) / 65535.0, t + h * f64::from(at.y) / 65535.0))
            }
            Some(Live::Gone(_)) | None => None,
        };
        let Some(to) = at else {
            self.shown.set(None);
            let _ = style.set_property("opacity", "0");
            return;
        };
        let (x, y) = self.shown.get().map_or(to, |(x, y)| (x + (to.0 - x) * 0.45, y + (to.1 - y) * 0.45));
        self.shown.set(Some((x, y)));
        let is_at_the_edge = (self.right.get() - x) * self.scale.get() < NAME_TAKES;
        self.cursor.set_class_name(if is_at_the_edge { "cursor left" } else { "cursor" });
        let _ = style.set_property("opacity", "1");
        let _ = style.set_property("transform", &format!("translate({:.1}px,{:.1}px) scale(var(--unscale,1))", x - 3.0, y - 2.0));
    }
}

/// Whether what is larger than its place can be moved on in it.
fn has_room(place: &Element, by: f64) -> bool {
    let (at, most) = (place.scroll_top(), place.scroll_height() - place.client_height());
    by < 0.0 && at > 0 || by > 0.0 && at < most - 1
}

/// The element under a point of the frame, and where in its box it is.
fn anchor(desk: &Rc<Desk>, x: f64, y: f64) -> Option<Anchor> {
    let stage = desk.stage.borrow();
    if !stage.is_ready() {
        return None;
    }
    let node = element_of(&stage, stage.at(x, y)?)?;
    let [l, t, w, h] = stage.rect(node)?;
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
    let share = |v: f64, from: f64, size: f64| (((v - from) / size.max(1.0)) * 65535.0).clamp(0.0, 65535.0) as u16;
    Some(Anchor { node, x: share(x, l, w), y: share(y, t, h) })
}

/// A text or a document has no box; what holds it has.
pub(super) fn element_of(stage: &crate::replica::Stage, id: NodeId) -> Option<NodeId> {
    let mut at = id;
    loop {
        let node = stage.tree().get(at)?;
        if node.name().is_some() {
            return Some(at);
        }
        at = node.parent;
    }
}
