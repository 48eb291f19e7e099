//! Reads nodes into the mirror: the whole page, a subtree, an element with its attributes.

use super::*;

impl Recorder {
    pub(super) fn name(&mut self, pack: &mut Pack<'_>) -> Result<Option<Rc<str>>, BadPack> {
        let n = pack.number()? as usize;
        if n == self.names.len() {
            let raw = pack.string()?;
            // What is no name is kept as an empty one: it travels nowhere.
            self.names.push(raw.name().unwrap_or_default().into());
        }
        let name = self.names.get(n).ok_or(BadPack)?;
        Ok((!name.is_empty()).then(|| name.clone()))
    }

    pub(super) fn root(&mut self, pack: &mut Pack<'_>, resolve: &Resolve<'_>) -> Result<(), BadPack> {
        self.tree = Tree::default();
        self.known = ById::default();
        self.sums = SheetSums::default();
        self.sheets.clear();
        self.lists.clear();
        self.next_id = 1;
        self.told.first_new = 1;
        if !self.node(pack, NodeId::NONE, Verdict::TOP, true, 0, resolve)? {
            return Err(BadPack);
        }
        Ok(())
    }

    /// Reads a node and all below it into the mirror. `keep` is false below something that is not sent: ids are
    /// counted, and nothing enters. Returns whether the node itself entered.
    pub(super) fn node(
        &mut self,
        pack: &mut Pack<'_>,
        parent: NodeId,
        above: Verdict,
        keep: bool,
        depth: usize,
        resolve: &Resolve<'_>,
    ) -> Result<bool, BadPack> {
        struct Open {
            id: NodeId,
            left: u32,
            children: Vec<NodeId>,
            verdict: Verdict,
            keep: bool,
        }
        let mut stack: Vec<Open> = Vec::new();
        let mut entered = false;
        loop {
            let (parent, above, keep) = stack.last().map_or((parent, above, keep), |o| (o.id, o.verdict, o.keep));
            let id = NodeId(self.next_id);
            self.next_id += 1;
            let keep = keep && depth + stack.len() < limits::MAX_DEPTH && self.tree.len() < limits::MAX_NODES;
            let mut open = None;
            match pack.number()? {
                kind @ (record::NODE_TEXT | record::NODE_FOUND) => {
                    let raw = pack.string()?;
                    if keep {
                        let kind = self.judge_text(id, parent, raw, above, kind == record::NODE_FOUND);
                        self.tree.add(id, parent, kind);
                    } else if above.remembered() == Some(Source::Masked) {
                        self.remember(above, &raw);
                    }
                }
                kind @ (record::NODE_SHADOW | record::NODE_DOCUMENT) => {
                    let kind = if kind == record::NODE_SHADOW { Kind::Shadow } else { Kind::Document(pack.number()? != 0) };
                    let left = pack.number()?;
                    if keep {
                        self.tree.add(id, parent, kind);
                        self.known.insert(id, Known { verdict: above, facts: 0, rules: 0 });
                    }
                    open = Some(Open { id, left, children: Vec::new(), verdict: above, keep });
                }
                record::NODE_ELEMENT => {
                    let (verdict, inside, left) = self.element(pack, id, parent, above, keep, resolve)?;
                    open = Some(Open { id, left, children: Vec::new(), verdict, keep: keep && inside });
                }
                _ => return Err(BadPack),
            }
            if keep {
                match stack.last_mut() {
                    Some(o) => o.children.push(id),
                    None => entered = true,
                }
            } else {
                self.out.forget.push(id);
            }
            if let Some(o) = open {
                stack.push(o);
            } else if let Some(o) = stack.last_mut() {
                o.left -= 1;
            }
            // Close what is complete.
            while let Some(o) = stack.last() {
                if o.left > 0 {
                    break;
                }
                let done = stack.pop();
                if let Some(done) = done
                    && done.keep
                    && !done.children.is_empty()
                {
                    self.tree.set_children(done.id, done.children);
                }
                match stack.last_mut() {
                    Some(above) => above.left -= 1,
                    None => return Ok(entered),
                }
            }
            if stack.is_empty() {
                return Ok(entered);
            }
        }
    }

    /// Reads an element. Gives its verdict, whether its children travel, and how many there are.
    pub(super) fn element(
        &mut self,
        pack: &mut Pack<'_>,
        id: NodeId,
        parent: NodeId,
        above: Verdict,
        keep: bool,
        resolve: &Resolve<'_>,
    ) -> Result<(Verdict, bool, u32), BadPack> {
        let name = self.name(pack)?;
        let space = u8::try_from(pack.number()?).ok().and_then(Space::from_number).ok_or(BadPack)?;
        let (attrs, facts, rules) = self.read_attrs(pack)?;
        let left = pack.number()?;
        if !keep {
            return Ok((above, false, left));
        }
        let name = name.unwrap_or_else(|| "beside-unknown".into());
        let verdict = self.verdict(&name, above, &attrs, facts, rules);
        let (kind, inside) = self.judge_element(id, space, &name, verdict, attrs, resolve);
        self.tree.add(id, parent, kind);
        self.known.insert(id, Known { verdict, facts: u64::from(facts), rules });
        Ok((verdict, inside, left))
    }

    pub(super) fn read_attrs<'a>(&mut self, pack: &mut Pack<'a>) -> Result<(Attrs<'a>, u32, u64), BadPack> {
        let flags = pack.number()?;
        let rules = u64::from(pack.number()?) | u64::from(pack.number()?) << 32;
        let n = pack.number()? as usize;
        if n > pack.left() {
            return Err(BadPack);
        }
        let mut attrs = Vec::with_capacity(n);
        for _ in 0..n {
            let name = self.name(pack)?;
            let raw = pack.string()?;
            if let Some(name) = name {
                attrs.push((name, raw));
            }
        }
        Ok((attrs, flags, rules))
    }
}
