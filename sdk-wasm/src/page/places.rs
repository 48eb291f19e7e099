//! Where something is on the page, as others are told: an element and a place in its box.

use super::*;

impl Page {
    /// A place as the agent may know it. Over hidden parts the cursor rests: where one presses on them tells what they hold.
    pub(crate) fn anchor_in(&self, target: &JsValue, (x, y): (f64, f64)) -> Option<Anchor> {
        self.anchor(self.capture.anchor_in(target, x, y))
    }

    /// What a mark stays on that is made over an element: the nearest that is known, with its box. A mark tells no more of what
    /// is hidden than where the hand drew.
    pub(crate) fn anchor_of(&self, target: &JsValue) -> Option<(NodeId, [f64; 4])> {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an id of ours")]
        let id = self.capture.anchor_in(target, 0.0, 0.0)?.get(0).as_f64()? as u32;
        Some((NodeId(id), rect(&self.capture, id)?))
    }

    /// Where a pointer rests that has not moved yet.
    pub(crate) fn rests(&self) -> Option<Anchor> {
        self.anchor(self.capture.rests())
    }

    fn anchor(&self, read: Option<Array>) -> Option<Anchor> {
        let read = read?;
        let part = |n| read.get(n).as_f64().unwrap_or(0.0);
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the glue clamps to these ranges")]
        let at = Anchor { node: NodeId(part(0) as u32), x: part(1) as u16, y: part(2) as u16 };
        (!self.hides(at.node)).then_some(at)
    }
}
