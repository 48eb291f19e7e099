//! Whether the picture is what the customer sees. Trees and styles are compared by hashes, what browsers make of them by
//! where elements lie. What differs is told again, or built again; what still differs then is marked in the picture.

use protocol::control::{Compare, Fonts, Measure, SheetSum};
use protocol::page::Laid;

use super::*;
use crate::replica::find_locals;
use protocol::NodeId;

/// Milliseconds after which a comparison that was not answered, or did not help, ends in a whole new page.
const PATIENCE: u32 = 1_500;
/// Rounds of waiting for pictures and fonts that are still on their way, and milliseconds of each.
const ROUNDS: u32 = 8;
const ROUND: u32 = 150;
/// Milliseconds between two looks at what is marked: a frame may load late.
const LOOK_AGAIN: u32 = 1_000;
/// Milliseconds after which a new page's fonts are asked for.
const FONTS_AFTER: u32 = 200;

impl Desk {
    /// The trees differ: the customer's browser learns what is here and tells the rest again.
    pub(super) fn compare_trees(self: &Rc<Self>) {
        self.signals.light.set(Light::CatchingUp);
        if self.inner.borrow().compared.is_some() {
            // The answer is on its way, or the clock is running out.
            return;
        }
        let (width, sums, sheets) = self.stage.borrow().sums();
        let sheets = sheets.into_iter().take(limits::MAX_SHEETS).map(|(sheet, sum)| SheetSum { sheet, sum }).collect();
        self.control_out(&Control::Compare(Compare { width, sums: List(sums), sheets: List(sheets) }));
        self.compared.set(self.compared.get() + 1);
        let weak = Rc::downgrade(self);
        let clock = Timeout::new(PATIENCE, move || {
            if let Some(this) = weak.upgrade() {
                this.inner.borrow_mut().compared = None;
                this.signals.light.set(Light::Differs);
                this.need_keyframe();
            }
        });
        self.inner.borrow_mut().compared = Some(clock);
    }

    /// Boxes have come: all that was said before them is in the picture now, so they are compared at once. What is off is
    /// looked at once more before anything is done: pictures and fonts need a moment to be laid out.
    pub(super) fn compare_boxes(self: &Rc<Self>, boxes: Vec<Laid>) {
        self.laid.replace(boxes);
        // There each control may be of another size, and none of them says so by itself.
        if self.stage.borrow().is_other_machine() && self.stage.borrow_mut().pin(&self.laid.borrow()) {
            return self.compare_later(0);
        }
        let off = self.off();
        let was_off = self.inner.borrow().was_off;
        self.inner.borrow_mut().was_off = !off.is_empty();
        if off.is_empty() {
            self.all_alike();
        } else if was_off && !self.inner.borrow().waits_for_assets() {
            self.lies_elsewhere(&off);
        } else {
            self.compare_later(0);
        }
    }

    /// Places are compared again, after they were not for a while.
    pub(super) fn compare_boxes_again(self: &Rc<Self>) {
        if !self.laid.borrow().is_empty() {
            self.compare_later(0);
        }
    }

    /// Where somebody looks around alone boxes that scroll lie elsewhere, and nothing is wrong.
    fn off(&self) -> Vec<NodeId> {
        if self.stage.borrow().is_free() {
            return Vec::new();
        }
        self.stage.borrow().off(&self.laid.borrow())
    }

    /// A page has come: its letters are asked for when it stands here. What they lie beside tells it less well, and not at
    /// all where places are told in units.
    pub(super) fn ask_for_fonts_soon(self: &Rc<Self>) {
        let weak = Rc::downgrade(self);
        let clock = Timeout::new(FONTS_AFTER, move || {
            let Some(this) = weak.upgrade() else { return };
            if this.stage.borrow().is_ready() {
                this.ask_for_fonts();
            } else {
                this.ask_for_fonts_soon();
            }
        });
        self.inner.borrow_mut().fonts = Some(clock);
    }

    /// Asks how large the fonts of the replica are at the customer's, of which that is not known. Whether there are any.
    fn ask_for_fonts(&self) -> bool {
        let fonts = self.stage.borrow_mut().unknown_fonts();
        let is_any = !fonts.is_empty();
        if is_any {
            self.control_out(&Control::Fonts(Fonts { fonts: List(fonts) }));
        }
        is_any
    }

    /// How large fonts are at the customer's.
    pub(super) fn fit_fonts(self: &Rc<Self>, fonts: Vec<Measure>) {
        let lacked = self.stage.borrow_mut().lacks_fonts(fonts);
        let weak = Rc::downgrade(self);
        spawn_local(async move {
            find_locals(&lacked).await;
            if let Some(this) = weak.upgrade() {
                this.stage.borrow_mut().fit_fonts();
                this.compare_after(0, 0);
            }
        });
    }

    fn compare_later(self: &Rc<Self>, round: u32) {
        self.compare_after(ROUND, round);
    }

    fn compare_after(self: &Rc<Self>, ms: u32, round: u32) {
        let weak = Rc::downgrade(self);
        let clock = Timeout::new(ms, move || {
            let Some(this) = weak.upgrade() else { return };
            // A page that has changed by now sends others.
            if this.laid.borrow().is_empty() || this.phase() != Phase::Live {
                return;
            }
            let off = this.off();
            if off.is_empty() {
                this.inner.borrow_mut().was_off = false;
                this.all_alike();
            } else if round < ROUNDS && this.inner.borrow().waits_for_assets() {
                this.compare_later(round + 1);
            } else {
                this.lies_elsewhere(&off);
            }
        });
        self.inner.borrow_mut().looks = Some(clock);
    }

    fn all_alike(&self) {
        self.stage.borrow_mut().mark_differing(&[]);
        if self.signals.light.get_untracked() == Light::Differs && self.inner.borrow().compared.is_none() {
            self.signals.light.set(Light::Same);
        }
    }

    fn lies_elsewhere(self: &Rc<Self>, off: &[NodeId]) {
        if self.stage.borrow_mut().pin(&self.laid.borrow()) {
            return self.compare_later(0);
        }
        if self.ask_for_fonts() {
            // Whoever does not answer has none.
            return self.compare_after(PATIENCE, 0);
        }
        if self.stage.borrow_mut().build_again(off) {
            self.want_again();
            self.built_again.set(self.built_again.get() + 1);
            return self.compare_later(0);
        }
        self.signals.light.set(Light::Differs);
        self.stage.borrow_mut().mark_differing(off);
        self.signals.drawn.update(|n| *n += 1);
        self.compare_after(LOOK_AGAIN, ROUNDS);
    }

    /// Asks once more for pictures and fonts that were offered and of which nothing has come.
    fn want_again(&self) {
        let hashes = self.inner.borrow().files.unanswered();
        for hash in hashes {
            self.control_out(&Control::Want(Want { hash }));
        }
    }
}

impl Inner {
    fn waits_for_assets(&self) -> bool {
        self.files.waits()
    }
}
