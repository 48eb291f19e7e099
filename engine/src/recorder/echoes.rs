//! What is hidden in one place and repeated in another.

use super::*;
use crate::echo::Source;
use crate::protections::{Protection, is_off};
use crate::tree::Node;

/// Nodes up to which a page is looked through whenever something hidden is learned.
const SMALL: usize = 20_000;

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

    /// The same of what the page has put into a field: it may be somebody's name, or a number that stands everywhere.
    pub(super) fn remember_given(&self, verdict: Verdict, raw: &Raw<'_>) {
        if verdict.remembered().is_some() && !is_off(Protection::Echoes) {
            self.echoes.borrow_mut().learn(raw.hidden(), Source::Masked);
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
    /// stand in a line the adapter knows. What the message under way has told of it cannot be taken back in the same message,
    /// and so that one is not given out.
    pub(super) fn hide_echoes(&mut self) {
        if !self.echoes.borrow().has_fresh() {
            return;
        }
        // A large page that is being read is not walked for each slice; what is new is looked at each time.
        let new = (self.next_id - self.told.first_new) as usize;
        self.unwalked += new;
        let walks = new == 0 || self.tree.len() < SMALL || self.unwalked * 8 >= self.tree.len();
        let (mut texts, mut attrs) = (Vec::new(), Vec::new());
        {
            let echoes = self.echoes.borrow();
            let mut look = |id: NodeId, node: &Node| match &node.kind {
                Kind::Text(text) if echoes.hits_fresh(text) => texts.push(id),
                Kind::Element(shape, values) => {
                    for (name, value) in shape.attrs.iter().zip(values) {
                        if may_say(&shape.name, name) && echoes.hits_fresh(value) {
                            attrs.push((id, name.clone()));
                        }
                    }
                }
                Kind::Text(_) | Kind::Masked(_) | Kind::Shadow | Kind::Document(_) => {}
            };
            if walks {
                self.tree.walk(NodeId::ROOT, look);
            } else {
                for id in (self.told.first_new..self.next_id).map(NodeId).chain(self.told.changed.iter().copied()) {
                    if let Some(node) = self.tree.get(id) {
                        look(id, node);
                    }
                }
            }
        }
        for id in texts {
            self.hide_text(id);
            self.out.measure.push(id);
        }
        for (id, name) in attrs {
            self.hide_attr(id, &name);
        }
        self.hide_info();
        if walks {
            self.unwalked = 0;
            self.echoes.borrow_mut().settle();
        }
    }

    fn hide_attr(&mut self, id: NodeId, name: &Rc<str>) {
        self.is_tainted |= self.told.holds(id);
        match &**name {
            state::VALUE => self.set(id, &state::MASKED_VALUE.into(), "1"),
            "style" => {
                let told = self.tree.get(id).and_then(|node| node.attr(name)).unwrap_or_default();
                let left = Verdict::HIDDEN.style(Raw::new(told), |_| None);
                self.set(id, name, &left);
            }
            _ => self.unset(id, name),
        }
    }

    fn hide_info(&mut self) {
        let (is_title, is_path) = {
            let (echoes, (title, _, path)) = (self.echoes.borrow(), &self.info);
            (echoes.hits_fresh(title), path.split('/').any(|part| echoes.hits_fresh(part)))
        };
        if is_title || is_path {
            self.is_tainted |= self.told.info;
            if is_title {
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
