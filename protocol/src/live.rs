//! Pointers: tiny, fixed, uncompressed, latest wins.

use crate::field::choices;
use crate::{NodeId, field::message};

message! {
    /// A place on an element, so that it stays true where two screens differ.
    Anchor {
        /// The element under it.
        node: NodeId,
        /// Share of its border box from the left, 0 to 65535; outside is clamped.
        x: u16,
        /// Share of its border box from the top.
        y: u16,
    }
}
message! {
    /// Left the page.
    Away {}
}
choices! {
    /// A pointer message. At most 8 bytes for nodes below two million.
    Live as "live message" {
        /// It is here.
        At(Anchor) = 1,
        /// It pressed here.
        Press(Anchor) = 2,
        /// It is gone.
        Gone(Away) = 3,
    }
}
