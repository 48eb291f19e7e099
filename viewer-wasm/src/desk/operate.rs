//! Operating the customer's page: asking for it, acting, and what became of it. Decided at the customer's; what is refused is
//! said in words.

use engine::tree::Kind;
use protocol::control::{Act, Acted, Grant, deed};
use protocol::page::state;

use super::*;

/// Who operates the page besides the customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operating {
    Nobody,
    /// We asked.
    Asked,
    /// We, and whether for one action only.
    Me {
        once: bool,
    },
    Other,
}

/// Milliseconds that a refusal stands.
const SAID_FOR: u32 = 5_000;
/// Milliseconds after a press for which texts go where was pressed, until the focus is told.
const AIMED_FOR: f64 = 600.0;

/// An entry of a list that the agent may choose from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Choice {
    pub(crate) index: i32,
    pub(crate) words: String,
    pub(crate) chosen: bool,
}

impl Desk {
    pub(crate) fn ask_grant(&self) {
        if self.signals.operating.get_untracked() == Operating::Nobody {
            self.signals.operating.set(Operating::Asked);
            self.control_out(&Control::AskGrant(Nothing {}));
        }
    }

    pub(super) fn granted(&self, grant: &Grant) {
        self.signals.holder.set(grant.to);
        let now = match grant.to {
            ParticipantId::CUSTOMER => Operating::Nobody,
            to if to == self.me() => Operating::Me { once: grant.once },
            _ => Operating::Other,
        };
        let was = self.signals.operating.get_untracked();
        // A new run of the customer's tells it anew; the question stands there.
        if was == Operating::Asked && now == Operating::Nobody {
            self.say("operate-declined");
        } else if matches!(was, Operating::Me { once: false }) && now == Operating::Nobody {
            self.say("operate-ended");
        }
        self.signals.operating.set(now);
        self.stage.borrow_mut().operated(matches!(now, Operating::Me { .. }));
    }

    pub(super) fn acted(&self, acted: &Acted) {
        if acted.by != self.me() {
            return;
        }
        self.acts.set((self.acts.get().0 + u32::from(acted.refusal == 0), acted.refusal));
        if acted.refusal != 0 {
            const WORDS: [&str; 13] = [
                "act-not-granted",
                "act-stale",
                "act-gone",
                "act-covered",
                "act-customer-only",
                "act-hidden",
                "act-forbidden",
                "act-disabled",
                "act-away",
                "act-customers-turn",
                "act-too-fast",
                "act-not-here",
                "act-unseen",
            ];
            self.say(WORDS.get(usize::from(acted.refusal) - 1).copied().unwrap_or("act-not-here"));
        }
    }

    pub(super) fn say(&self, what: &'static str) {
        let said = self.signals.said;
        said.set(Some(what));
        self.said_for.replace(Some(Timeout::new(SAID_FOR, move || said.set(None))));
    }

    fn operates(&self) -> bool {
        matches!(self.signals.operating.get_untracked(), Operating::Me { .. })
    }

    fn act(&self, at: Anchor, what: u8, text: &str, (x, y): (i32, i32)) {
        if !self.operates() {
            return;
        }
        let generation = self.stage.borrow().generation();
        let act = Act { number: self.next_mark(), generation, at, deed: what, text: text.to_owned(), x, y };
        self.control_out(&Control::Act(act));
    }

    /// A press, or the second of two.
    pub(crate) fn press(&self, at: Anchor, second: bool) {
        self.aimed.set((at.node, now()));
        self.act(at, if second { deed::DOUBLE } else { deed::PRESS }, "", (0, 0));
    }

    /// A key; whether it is one that goes to the page.
    pub(crate) fn strike(&self, key: &str) -> bool {
        let what = if key.chars().count() == 1 { deed::TEXT } else { deed::KEY };
        if what == deed::KEY && !deed::KEYS.contains(&key) {
            return false;
        }
        let (aim, since) = self.aimed.get();
        let focus = self.stage.borrow().focus();
        let node = if now() - since < AIMED_FOR || focus == NodeId::NONE { aim } else { focus };
        self.act(Anchor { node, x: 0, y: 0 }, what, key, (0, 0));
        true
    }

    pub(crate) fn scroll(&self, at: Anchor, by: (i32, i32)) {
        self.act(at, deed::SCROLL, "", by);
    }

    pub(crate) fn choose(&self, node: NodeId, index: i32) {
        self.act(Anchor { node, x: 0, y: 0 }, deed::SELECT, "", (index, 0));
    }

    pub(crate) fn travel(&self, back: bool) {
        self.act(Anchor { node: NodeId::NONE, x: 0, y: 0 }, if back { deed::BACK } else { deed::FORWARD }, "", (0, 0));
    }

    /// Why a press there would be refused, as far as the picture tells; the customer's browser decides.
    pub(crate) fn forbids(&self, node: NodeId) -> Option<&'static str> {
        let stage = self.stage.borrow();
        let is = |name| stage.tree().get(node).is_some_and(|n| n.attr(name).is_some());
        if is(state::MASK) {
            return Some("act-hidden");
        }
        let mut at = node;
        while let Some(one) = stage.tree().get(at) {
            if one.attr(state::CUSTOMER_ONLY).is_some() {
                return Some("act-customer-only");
            }
            at = one.parent;
        }
        None
    }

    /// What a list offers, if it is one that drops down.
    pub(crate) fn choices(&self, node: NodeId) -> Option<Vec<Choice>> {
        let stage = self.stage.borrow();
        let tree = stage.tree();
        tree.get(node).filter(|n| n.name().is_some_and(|(_, name)| name == "select") && n.attr(state::MASK).is_none())?;
        let mut options: Vec<(NodeId, Choice)> = Vec::new();
        tree.walk(node, |id, one| match &one.kind {
            Kind::Element(shape, _) if &*shape.name == "option" => {
                let index = i32::try_from(options.len()).unwrap_or(i32::MAX);
                let words = one.attr("label").unwrap_or_default().to_owned();
                options.push((id, Choice { index, words, chosen: one.attr(state::SELECTED) == Some("1") }));
            }
            // One that is left out counts all the same.
            Kind::Element(shape, _) if &*shape.name == "beside-out" => {
                options.push((id, Choice { index: -1, words: String::new(), chosen: false }));
            }
            Kind::Text(text) => {
                if let Some((id, choice)) = options.last_mut()
                    && *id == one.parent
                    && one.parent != node
                {
                    choice.words.push_str(text.trim());
                }
            }
            _ => {}
        });
        Some(options.into_iter().map(|(_, choice)| choice).filter(|choice| choice.index >= 0).collect())
    }
}
