//! What the agent draws: made, taken back and made again, going by itself where it should.

use super::*;

/// Milliseconds that a mark stays where marks fade, and that one stays which asks to look.
const FADES: u32 = 6_000;
const LOOKS: u32 = 8_000;

impl Desk {
    /// A mark that stands at the customer's. One of ours from before this tab was loaded has its number, too.
    pub(super) fn marked(&self, mark: Mark) {
        if mark.by == self.me() {
            self.number.set(self.number.get().max(mark.number.saturating_add(1)));
        }
        self.marks.borrow_mut().put(mark);
    }

    /// The number of the next mark.
    pub(crate) fn next_mark(&self) -> u32 {
        let n = self.number.get();
        self.number.set(n + 1);
        n
    }

    /// A new mark of ours; where marks fade it goes after a while.
    pub(crate) fn mark(self: &Rc<Self>, mark: Mark) {
        self.undone.borrow_mut().clear();
        self.put(mark);
    }

    fn put(self: &Rc<Self>, mark: Mark) {
        let number = mark.number;
        let stays = match mark.shape {
            shape::LOOK => Some(LOOKS),
            _ => self.signals.fades.get_untracked().then_some(FADES),
        };
        self.marks.borrow_mut().put(mark.clone());
        self.control_out(&Control::Mark(mark));
        if let Some(stays) = stays {
            let desk = Rc::downgrade(self);
            link_wasm::later(stays, move || {
                if let Some(desk) = desk.upgrade() {
                    desk.erase(number);
                }
            });
        }
    }

    /// Takes the newest mark of ours away.
    pub(crate) fn undo(&self) {
        let me = self.me();
        let newest = self.marks.borrow().all().iter().filter(|mark| mark.by == me).max_by_key(|mark| mark.number).cloned();
        if let Some(mark) = newest {
            self.erase(mark.number);
            self.undone.borrow_mut().push(mark);
        }
    }

    /// Makes it again.
    pub(crate) fn redo(self: &Rc<Self>) {
        let last = self.undone.borrow_mut().pop();
        if let Some(mark) = last {
            self.put(mark);
        }
    }

    /// The number of the next step.
    pub(crate) fn next_step(&self) -> u32 {
        let me = self.me();
        let marks = self.marks.borrow();
        let steps = marks.all().iter().filter(|mark| mark.by == me && mark.shape == shape::STEP);
        steps.filter_map(|mark| mark.text.parse().ok()).max().unwrap_or(0u32).saturating_add(1)
    }

    /// Takes one of our marks away.
    pub(crate) fn erase(&self, number: u32) {
        self.clear(Clear { by: self.me(), number });
    }

    /// Takes all marks away, whoever made them.
    pub(crate) fn clear_all(&self) {
        self.clear(Clear { by: ParticipantId(0), number: 0 });
    }

    /// Takes all of our marks away.
    pub(crate) fn clear_mine(&self) {
        self.clear(Clear { by: self.me(), number: 0 });
    }

    fn clear(&self, clear: Clear) {
        self.marks.borrow_mut().clear(&clear);
        self.control_out(&Control::Clear(clear));
    }
}
