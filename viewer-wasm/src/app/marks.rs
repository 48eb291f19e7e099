//! Marks over the picture: drawn in every frame where their elements are, made by the agent's hand, and rubbed out again.

use std::collections::HashMap;
use std::rc::Rc;

use engine::marks::{class, colour, is_at, name_at, path, placed};
use protocol::control::{Mark, Point, shape};
use protocol::field::List;
use protocol::{NodeId, ParticipantId};
use web_sys::{Document, Element};

use super::pointer::{element_of, svg};
use crate::desk::Desk;
use crate::words::t;

/// Elements that are lit up at once, and how.
const LIT: usize = 300;
/// Pixels between an element and the line around it.
const AROUND: f64 = 2.0;
const LIT_COLOUR: &str = "#a3195b";
/// Pixels between an element and what is drawn around the whole of it; and what an ellipse through the corners of a box lies outside
/// it, as a share: (√2 − 1) / 2.
const ROOM: f64 = 4.0;
const CUT: f64 = 0.2071;
/// How far a hand moves that draws, and does not press.
const DRAWS: f64 = 5.0;

/// One line of a drawing.
struct Line {
    d: String,
    class: &'static str,
    colour: &'static str,
    /// Its mark; 0 for what is none.
    number: u32,
}

/// Words beside it.
struct Words {
    text: String,
    at: (f64, f64),
    class: &'static str,
    colour: &'static str,
}

/// What lies over the picture.
pub(super) struct Drawing {
    pub(super) root: Element,
    lines: Element,
    words: Element,
}

fn set(element: &Element, name: &str, value: &str) {
    if element.get_attribute(name).unwrap_or_default() != value {
        let _ = element.set_attribute(name, value);
    }
}

/// As many children as there are things, each made to show one.
fn show<T>(document: &Document, parent: &Element, name: &str, all: &[T], each: impl Fn(&Element, &T)) {
    let children = parent.children();
    while (children.length() as usize) > all.len() {
        match parent.last_element_child() {
            Some(last) => last.remove(),
            None => break,
        }
    }
    for (n, one) in all.iter().enumerate() {
        #[allow(clippy::cast_possible_truncation, reason = "at most MAX_MARKS and what is lit")]
        let element = children.item(n as u32).unwrap_or_else(|| {
            let made = svg(document, name);
            let _ = parent.append_child(&made);
            made
        });
        each(&element, one);
    }
}

impl Drawing {
    pub(super) fn new(document: &Document) -> Self {
        let (root, lines, words) = (svg(document, "svg"), svg(document, "g"), svg(document, "g"));
        let _ = root.set_attribute("class", "marks");
        let _ = root.append_child(&lines);
        let _ = root.append_child(&words);
        Self { root, lines, words }
    }

    /// `drawn`: what the hand has drawn so far; `window`: how large the picture is.
    pub(super) fn draw(&self, desk: &Rc<Desk>, drawn: Option<(u8, &[(f64, f64)])>, window: (f64, f64)) {
        let Some(document) = self.root.owner_document() else { return };
        let (mut lines, mut words) = (lit(desk), Vec::new());
        let names = names(desk);
        let stage = desk.stage.borrow();
        let mut named = Vec::new();
        for mark in desk.marks.borrow().all() {
            let Some(rect) = stage.rect(mark.anchor) else { continue };
            let (points, colour, class) = (placed(mark, rect), colour(mark.by), class(mark.shape));
            let Some(first) = points.first().copied() else { continue };
            lines.push(Line { d: path(mark.shape, &points, window), class, colour, number: mark.number });
            if !mark.text.is_empty() {
                words.push(Words { text: mark.text.clone(), at: first, class, colour });
            }
            let name = name_at(mark.shape, &points).filter(|_| !named.contains(&mark.by));
            if let Some(at) = name {
                named.push(mark.by);
                let text = names.get(&mark.by).cloned().unwrap_or_else(|| t("customer"));
                words.push(Words { text, at, class: "", colour });
            }
        }
        if let Some((shape, points)) = drawn.filter(|(_, points)| points.len() > 1) {
            lines.push(Line { d: path(shape, points, window), class: class(shape), colour: colour(desk.me()), number: 0 });
        }
        show(&document, &self.lines, "path", &lines, |element, line| {
            set(element, "d", &line.d);
            set(element, "class", line.class);
            set(element, "color", line.colour);
            set(element, "data-beside-mark", &line.number.to_string());
        });
        show(&document, &self.words, "text", &words, |element, one| {
            if element.text_content().as_deref() != Some(&one.text) {
                element.set_text_content(Some(&one.text));
            }
            set(element, "class", one.class);
            set(element, "color", one.colour);
            set(element, "x", &format!("{:.1}", one.at.0));
            set(element, "y", &format!("{:.1}", one.at.1));
        });
    }
}

/// What the policy's editor lights up.
fn lit(desk: &Rc<Desk>) -> Vec<Line> {
    let (stage, lit) = (desk.stage.borrow(), desk.lit.borrow());
    let all = lit.all.iter().take(LIT).map(|id| (*id, "touched")).chain(lit.one.map(|id| (id, "picked")));
    let lines = all.filter_map(|(id, class)| {
        let [l, t, w, h] = stage.rect(id)?;
        let corners = [(l - AROUND, t - AROUND), (l + w + AROUND, t + h + AROUND)];
        Some(Line { d: path(shape::BOX, &corners, (0.0, 0.0)), class, colour: LIT_COLOUR, number: 0 })
    });
    lines.collect()
}

fn names(desk: &Desk) -> HashMap<ParticipantId, String> {
    use leptos::prelude::GetUntracked;
    desk.signals.people.get_untracked().into_iter().map(|p| (p.id, p.name)).collect()
}

/// What a hand has drawn becomes a mark on what lies under it: the middle of a ring, the head of an arrow, the beginning of words.
/// A shape that goes around something goes around the whole element where it was only pressed.
pub(super) fn make(desk: &Rc<Desk>, shape: u8, drawn: &[(f64, f64)], text: &str) {
    let (Some(first), Some(last)) = (drawn.first().copied(), drawn.last().copied()) else { return };
    let goes_around = matches!(shape, shape::BOX | shape::CIRCLE | shape::SPOT | shape::LOOK);
    let is_press = drawn.iter().all(|p| (p.0 - first.0).hypot(p.1 - first.1) < DRAWS);
    let (at, points) = match shape {
        shape::PEN | shape::HIGHLIGHTER => (middle(drawn), drawn.to_vec()),
        shape::ARROW => (last, vec![first, last]),
        shape::NOTE | shape::STEP => (first, vec![first]),
        _ => (middle(&[first, last]), vec![first, last]),
    };
    if is_press && !goes_around && !matches!(shape, shape::NOTE | shape::STEP) {
        return;
    }
    let mark = {
        let stage = desk.stage.borrow();
        let Some(node) = stage.at(at.0, at.1).and_then(|id| element_of(&stage, id)) else { return };
        let Some([l, t, w, h]) = stage.rect(node) else { return };
        #[allow(clippy::cast_possible_truncation, reason = "shares of a box")]
        let share = |(x, y): &(f64, f64)| Point { x: ((x - l) / w.max(1.0)) as f32, y: ((y - t) / h.max(1.0)) as f32 };
        // A ring must be wider than what it goes around: its corners are cut off.
        let room = if shape == shape::CIRCLE { (w * CUT + ROOM, h * CUT + ROOM) } else { (ROOM, ROOM) };
        let whole = [(l - room.0, t - room.1), (l + w + room.0, t + h + room.1)];
        let points = if goes_around && is_press { whole.iter().map(share).collect() } else { points.iter().map(share).collect() };
        Mark { by: desk.me(), number: desk.next_mark(), shape, anchor: node, points: List(points), text: text.to_owned() }
    };
    desk.mark(mark);
}

fn middle(points: &[(f64, f64)]) -> (f64, f64) {
    let (mut x0, mut y0, mut x1, mut y1) = (f64::MAX, f64::MAX, f64::MIN, f64::MIN);
    for (x, y) in points {
        (x0, y0, x1, y1) = (x0.min(*x), y0.min(*y), x1.max(*x), y1.max(*y));
    }
    (f64::midpoint(x0, x1), f64::midpoint(y0, y1))
}

/// The agent's own mark at a place, the newest first.
pub(super) fn mine_at(desk: &Rc<Desk>, at: (f64, f64)) -> Option<u32> {
    let (stage, marks) = (desk.stage.borrow(), desk.marks.borrow());
    let mine = marks.all().iter().rev().filter(|mark| mark.by == desk.me());
    let rect = |id: NodeId| stage.rect(id);
    mine.filter_map(|mark| Some((mark, placed(mark, rect(mark.anchor)?))))
        .find(|(mark, points)| is_at(mark.shape, points, &mark.text, at))
        .map(|(mark, _)| mark.number)
}
