//! Marks that helpers make on the page, and what one of them asks to look at.

use std::collections::HashMap;
use std::rc::Rc;

use protocol::control::{Clear, Control, Mark, Point, shape};
use protocol::field::List;
use protocol::find::put;
use protocol::{NodeId, ParticipantId, limits};
use wasm_bindgen::JsValue;

use super::Session;

/// What a helper asks to look at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look {
    by: ParticipantId,
    number: u32,
    at: NodeId,
}

impl Session {
    /// A helper's mark. What an agent says of whose it is does not count.
    pub(super) fn mark(self: &Rc<Self>, by: ParticipantId, mark: Mark) {
        let mark = Mark { by, ..mark };
        if !self.inner.borrow_mut().marks.put(mark.clone()) {
            return;
        }
        if mark.shape == shape::LOOK {
            self.inner.borrow_mut().look = Some(Look { by, number: mark.number, at: mark.anchor });
            self.show_bar();
        }
        self.control(&Control::Mark(mark));
        self.draw_marks();
    }

    /// A helper takes marks away: their own, or all that stand.
    pub(super) fn unmark(self: &Rc<Self>, by: ParticipantId, clear: Clear) {
        let is_all = clear == Clear { by: ParticipantId(0), number: 0 };
        let clear = if is_all { clear } else { Clear { by, ..clear } };
        let is_over = {
            let mut inner = self.inner.borrow_mut();
            inner.marks.clear(&clear);
            let is_over = inner.look.is_some_and(|look| is_all || look.by == by && (clear.number == 0 || clear.number == look.number));
            if is_over {
                inner.look = None;
            }
            is_over
        };
        self.control(&Control::Clear(clear));
        self.draw_marks();
        if is_over {
            self.show_bar();
        }
    }

    /// What the customer drew, over the page as it lies now.
    pub(crate) fn draw(&self, drawn: &[(f64, f64)], at: &JsValue) {
        let Some(page) = self.page().filter(|_| !self.inner.borrow().paused) else { return };
        let Some((node, [l, t, w, h])) = page.anchor_of(at) else { return };
        #[allow(clippy::cast_possible_truncation, reason = "shares of a box")]
        let share = |(x, y): &(f64, f64)| Point { x: ((x - l) / w.max(1.0)) as f32, y: ((y - t) / h.max(1.0)) as f32 };
        let points = List(drawn.iter().take(limits::MAX_POINTS).map(share).collect());
        let by = ParticipantId::CUSTOMER;
        let mark = {
            let mut inner = self.inner.borrow_mut();
            let mine = inner.marks.all().iter().filter(|mark| mark.by == by).map(|mark| mark.number);
            let number = mine.fold(0, u32::max) + 1;
            let mark = Mark { by, number, shape: shape::PEN, anchor: node, points, text: String::new() };
            inner.marks.put(mark.clone());
            mark
        };
        self.control(&Control::Mark(mark));
        self.draw_marks();
    }

    /// Takes everybody's marks away: it is the customer's page.
    pub(crate) fn wipe(self: &Rc<Self>) {
        self.unmark(ParticipantId::CUSTOMER, Clear { by: ParticipantId(0), number: 0 });
    }

    /// Lets the customer draw, or puts the pen away.
    pub(crate) fn toggle_pen(self: &Rc<Self>) {
        self.ui.toggle_pen(self);
        self.show_bar();
    }

    pub(crate) fn put_pen_away(self: &Rc<Self>) {
        if self.ui.draws() {
            self.toggle_pen();
        }
    }

    /// Who left asks nobody to look any more.
    pub(super) fn gone_from_look(&self, who: ParticipantId) {
        let mut inner = self.inner.borrow_mut();
        if inner.look.is_some_and(|look| look.by == who) {
            inner.look = None;
        }
    }

    pub(super) fn draw_marks(&self) {
        let inner = self.inner.borrow();
        let names: HashMap<ParticipantId, String> = inner.agents.iter().map(|(id, a)| (*id, a.name.clone())).collect();
        self.ui.overlay.marks(inner.marks.all(), &names);
    }

    /// What to look at, in words, and whether it is out of sight.
    pub(super) fn to_look_at(&self) -> Option<(String, bool)> {
        let look = self.inner.borrow().look?;
        let found = self.page()?.capture.looked(look.at.0)?;
        let words = found.get(0).as_string().unwrap_or_default();
        let name = self.inner.borrow().agents.get(&look.by).map(|agent| agent.name.clone()).unwrap_or_default();
        let text = self.settings().text_about(if words.is_empty() { "look-here" } else { "look-at" }, &name);
        Some((put(&text, "{part}", &words), found.get(1).is_truthy()))
    }

    /// Goes there, since the customer likes to.
    pub(crate) fn go_and_look(&self) {
        let look = self.inner.borrow().look;
        if let (Some(look), Some(page)) = (look, self.page()) {
            page.capture.bring(look.at.0);
        }
        self.inner.borrow_mut().look = None;
        self.show_bar();
    }
}
