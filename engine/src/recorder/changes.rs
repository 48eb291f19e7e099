//! What changed on known nodes: attributes, states, texts, children.

use super::judge::holds;
use super::*;

impl Recorder {
    pub(super) fn text(&mut self, id: NodeId, raw: Raw<'_>, detected: bool) {
        let Some(node) = self.tree.get(id) else { return };
        let parent = node.parent;
        let Some(verdict) = self.known.get(parent).map(|k| k.verdict) else { return };
        let was_masked = match &node.kind {
            Kind::Masked(units) => Some(*units),
            Kind::Text(_) => None,
            Kind::Shadow | Kind::Document(_) | Kind::Element(..) => return,
        };
        match (self.judge_text(id, parent, raw, verdict, detected), was_masked) {
            // Masked text changed: its width is measured again, nothing else is told.
            (Kind::Masked(_), Some(_)) => {}
            (Kind::Masked(_), None) => {
                self.hide_text(id);
            }
            (kind, _) => {
                let Kind::Text(new) = kind else { return };
                let old = match self.tree.get(id).map(|n| &n.kind) {
                    Some(Kind::Text(old)) => old.clone(),
                    Some(_) | None => String::new(),
                };
                if was_masked.is_none() && old == new {
                    return;
                }
                self.splice(id, &old, &new);
                self.tree.update(id, |kind| *kind = Kind::Text(new));
            }
        }
    }

    pub(super) fn splice(&mut self, node: NodeId, old: &str, new: &str) {
        let (at, remove, insert) = splice(old, new);
        self.told.changed.push(node);
        self.encoder.op(&Op::Splice { node, at: count(at), remove: count(remove), insert });
    }

    pub(super) fn state(&mut self, id: NodeId, name: Option<&Rc<str>>, raw: Option<Raw<'_>>, resolve: &Resolve<'_>) {
        let Some(name) = name else { return };
        let Some(verdict) = self.known.get(id).map(|k| k.verdict) else { return };
        let element = self.tree.get(id).and_then(|node| node.name()).map_or_else(String::new, |(_, name)| name.to_owned());
        let judged = raw.and_then(|raw| self.judge_state(&element, name, raw, verdict, resolve));
        match judged {
            Some((name, value)) => self.set(id, &name, &value),
            None => self.unset(id, name),
        }
    }

    pub(super) fn set(&mut self, id: NodeId, name: &Rc<str>, value: &str) {
        let old = self.tree.get(id).and_then(|n| n.attr(name));
        if old == Some(value) {
            return;
        }
        if &**name == state::PLACEHOLDER && value != "broken" {
            self.out.measure.push(id);
        }
        // A field holds what may be seen or something hidden, never both.
        let other = match &**name {
            state::VALUE => Some(state::MASKED_VALUE),
            state::MASKED_VALUE => Some(state::VALUE),
            _ => None,
        };
        let old = old.map(str::to_owned);
        if let Some(other) = other {
            self.unset(id, &other.into());
        }
        match old {
            Some(old) if &**name == state::VALUE => self.splice(id, &old, value),
            Some(_) | None => {
                self.told.changed.push(id);
                self.encoder.op(&Op::Set { node: id, name: name.clone(), value });
            }
        }
        self.tree.set_attr(id, name, value);
    }

    pub(super) fn unset(&mut self, id: NodeId, name: &Rc<str>) {
        if self.tree.unset_attr(id, name) {
            self.encoder.op(&Op::Unset { node: id, name: name.clone() });
            // What no longer stands for anything takes its own size again.
            if &**name == state::PLACEHOLDER && !self.keeps_box(id) {
                self.unset(id, &state::BOX.into());
            }
        }
    }

    pub(super) fn attrs(&mut self, pack: &mut Pack<'_>, resolve: &Resolve<'_>) -> Result<(), BadPack> {
        let id = NodeId(pack.number()?);
        let (attrs, flags, rules) = self.read_attrs(pack)?;
        let Some(node) = self.tree.get(id) else { return Ok(()) };
        let Some((_, element)) = node.name() else { return Ok(()) };
        let (element, parent) = (Rc::<str>::from(element), node.parent);
        if &*element == "beside-out" {
            return Ok(());
        }
        let above = self.known.get(parent).map_or(Verdict::TOP, |k| k.verdict);
        let verdict = self.verdict(&element, above, &attrs, flags, rules);
        let Some(known) = self.known.get_mut(id) else { return Ok(()) };
        known.facts = u64::from(flags);
        known.rules = rules;
        if known.verdict != verdict {
            // Until it is read again nothing of it is told: its text may have changed in the same task.
            let mut below = Vec::new();
            self.tree.walk(id, |id, _| below.push(id));
            for id in below {
                if let Some(known) = self.known.get_mut(id) {
                    known.verdict = Verdict::HIDDEN;
                }
            }
            self.out.reread.push(id);
            return Ok(());
        }
        let mut judged: Vec<(Rc<str>, Box<str>)> = Vec::with_capacity(attrs.len());
        for (attr, raw) in attrs {
            judged.extend(self.judge_attr(&element, &attr, raw, verdict, resolve));
        }
        if &*element == "object" {
            let stood_for = self.tree.get(id).is_some_and(|node| node.attr(state::PLACEHOLDER).is_some());
            if stood_for != judged.iter().any(|(name, _)| &**name == state::PLACEHOLDER) {
                self.out.reread.push(id);
                return Ok(());
            }
        }
        // Where it is scrolled to is told when that changes, not with the attributes.
        let gone: Vec<Rc<str>> = match self.tree.get(id).map(|n| &n.kind) {
            Some(Kind::Element(shape, _)) => shape
                .attrs
                .iter()
                .filter(|n| !n.starts_with('@') || STATES.contains(&&***n) && ***n != *state::SCROLL)
                .filter(|n| !judged.iter().any(|(name, _)| name == *n))
                .cloned()
                .collect(),
            Some(_) | None => vec![],
        };
        // A field of another type may not hold what comes: what goes goes first.
        for name in gone {
            self.unset(id, &name);
        }
        for (name, value) in judged {
            self.set(id, &name, &value);
        }
        Ok(())
    }

    /// The verdict on a parent, and whether its children travel.
    fn parent(&self, parent: NodeId) -> (Verdict, bool) {
        let Some(known) = self.known.get(parent) else { return (Verdict::TOP, false) };
        let inside = self.tree.get(parent).is_some_and(|node| match node.name() {
            Some((_, name)) => {
                name != "beside-out" && node.attr(state::MASK) != Some("block") && holds(name, node.attr(state::PLACEHOLDER).is_some())
            }
            None => true,
        });
        (known.verdict, inside)
    }

    /// Children behind one that is known, or in front of all: a reading goes on where it stopped.
    pub(super) fn more(&mut self, pack: &mut Pack<'_>, resolve: &Resolve<'_>) -> Result<(), BadPack> {
        let parent = NodeId(pack.number()?);
        let before = NodeId(pack.number()?);
        let n = pack.number()?;
        let (verdict, inside) = self.parent(parent);
        let depth = self.depth(parent);
        let mut fresh: Vec<NodeId> = Vec::with_capacity((n as usize).min(pack.left()));
        for _ in 0..n {
            let id = NodeId(self.next_id);
            if self.node(pack, parent, verdict, inside, depth + 1, resolve)? {
                fresh.push(id);
            }
        }
        if !fresh.is_empty() {
            let old = self.tree.children(parent);
            let index = match old.iter().rposition(|id| *id == before) {
                Some(n) => n + 1,
                None if before == NodeId::NONE => 0,
                None => old.len(),
            };
            self.write_tree(parent, count(index), &fresh);
            self.tree.insert(parent, index, &fresh);
        }
        Ok(())
    }

    pub(super) fn children(&mut self, pack: &mut Pack<'_>, resolve: &Resolve<'_>) -> Result<(), BadPack> {
        let parent = NodeId(pack.number()?);
        let n = pack.number()?;
        let (verdict, inside) = self.parent(parent);
        let depth = self.depth(parent);
        let old = self.tree.children(parent).to_vec();
        let mut new: Vec<NodeId> = Vec::with_capacity(n as usize);
        let mut fresh: Vec<(usize, NodeId)> = Vec::new();
        for _ in 0..n {
            match pack.number()? {
                0 => {
                    let id = NodeId(self.next_id);
                    if self.node(pack, parent, verdict, inside, depth + 1, resolve)? {
                        fresh.push((new.len(), id));
                        new.push(id);
                    }
                }
                id if inside => {
                    let id = NodeId(id);
                    if self.tree.get(id).is_some_and(|n| n.parent == parent) {
                        new.push(id);
                    }
                }
                _ => {}
            }
        }
        if !inside {
            return Ok(());
        }
        self.diff_children(parent, &old, new, &fresh);
        Ok(())
    }

    /// Children that have gone, and nothing else changed: a list of a thousand is not compared for one.
    pub(super) fn gone(&mut self, pack: &mut Pack<'_>) -> Result<(), BadPack> {
        let parent = NodeId(pack.number()?);
        let n = pack.number()?;
        let mut left = self.tree.children(parent).to_vec();
        for _ in 0..n {
            let id = NodeId(pack.number()?);
            let Some(index) = left.iter().position(|kid| *kid == id) else { continue };
            left.remove(index);
            self.encoder.op(&Op::Remove { parent, index: count(index), count: 1 });
            self.drop_node(id);
        }
        self.tree.set_children(parent, left);
        Ok(())
    }

    pub(super) fn diff_children(&mut self, parent: NodeId, old: &[NodeId], new: Vec<NodeId>, fresh: &[(usize, NodeId)]) {
        let place: ByNode<usize> = new.iter().enumerate().map(|(n, id)| (*id, n)).collect();
        // Gone, from the back, so that places before them stay true.
        let mut end = old.len();
        let mut removed = false;
        while end > 0 {
            if place.contains_key(&old[end - 1]) {
                end -= 1;
                continue;
            }
            let mut start = end - 1;
            while start > 0 && !place.contains_key(&old[start - 1]) {
                start -= 1;
            }
            self.encoder.op(&Op::Remove { parent, index: count(start), count: count(end - start) });
            for id in &old[start..end] {
                self.drop_node(*id);
            }
            removed = true;
            end = start;
        }
        let kept: Vec<NodeId> = old.iter().copied().filter(|id| place.contains_key(id)).collect();
        if kept.windows(2).any(|w| place[&w[0]] > place[&w[1]]) {
            let stood: ByNode<u32> = kept.iter().enumerate().map(|(n, id)| (*id, count(n))).collect();
            let order = new.iter().filter_map(|id| stood.get(id).copied()).collect();
            self.encoder.op(&Op::Order { parent, order });
        } else if !removed && fresh.is_empty() {
            return;
        }
        let mut n = 0;
        while n < fresh.len() {
            let first = fresh[n].0;
            let mut len = 1;
            while n + len < fresh.len() && fresh[n + len].0 == first + len {
                len += 1;
            }
            let roots: Vec<NodeId> = fresh[n..n + len].iter().map(|(_, id)| *id).collect();
            self.write_tree(parent, count(first), &roots);
            n += len;
        }
        self.tree.set_children(parent, new);
    }

    pub(super) fn drop_node(&mut self, id: NodeId) {
        let Self { tree, known, lists, sums, focus, selection, out, .. } = self;
        tree.remove(id, |gone, kind| {
            known.remove(gone);
            if kind.is_root() {
                lists.remove(&gone);
                sums.forget(gone);
            }
            if focus.0 == gone {
                *focus = (NodeId::NONE, false);
            }
            if [selection.0, selection.2].contains(&gone) {
                *selection = NOTHING_SELECTED;
            }
            out.forget.push(gone);
        });
    }

    pub(super) fn depth(&self, mut id: NodeId) -> usize {
        let mut depth = 0;
        while let Some(node) = self.tree.get(id) {
            id = node.parent;
            depth += 1;
        }
        depth
    }
}
