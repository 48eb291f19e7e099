//! The verdict. One function, no exceptions elsewhere.

use crate::{Action, InputFacts, Otherwise, Policy, floor::is_floor};

/// How much of a node is hidden; the strictest that speaks counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hide {
    /// Nothing.
    No,
    /// The content, not the place.
    Mask,
    /// All but the outer box.
    Block,
    /// Everything.
    LeaveOut,
}

/// What a node takes over from its ancestors in the composed tree (shadow roots and frames included).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cover {
    /// What speaks for hiding.
    pub hide: Hide,
    /// Whether a `show` rule speaks.
    pub shown: bool,
}

impl Cover {
    /// Above the top document nothing has spoken.
    pub const NONE: Self = Self { hide: Hide::No, shown: false };
}

/// What kind of part a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Anything that shows what the company wrote.
    Page,
    /// A form control or an editable region: holds what a person typed or chose.
    Typed,
}

/// What is known of a node.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// Bit n: rule n matches the node itself.
    pub rules: u64,
    /// Its kind.
    pub part: Part,
    /// A control's own facts.
    pub input: Option<InputFacts<'a>>,
    /// A detector found something in it.
    pub detected: bool,
    /// Something went wrong while the facts were gathered.
    pub failed: bool,
}

impl Facts<'_> {
    /// A node of the page about which nothing special is known.
    pub const PLAIN: Self = Facts { rules: 0, part: Part::Page, input: None, detected: false, failed: false };
}

/// The verdict on a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Judged {
    /// What is hidden of the node's own content.
    pub own: Hide,
    /// What its children take over.
    pub cover: Cover,
    /// Only the customer may operate it.
    pub customer_only: bool,
}

/// Judges a node: hidden if the floor, a detector or a hiding rule speaks on it or any ancestor, the strictest counts.
/// Only if none speaks: a `show` rule on the node or an ancestor (for what people type, only on the control itself),
/// else `inputs` for what people type, else `default`.
#[must_use]
pub fn judge(policy: &Policy, above: Cover, facts: &Facts<'_>) -> Judged {
    let mut hide = above.hide;
    let mut shown_here = false;
    let mut customer_only = false;
    for (n, rule) in policy.rules.iter().enumerate() {
        if n >= u64::BITS as usize || facts.rules & (1 << n) == 0 {
            continue;
        }
        match rule.action {
            Action::Show => shown_here = true,
            Action::Mask => hide = hide.max(Hide::Mask),
            Action::Block => hide = hide.max(Hide::Block),
            Action::LeaveOut => hide = hide.max(Hide::LeaveOut),
            Action::CustomerOnly => customer_only = true,
        }
    }
    if facts.detected || facts.failed {
        hide = hide.max(Hide::Mask);
    }
    let shown = above.shown || shown_here;
    let cover = Cover { hide, shown };
    let floor = facts.input.as_ref().is_some_and(is_floor);
    let own = if floor {
        hide.max(Hide::Mask)
    } else if hide != Hide::No {
        hide
    } else {
        let (speaks, otherwise) = match facts.part {
            Part::Typed => (shown_here, policy.inputs),
            Part::Page => (shown, policy.default),
        };
        match (speaks, otherwise) {
            (true, _) | (false, Otherwise::Show) => Hide::No,
            (false, Otherwise::Mask) => Hide::Mask,
        }
    };
    let cover = match facts.part {
        // What stands inside a control or an editable region was typed too.
        Part::Typed => Cover { hide: cover.hide.max(own), shown },
        Part::Page => cover,
    };
    Judged { own, cover, customer_only }
}
