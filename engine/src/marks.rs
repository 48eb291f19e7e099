//! Annotations that stand: a bounded list, kept alike at both ends.

use protocol::control::{Clear, Mark};
use protocol::{ParticipantId, limits};

/// The shapes a mark may have.
pub mod shape {
    /// A stroke by hand.
    pub const PEN: u8 = 1;
    /// A rectangle, by two corners.
    pub const BOX: u8 = 2;
}

/// What stands on the page.
#[derive(Debug, Default)]
pub struct Marks {
    list: Vec<Mark>,
}

impl Marks {
    /// All of them, oldest first.
    #[must_use]
    pub fn all(&self) -> &[Mark] {
        &self.list
    }
    /// Adds a mark, or replaces the one of the same number by the same person (a stroke that grows). The oldest goes
    /// when there are too many. A mark of an unknown shape or without points is refused.
    pub fn put(&mut self, mark: Mark) -> bool {
        if ![shape::PEN, shape::BOX].contains(&mark.shape) || mark.points.0.is_empty() {
            return false;
        }
        if let Some(old) = self.list.iter_mut().find(|m| m.by == mark.by && m.number == mark.number) {
            *old = mark;
            return true;
        }
        if self.list.len() >= limits::MAX_MARKS {
            self.list.remove(0);
        }
        self.list.push(mark);
        true
    }
    /// Takes marks away.
    pub fn clear(&mut self, clear: &Clear) {
        self.list.retain(|m| clear.by != ParticipantId(0) && m.by != clear.by);
    }
    /// Takes away whatever stands on a node that is gone.
    pub fn retain(&mut self, stands: impl Fn(&Mark) -> bool) {
        self.list.retain(stands);
    }
}
