//! What is hidden in one place and repeated in another.

use super::*;
use crate::protections::{Protection, is_off};

/// What the message under way has told.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// The first id that is new in it.
    pub(super) first_new: u32,
    /// Which nodes it changed.
    pub(super) changed: Vec<NodeId>,
    /// Whether it names the page.
    pub(super) info: bool,
}

impl Told {
    fn holds(&self, id: NodeId) -> bool {
        id.0 >= self.first_new || self.changed.contains(&id)
    }
}

impl Recorder {
    /// Remembers what is hidden here, so that it is hidden elsewhere.
    pub(super) fn remember(&self, verdict: Verdict, raw: &Raw<'_>) {
        if let Some(source) = verdict.remembered().filter(|_| !is_off(Protection::Echoes)) {
            self.echoes.borrow_mut().learn(raw.hidden(), source);
        }
    }

    /// Hides a text that was told. Told in the message under way it cannot be taken back by the same message.
    pub(super) fn hide_text(&mut self, id: NodeId) {
        self.is_tainted |= self.told.holds(id);
        self.tree.update(id, |kind| *kind = Kind::Masked(0));
        self.encoder.op(&Op::MaskText { node: id, units: 0 });
    }

    /// The page's path; a part of it may repeat something hidden.
    pub(super) fn path(&self, raw: Raw<'_>) -> String {
        if is_off(Protection::Address) {
            return raw.hidden().to_owned();
        }
        let echoes = self.echoes.borrow();
        privacy::path(raw).split('/').map(|part| if echoes.hits(part) { "…" } else { part }).collect::<Vec<_>>().join("/")
    }

    /// Takes back what was told before it was known to be hidden elsewhere, but for what is split over several texts: which
    /// stand in a line the adapter knows. What the message under way has told of it cannot
    /// be taken back in the same message, and so that one is not given out.
    pub(super) fn hide_echoes(&mut self) {
        let Some(fresh) = self.echoes.borrow_mut().take_fresh() else { return };
        let (mut texts, mut elements) = (Vec::new(), Vec::new());
        self.tree.walk(NodeId::ROOT, |id, node| match &node.kind {
            Kind::Text(text) if fresh.hits(text) => texts.push(id),
            Kind::Element(shape, values) => {
                if shape.attrs.iter().zip(values).any(|(name, value)| may_say(&shape.name, name) && fresh.hits(value)) {
                    elements.push(id);
                }
            }
            Kind::Text(_) | Kind::Masked(_) | Kind::Shadow | Kind::Document(_) => {}
        });
        for id in texts {
            self.hide_text(id);
            self.out.measure.push(id);
        }
        for id in elements {
            self.is_tainted |= self.told.holds(id);
            self.out.reread.push(id);
        }
        let (title, _, path) = &self.info;
        if fresh.hits(title) || path.split('/').any(|part| fresh.hits(part)) {
            self.is_tainted |= self.told.info;
            if fresh.hits(title) {
                self.info.0.clear();
            }
            let path = self.path(Raw::new(&self.info.2));
            self.info.2 = path;
            self.write_info();
        }
    }
}

/// Whether an attribute or state of an element may hold words of the page.
fn may_say(element: &str, name: &str) -> bool {
    match name.starts_with('@') {
        true => matches!(name, state::VALUE | state::NAMED),
        false => matches!(treat(element, name), Treat::Text | Treat::Mark | Treat::Style),
    }
}
