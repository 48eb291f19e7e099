//! The glue, as `sdk-wasm/js/reader.js` reads: in slices, attributes first, then who stands where, then the rest.

use beside_engine::pack::record as r;
use protocol::NodeId;

use super::page::{Data, Page, SECRET};

#[derive(Default)]
pub(crate) struct Out {
    pub(crate) n: Vec<u32>,
    pub(crate) s: Vec<String>,
}

impl Page {
    pub(crate) fn name(&mut self, out: &mut Out, name: &str) {
        let n = self.names.iter().position(|n| n == name).unwrap_or_else(|| {
            self.names.push(name.to_owned());
            out.s.push(name.to_owned());
            self.names.len() - 1
        });
        out.n.push(u32::try_from(n).expect("few names"));
    }
    pub(crate) fn facts_and_attrs(&mut self, out: &mut Out, at: usize) {
        let Data::Element { class, private, .. } = self.nodes[at].data.clone() else { unreachable!() };
        let secret = self.private_above(at);
        out.n.extend([0, u32::from(private), 0, 2]);
        self.name(out, "class");
        out.s.push(class);
        self.name(out, "title");
        out.s.push(if secret { SECRET.to_owned() } else { "shown".to_owned() });
    }
    pub(crate) fn node(&mut self, out: &mut Out, at: usize, parent: u32) {
        let id = self.next;
        self.next += 1;
        self.left = self.left.saturating_sub(1);
        self.ids.insert(at, id);
        self.by_id.insert(id, at);
        self.parents.insert(id, parent);
        match self.nodes[at].data.clone() {
            Data::Text(text) => {
                out.n.push(r::NODE_TEXT);
                out.s.push(text);
            }
            Data::Element { name, .. } => {
                out.n.push(r::NODE_ELEMENT);
                self.name(out, name);
                out.n.push(0);
                self.facts_and_attrs(out, at);
                let kids = self.nodes[at].kids.clone();
                let place = out.n.len();
                out.n.push(0);
                let mut last = None;
                for kid in kids {
                    if self.left == 0 {
                        self.unread.push((at, last));
                        break;
                    }
                    self.node(out, kid, id);
                    out.n[place] += 1;
                    last = Some(kid);
                }
            }
        }
    }
    /// Goes on behind the last child that was read, over those that are known, unless it has moved since.
    pub(crate) fn more(&mut self, out: &mut Out, (at, last): (usize, Option<usize>)) {
        let Some(id) = self.ids.get(&at).copied().filter(|_| self.connected(at)) else { return };
        let kids = self.nodes[at].kids.clone();
        let start = match last {
            None => 0,
            Some(last) => match kids.iter().position(|k| *k == last) {
                Some(n) => n + 1,
                None => return self.kids.insert(at),
            },
        };
        let (mut place, mut last) = (None, last);
        for (n, kid) in kids.iter().enumerate().skip(start) {
            if self.is_child(*kid, id) {
                place = None;
            } else {
                if self.left == 0 {
                    self.unread.push((at, last));
                    return;
                }
                let at = *place.get_or_insert_with(|| {
                    let before = kids[..n].iter().rev().find(|k| self.is_child(**k, id)).map_or(0, |k| self.ids[k]);
                    out.n.extend([r::MORE, id, before, 0]);
                    out.n.len() - 1
                });
                self.node(out, *kid, id);
                out.n[at] += 1;
            }
            last = Some(*kid);
        }
    }
    pub(crate) fn is_child(&self, kid: usize, id: u32) -> bool {
        self.ids.get(&kid).is_some_and(|known| self.parents.get(known) == Some(&id))
    }
    /// Whether this slice has read enough; after some such slices the rest is read whatever it takes.
    pub(crate) fn is_full(&self) -> bool {
        self.left == 0 && self.starved < 3
    }
    pub(crate) fn stands(&self, at: usize) -> bool {
        let told = |at: usize, id: u32| {
            let above = self.nodes[at].parent.and_then(|p| self.ids.get(&p).copied());
            self.parents.get(&id) == Some(&above.unwrap_or(if at == 0 { 1 } else { 0 }))
        };
        let mut at = Some(at);
        while let Some(n) = at {
            if !self.nodes[n].alive || !self.ids.get(&n).is_some_and(|id| told(n, *id)) {
                return false;
            }
            at = self.nodes[n].parent;
        }
        true
    }
    pub(crate) fn is_behind(&self) -> bool {
        !(self.unread.is_empty() && self.kids.0.is_empty() && self.attrs.0.is_empty() && self.texts.0.is_empty())
    }
    pub(crate) fn first(&mut self) -> Out {
        let mut out = Out::default();
        out.n.extend([r::ROOT, r::NODE_DOCUMENT, 0, 1]);
        self.next = 2;
        self.node(&mut out, 0, 1);
        out
    }
    pub(crate) fn read(&mut self) -> Out {
        let mut out = Out::default();
        let fresh = self.next;
        self.left = self.budget;
        if !(self.read_attributes(&mut out, fresh) && self.read_places(&mut out, fresh)) {
            self.starved += 1;
            return out;
        }
        if self.starved >= 3 {
            self.left = self.budget;
        }
        self.starved = 0;
        while self.left > 0
            && let Some(at) = self.texts.pop()
        {
            let Some(id) = self.ids.get(&at).copied().filter(|id| *id < fresh) else { continue };
            let Data::Text(text) = &self.nodes[at].data else { continue };
            self.left -= 1;
            out.n.extend([r::TEXT, id]);
            out.s.push(text.clone());
        }
        while self.left > 0 && !self.unread.is_empty() {
            let next = self.unread.remove(0);
            self.more(&mut out, next);
        }
        out
    }
    /// What stands above is told first; what has moved waits.
    pub(crate) fn read_attributes(&mut self, out: &mut Out, fresh: u32) -> bool {
        let mut later = vec![];
        while !self.attrs.0.is_empty() {
            if self.is_full() {
                break;
            }
            let at = self.attrs.pop().expect("not empty");
            if self.ids.get(&at).is_none_or(|id| *id >= fresh) {
                continue;
            }
            if !self.stands(at) {
                later.push(at);
                continue;
            }
            let mut path = vec![at];
            let mut up = self.nodes[at].parent;
            while let Some(n) = up {
                if self.attrs.remove(n) {
                    path.push(n);
                }
                up = self.nodes[n].parent;
            }
            for at in path.into_iter().rev() {
                self.left = self.left.saturating_sub(1);
                out.n.extend([r::ATTRS, self.ids[&at]]);
                self.facts_and_attrs(out, at);
            }
        }
        let done = self.attrs.0.is_empty();
        for at in later {
            self.attrs.insert(at);
        }
        done
    }
    pub(crate) fn read_places(&mut self, out: &mut Out, fresh: u32) -> bool {
        let mut later = vec![];
        while !self.kids.0.is_empty() {
            if self.is_full() {
                break;
            }
            let at = self.kids.pop().expect("not empty");
            let lost = self.kids.take_lost(at);
            let Some(id) = self.ids.get(&at).copied().filter(|id| *id < fresh) else { continue };
            if !self.stands(at) {
                later.push(at);
                continue;
            }
            let kids = self.nodes[at].kids.clone();
            if let Some(gone) = lost.and_then(|lost| self.gone(at, id, fresh, &lost)) {
                self.left = self.left.saturating_sub(1);
                out.n.extend([r::GONE, id, u32::try_from(gone.len()).expect("few")]);
                out.n.extend(gone);
                continue;
            }
            self.unread.retain(|(parent, _)| *parent != at);
            self.left = self.left.saturating_sub(1);
            let place = out.n.len() + 2;
            out.n.extend([r::CHILDREN, id, 0]);
            let (mut last, mut missing) = (None, false);
            for kid in kids {
                match self.ids.get(&kid).copied().filter(|k| *k < fresh && self.parents.get(k) == Some(&id)) {
                    Some(known) => out.n.push(known),
                    None if self.left == 0 => {
                        missing = true;
                        continue;
                    }
                    None => {
                        out.n.push(0);
                        self.node(out, kid, id);
                    }
                }
                out.n[place] += 1;
                if !missing {
                    last = Some(kid);
                }
            }
            if missing {
                self.unread.push((at, last));
            }
        }
        if self.kids.0.is_empty() {
            self.attrs.0.clear();
            return true;
        }
        for at in later {
            self.kids.insert(at);
        }
        false
    }
    /// The ids of children lost, if that is all that happened to a list: none stands there again, has been read elsewhere,
    /// or was never told.
    fn gone(&self, at: usize, id: u32, fresh: u32, lost: &[usize]) -> Option<Vec<u32>> {
        let was_told = |kid: &usize| {
            let known = self.ids.get(kid).copied().filter(|known| *known < fresh && self.parents.get(known) == Some(&id))?;
            (!self.nodes[at].kids.contains(kid)).then_some(known)
        };
        let is_unread = self.unread.iter().any(|(parent, _)| *parent == at);
        lost.iter().map(was_told).collect::<Option<Vec<u32>>>().filter(|_| !is_unread)
    }
    pub(crate) fn forget(&mut self, ids: &[NodeId]) {
        for id in ids {
            if let Some(at) = self.by_id.remove(&id.0)
                && self.ids.get(&at) == Some(&id.0)
            {
                self.ids.remove(&at);
            }
        }
    }
    pub(crate) fn reread(&mut self, ids: &[NodeId]) {
        for id in ids {
            let Some(at) = self.by_id.get(&id.0).copied() else { continue };
            let mut stack = vec![at];
            while let Some(at) = stack.pop() {
                self.ids.remove(&at);
                stack.extend(&self.nodes[at].kids);
            }
            if let Some(parent) = self.nodes[at].parent {
                self.kids.insert(parent);
            }
        }
    }
}
