//! Mending: in some ranges of ids exactly these nodes exist, thus. Whatever is otherwise here becomes so.

use protocol::page::Mended;

use super::*;
use crate::tree::ByNode;

type Tell<'t> = dyn FnMut(&Tree, Change<'_>) + 't;
type Listed<'m> = ByNode<&'m Mended<'m>>;

impl Replica {
    /// # Errors
    /// [`Refused::Unfit`] when what is said is no tree together with what is here; a keyframe is needed then.
    pub(super) fn mend(&mut self, ranges: &[(NodeId, u32)], nodes: &[Mended<'_>], tell: &mut Tell<'_>) -> Result<(), Refused> {
        let within = |id: NodeId| ranges.iter().any(|(first, len)| id.0 >= first.0 && id.0 - first.0 < *len);
        if self.tree.len() + nodes.len() > limits::MAX_NODES || nodes.iter().any(|n| !within(n.id)) {
            return Err(Refused::Unfit("mend: not these nodes"));
        }
        let listed: Listed<'_> = nodes.iter().map(|n| (n.id, n)).collect();
        // Whatever is not described, and whatever is another kind of node than described: that comes anew with its
        // parent's children.
        let mut leave: Vec<NodeId> = self.tree.ids().filter(|id| within(*id) && !listed.contains_key(id)).collect();
        leave.extend(nodes.iter().filter(|n| self.is_other_kind(n)).map(|n| n.id));
        self.cut(&leave, tell)?;
        for node in nodes {
            self.mend_content(node, tell);
        }
        for node in nodes {
            self.mend_children(node, &listed, tell)?;
        }
        Ok(())
    }

    fn is_other_kind(&self, node: &Mended<'_>) -> bool {
        self.tree.get(node.id).is_some_and(|here| match (&here.kind, &node.content) {
            (Kind::Text(_) | Kind::Masked(_), Content::Text(_) | Content::Masked(_)) => false,
            (Kind::Element(had, _), Content::Element(shape, _)) => (had.space, &had.name) != (shape.space, &shape.name),
            (kind, content) => *kind != Kind::from_content(content),
        })
    }

    /// Takes nodes out of the lists they stand on, and all below them; one pass over each list.
    fn cut(&mut self, ids: &[NodeId], tell: &mut Tell<'_>) -> Result<(), Refused> {
        let leaves: ByNode<()> = ids.iter().map(|id| (*id, ())).collect();
        let mut parents: Vec<NodeId> = ids.iter().filter_map(|id| self.tree.get(*id)).map(|n| n.parent).collect();
        parents.sort_unstable();
        parents.dedup();
        if parents.first() == Some(&NodeId::NONE) {
            return Err(Refused::Unfit("mend: the top document stays"));
        }
        for parent in parents.into_iter().filter(|p| !leaves.contains_key(p)) {
            let (roots, stay): (Vec<NodeId>, Vec<NodeId>) = self.tree.children(parent).iter().partition(|c| leaves.contains_key(c));
            self.tree.set_children(parent, stay);
            let mut gone = Vec::new();
            for root in &roots {
                self.tree.remove(*root, |id, _| gone.push(id));
            }
            self.removed(&roots, &gone, tell);
        }
        Ok(())
    }

    fn mend_content(&mut self, node: &Mended<'_>, tell: &mut Tell<'_>) {
        let Some(here) = self.tree.get(node.id) else { return };
        let wanted = Kind::from_content(&node.content);
        if here.kind == wanted {
            return;
        }
        let old = here.kind.clone();
        self.tree.update(node.id, |kind| *kind = wanted.clone());
        match (&old, &wanted) {
            (Kind::Element(had, had_values), Kind::Element(shape, values)) => {
                for name in had.attrs.iter().filter(|n| !shape.attrs.contains(n)) {
                    tell(&self.tree, Change::Unset(node.id, name));
                }
                for (name, value) in shape.attrs.iter().zip(values) {
                    if !had.attrs.iter().zip(had_values).any(|(n, v)| n == name && v == value) {
                        tell(&self.tree, Change::Set(node.id, name, value));
                    }
                }
            }
            _ => tell(&self.tree, Change::Text(node.id)),
        }
    }

    fn mend_children(&mut self, node: &Mended<'_>, listed: &Listed<'_>, tell: &mut Tell<'_>) -> Result<(), Refused> {
        let Some(here) = self.tree.get(node.id) else { return Ok(()) };
        if here.children == node.children {
            return Ok(());
        }
        let wanted: ByNode<()> = node.children.iter().map(|c| (*c, ())).collect();
        let gone: Vec<NodeId> = here.children.iter().copied().filter(|c| !wanted.contains_key(c)).collect();
        self.cut(&gone, tell)?;
        let kept = self.tree.children(node.id).to_vec();
        let depth = std::iter::successors(self.tree.get(node.id), |n| self.tree.get(n.parent)).count();
        let mut fresh: Vec<usize> = Vec::new();
        for (place, child) in node.children.iter().enumerate() {
            match self.tree.get(*child).map(|n| n.parent) {
                Some(parent) if parent == node.id => {}
                None => {
                    self.grow(*child, node.id, place, depth, listed)?;
                    fresh.push(place);
                }
                Some(_) => return Err(Refused::Unfit("mend: a child of two parents")),
            }
        }
        self.tree.set_children(node.id, node.children.clone());
        let before: ByNode<u32> = kept.iter().copied().zip(0..).collect();
        let stayed: Vec<(NodeId, u32)> = node.children.iter().filter_map(|c| Some((*c, *before.get(c)?))).collect();
        if stayed.windows(2).any(|w| w[0].1 > w[1].1) {
            tell(&self.tree, Change::Ordered(node.id, &stayed));
        }
        let mut n = 0;
        while n < fresh.len() {
            let first = fresh[n];
            let len = (0..fresh.len() - n).take_while(|i| fresh[n + i] == first + i).count();
            tell(&self.tree, Change::Inserted { parent: node.id, index: first, roots: &node.children[first..first + len] });
            n += len;
        }
        Ok(())
    }

    /// Adds a listed node that is not here, and all below it, which must be listed and new as well.
    fn grow(&mut self, root: NodeId, parent: NodeId, place: usize, depth: usize, listed: &Listed<'_>) -> Result<(), Refused> {
        let mut stack = vec![(root, parent, place, depth)];
        while let Some((id, parent, place, depth)) = stack.pop() {
            let node = listed.get(&id).ok_or(Refused::Unfit("mend: a child that nobody described"))?;
            if depth > limits::MAX_DEPTH + 2 || !self.may_stand(&node.content, parent, place) {
                return Err(Refused::Unfit("mend: a node where none of its kind may stand"));
            }
            if !self.tree.add(id, parent, Kind::from_content(&node.content)) {
                return Err(Refused::Unfit("mend: an id that is taken"));
            }
            self.tree.set_children(id, node.children.clone());
            stack.extend(node.children.iter().enumerate().map(|(n, child)| (*child, id, n, depth + 1)));
        }
        Ok(())
    }
}
