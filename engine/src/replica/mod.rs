//! The agent's model of the page: every operation is checked against it before a document is touched.

mod mend;

use protocol::page::{Content, Decoder, Head, Laid, NewNode, Op, state};
use protocol::{Generation, NodeId, SheetId, WireError, limits};

use crate::recorder::mending::unit;
use crate::sums::SheetSums;
use crate::tree::{Kind, Tree};

/// Why a message was refused. The viewer then waits for a keyframe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// The bytes are malformed.
    Wire(WireError),
    /// An operation does not fit the tree.
    Unfit(&'static str),
    /// A patch came before any keyframe.
    NoKeyframe,
}
impl From<WireError> for Refused {
    fn from(e: WireError) -> Self {
        Self::Wire(e)
    }
}
impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Wire(e) => e.fmt(f),
            Self::Unfit(what) => write!(f, "an operation does not fit: {what}"),
            Self::NoKeyframe => f.write_str("a patch came before a keyframe"),
        }
    }
}
impl std::error::Error for Refused {}

/// What changed in the model, told in order, each after the model has it.
#[derive(Debug)]
pub enum Change<'a> {
    /// Everything before is void.
    Reset(Generation),
    /// These subtrees are new, at this place among `parent`'s children.
    Inserted {
        /// Parent; none for the top document.
        parent: NodeId,
        /// Place.
        index: usize,
        /// The new children of `parent`.
        roots: &'a [NodeId],
    },
    /// These subtrees are gone; `gone` lists every node in them.
    Removed {
        /// The former children.
        roots: &'a [NodeId],
        /// All nodes.
        gone: &'a [NodeId],
    },
    /// The children of this node stand in another order: each with the place where it stood before.
    Ordered(NodeId, &'a [(NodeId, u32)]),
    /// An attribute or state.
    Set(NodeId, &'a str, &'a str),
    /// An attribute or state is gone.
    Unset(NodeId, &'a str),
    /// A text node reads differently.
    Text(NodeId),
    /// A sheet.
    Sheet(SheetId, &'a str, &'a str),
    /// Rules of a sheet: from where, how many go, what comes.
    Rules(SheetId, usize, usize, &'a [&'a str]),
    /// These sheets stand on no list any more; one that comes back is told anew.
    Unlisted(&'a [SheetId]),
    /// Sheets of a document or shadow root.
    Sheets(NodeId, &'a [SheetId]),
    /// Zoom by two fingers: scale × 1000, left, top.
    Zoom(u32, u32, u32),
    /// Viewport: width, height, ratio × 100, room that a scrollbar takes.
    Viewport(u32, u32, u32, u32),
    /// What the customer's device is like: bits of [`crate::media::FACTS`].
    Device(u32),
    /// Title, origin, path.
    Info(&'a str, &'a str, &'a str),
    /// Focus, and whether it has a ring.
    Focus(NodeId, bool),
    /// What is selected: from where, how far in, to where, how far in.
    Selection(NodeId, u32, NodeId, u32),
}

/// What a message did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// It was a keyframe.
    pub keyframe: bool,
    /// How many operations.
    pub ops: usize,
    /// Whether the tree hashed to what the customer's browser said; `None` if it said nothing.
    pub same: Option<bool>,
    /// The page holds more than has come.
    pub behind: bool,
    /// It told again what differed.
    pub mended: bool,
    /// Operations that did not fit what is here; something before them was lost.
    pub unfit: Option<&'static str>,
    /// Whether it changed what is shown.
    pub changed: bool,
    /// Where elements lie at the customer's, of what has been shown with this message.
    pub boxes: Vec<Laid>,
}

/// The model.
#[derive(Debug, Default)]
pub struct Replica {
    tree: Tree,
    sums: SheetSums,
    decoder: Decoder,
    ready: bool,
}

impl Replica {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
    /// The tree.
    #[must_use]
    pub const fn tree(&self) -> &Tree {
        &self.tree
    }
    /// Whether a keyframe has come.
    #[must_use]
    pub const fn is_ready(&self) -> bool {
        self.ready
    }

    /// The viewer's side of a comparison: how many ids a range has, the sums of the ranges, and those of sheets.
    #[must_use]
    pub fn sums(&self) -> (u32, Vec<u64>, Vec<(SheetId, u64)>) {
        let width = crate::sums::width_for(&self.tree);
        (width, crate::sums::of_tree(&self.tree, width), self.sums.each().collect())
    }
    /// How far an element may lie from where the customer's browser laid it, in quarters of a pixel: a pixel and a half
    /// for rounding, and where words are hidden as much as their fillers may be off.
    #[must_use]
    pub fn tolerance(&self) -> i32 {
        (2 * self.unit()).max(6)
    }
    /// In what places and sizes are told, in quarters of a pixel: what is told lies at the beginning of its unit.
    #[must_use]
    pub fn unit(&self) -> i32 {
        unit(&self.tree)
    }

    /// Applies a message. On a refusal the model is void until the next keyframe; operations of a patch that do not fit
    /// are left out and named, and the hash will say that something is missing.
    ///
    /// # Errors
    /// [`Refused`], by name.
    pub fn apply(&mut self, bytes: &[u8], tell: &mut dyn FnMut(&Tree, Change<'_>)) -> Result<Applied, Refused> {
        let out = self.try_apply(bytes, tell);
        if out.is_err() {
            self.ready = false;
        }
        out
    }

    fn try_apply(&mut self, bytes: &[u8], tell: &mut dyn FnMut(&Tree, Change<'_>)) -> Result<Applied, Refused> {
        let (head, ops) = self.decoder.decode(bytes)?;
        let mut applied = Applied { ops: ops.len(), ..Applied::default() };
        match head {
            Head::Keyframe(generation) => {
                self.tree = Tree::default();
                self.sums = SheetSums::default();
                self.ready = true;
                applied.keyframe = true;
                tell(&self.tree, Change::Reset(generation));
            }
            Head::Patch if self.ready => {}
            Head::Patch => return Err(Refused::NoKeyframe),
        }
        for op in ops {
            match op {
                Op::Hash(hash) => applied.same = Some(hash == self.tree.hash().wrapping_add(self.sums.hash())),
                Op::Behind => applied.behind = true,
                Op::Merged(_) => {}
                Op::Boxes(boxes) => applied.boxes = boxes,
                op => {
                    applied.changed = true;
                    applied.mended |= matches!(op, Op::Mend { .. });
                    match self.op(op, tell) {
                        Err(Refused::Unfit(why)) if !applied.keyframe && !applied.mended => applied.unfit = Some(why),
                        done => done?,
                    }
                }
            }
        }
        let off = self.sums.settle();
        if !off.is_empty() {
            tell(&self.tree, Change::Unlisted(&off));
        }
        Ok(applied)
    }

    fn op(&mut self, op: Op<'_>, tell: &mut dyn FnMut(&Tree, Change<'_>)) -> Result<(), Refused> {
        match op {
            Op::Tree { parent, index, roots, nodes } => {
                let roots = self.insert(parent, index as usize, roots as usize, &nodes)?;
                tell(&self.tree, Change::Inserted { parent, index: index as usize, roots: &roots });
            }
            Op::Remove { parent, index, count } => {
                let mut children = self.tree.get(parent).ok_or(Refused::Unfit("remove: no such parent"))?.children.clone();
                let (start, len) = (index as usize, count as usize);
                let end = start.checked_add(len).filter(|e| *e <= children.len()).ok_or(Refused::Unfit("remove: no such child"))?;
                let roots: Vec<NodeId> = children.drain(start..end).collect();
                let mut gone = Vec::new();
                for root in &roots {
                    self.tree.remove(*root, |id, _| gone.push(id));
                }
                self.tree.set_children(parent, children);
                self.removed(&roots, &gone, tell);
            }
            Op::Order { parent, order } => {
                let old = self.tree.get(parent).ok_or(Refused::Unfit("order: no such parent"))?.children.clone();
                let mut left: Vec<Option<NodeId>> = old.into_iter().map(Some).collect();
                if left.len() != order.len() {
                    return Err(Refused::Unfit("order: not all children"));
                }
                let mut new = Vec::with_capacity(order.len());
                for place in order {
                    let id = left.get_mut(place as usize).and_then(Option::take).ok_or(Refused::Unfit("order: no permutation"))?;
                    new.push((id, place));
                }
                if new.iter().enumerate().any(|(n, (id, _))| n > 0 && matches!(self.tree.get(*id).map(|n| &n.kind), Some(Kind::Shadow))) {
                    return Err(Refused::Unfit("order: a shadow root stands first"));
                }
                self.tree.set_children(parent, new.iter().map(|(id, _)| *id).collect());
                tell(&self.tree, Change::Ordered(parent, &new));
            }
            Op::Set { node, name, value } => {
                if !self.tree.set_attr(node, &name, value) {
                    return Err(Refused::Unfit("set: no such element"));
                }
                tell(&self.tree, Change::Set(node, &name, value));
            }
            Op::Unset { node, name } => {
                if !self.tree.unset_attr(node, &name) {
                    return Err(Refused::Unfit("unset: no such attribute"));
                }
                tell(&self.tree, Change::Unset(node, &name));
            }
            Op::Splice { node, at, remove, insert } => {
                let (at, remove) = (at as usize, remove as usize);
                let done = self.tree.update(node, |kind| match kind {
                    Kind::Text(text) => splice(text, at, remove, insert),
                    Kind::Masked(_) if at == 0 && remove == 0 => {
                        *kind = Kind::Text(insert.to_owned());
                        true
                    }
                    Kind::Element(shape, values) => {
                        let value = shape.attrs.iter().position(|n| &**n == state::VALUE).map(|n| &mut values[n]);
                        value.is_some_and(|value| {
                            let mut text = value.to_string();
                            let fits = splice(&mut text, at, remove, insert) && text.len() <= limits::MAX_ATTR;
                            *value = text.into();
                            fits
                        })
                    }
                    Kind::Masked(_) | Kind::Shadow | Kind::Document(_) => false,
                });
                if done != Some(true) {
                    return Err(Refused::Unfit("splice: no such text"));
                }
                match self.tree.get(node).and_then(|n| n.attr(state::VALUE)).map(str::to_owned) {
                    Some(value) => tell(&self.tree, Change::Set(node, state::VALUE, &value)),
                    None => tell(&self.tree, Change::Text(node)),
                }
            }
            Op::MaskText { node, units } => {
                let done = self.tree.update(node, |kind| {
                    let is_text = matches!(kind, Kind::Text(_) | Kind::Masked(_));
                    if is_text {
                        *kind = Kind::Masked(units);
                    }
                    is_text
                });
                if done != Some(true) {
                    return Err(Refused::Unfit("mask: no such text"));
                }
                tell(&self.tree, Change::Text(node));
            }
            Op::Sheet { sheet, media, text } => {
                self.sums.put(sheet, media, text);
                tell(&self.tree, Change::Sheet(sheet, media, text));
            }
            Op::Rules { sheet, index, remove, insert } => {
                self.sums.rules(sheet, index as usize, remove as usize, insert.iter().copied());
                tell(&self.tree, Change::Rules(sheet, index as usize, remove as usize, &insert));
            }
            Op::Sheets { root, sheets } => {
                if !matches!(self.tree.get(root).map(|n| &n.kind), Some(Kind::Document(_) | Kind::Shadow)) {
                    return Err(Refused::Unfit("sheets: no such root"));
                }
                self.sums.list(root, &sheets);
                tell(&self.tree, Change::Sheets(root, &sheets));
            }
            Op::Viewport { width, height, ratio, bar } => {
                if !(1..=32_768).contains(&width) || !(1..=32_768).contains(&height) || bar > 256 {
                    return Err(Refused::Unfit("viewport: no such size"));
                }
                tell(&self.tree, Change::Viewport(width, height, ratio, bar));
            }
            Op::Zoom { scale, left, top } => {
                if !(100..=100_000).contains(&scale) || left > 32_768 || top > 32_768 {
                    return Err(Refused::Unfit("zoom: no such part"));
                }
                tell(&self.tree, Change::Zoom(scale, left, top));
            }
            Op::Device(facts) => tell(&self.tree, Change::Device(facts)),
            Op::Info { title, origin, path } => tell(&self.tree, Change::Info(title, origin, path)),
            Op::Focus { node, visible } => tell(&self.tree, Change::Focus(node, visible)),
            Op::Select { from, from_at, to, to_at } => tell(&self.tree, Change::Selection(from, from_at, to, to_at)),
            Op::Mend { ranges, nodes } => self.mend(&ranges, &nodes, tell)?,
            Op::Hash(_) | Op::Merged(_) | Op::Behind | Op::Boxes(_) => {}
        }
        Ok(())
    }

    fn removed(&mut self, roots: &[NodeId], gone: &[NodeId], tell: &mut dyn FnMut(&Tree, Change<'_>)) {
        for id in gone {
            self.sums.forget(*id);
        }
        tell(&self.tree, Change::Removed { roots, gone });
    }

    /// Puts subtrees into the tree; what is refused leaves nothing behind.
    fn insert(&mut self, parent: NodeId, index: usize, roots: usize, nodes: &[NewNode<'_>]) -> Result<Vec<NodeId>, Refused> {
        let mut added = 0;
        let done = self.try_insert(parent, index, roots, nodes, &mut added);
        if done.is_err() {
            for node in &nodes[..added] {
                self.tree.remove(node.id, |_, _| {});
            }
        }
        done
    }

    fn try_insert(
        &mut self,
        parent: NodeId,
        index: usize,
        roots: usize,
        nodes: &[NewNode<'_>],
        added: &mut usize,
    ) -> Result<Vec<NodeId>, Refused> {
        struct Open {
            id: NodeId,
            left: usize,
            children: Vec<NodeId>,
        }
        if self.tree.len() + nodes.len() > limits::MAX_NODES {
            return Err(Refused::Unfit("tree: too many nodes"));
        }
        let top = parent == NodeId::NONE;
        if top {
            let first = nodes.first().map(|n| (n.id, &n.content));
            if !self.tree.is_empty() || roots != 1 || !matches!(first, Some((NodeId::ROOT, Content::Document(_)))) {
                return Err(Refused::Unfit("tree: not a top document"));
            }
        } else {
            let node = self.tree.get(parent).ok_or(Refused::Unfit("tree: no such parent"))?;
            if matches!(node.kind, Kind::Text(_) | Kind::Masked(_)) || index > node.children.len() {
                return Err(Refused::Unfit("tree: no such place"));
            }
        }
        let mut base = 0;
        let mut up = parent;
        while let Some(node) = self.tree.get(up) {
            up = node.parent;
            base += 1;
        }
        let mut stack = vec![Open { id: parent, left: roots, children: Vec::new() }];
        for node in nodes {
            let Some(open) = stack.last_mut() else { return Err(Refused::Unfit("tree: too many nodes for its counts")) };
            open.left -= 1;
            let (id, place) =
                (open.id, if stack.len() == 1 { index + stack[0].children.len() } else { stack[stack.len() - 1].children.len() });
            if !self.may_stand(&node.content, id, place) || base + stack.len() > limits::MAX_DEPTH + 2 {
                return Err(Refused::Unfit("tree: a node where none of its kind may stand"));
            }
            if !self.tree.add(node.id, id, Kind::from_content(&node.content)) {
                return Err(Refused::Unfit("tree: an id that is taken"));
            }
            *added += 1;
            if let Some(open) = stack.last_mut() {
                open.children.push(node.id);
            }
            if node.children > 0 {
                stack.push(Open { id: node.id, left: node.children as usize, children: Vec::new() });
            }
            while stack.len() > 1 && stack.last().is_some_and(|o| o.left == 0) {
                if let Some(done) = stack.pop() {
                    self.tree.set_children(done.id, done.children);
                }
            }
            if stack.len() == 1 && stack[0].left == 0 && node.id != nodes[nodes.len() - 1].id {
                return Err(Refused::Unfit("tree: too many nodes for its counts"));
            }
        }
        let Some(open) = stack.pop().filter(|o| stack.is_empty() && o.left == 0) else {
            return Err(Refused::Unfit("tree: too few nodes for its counts"));
        };
        self.tree.insert(parent, index, &open.children);
        Ok(open.children)
    }

    /// Whether such a node may be a child of `parent`, at this place.
    fn may_stand(&self, content: &Content<'_>, parent: NodeId, place: usize) -> bool {
        let holder = self.tree.get(parent).map(|n| &n.kind);
        match content {
            Content::Shadow => matches!(holder, Some(Kind::Element(..))) && place == 0,
            Content::Document(_) => {
                parent == NodeId::NONE || matches!(holder, Some(Kind::Element(shape, _)) if matches!(&*shape.name, "iframe" | "frame"))
            }
            Content::Text(_) | Content::Masked(_) | Content::Element(..) => {
                matches!(holder, Some(Kind::Element(..) | Kind::Shadow | Kind::Document(_)))
            }
        }
    }
}

fn splice(text: &mut String, at: usize, remove: usize, insert: &str) -> bool {
    let Some(end) = at.checked_add(remove) else { return false };
    if !text.is_char_boundary(at) || !text.is_char_boundary(end) || text.len() - remove + insert.len() > limits::MAX_TEXT {
        return false;
    }
    text.replace_range(at..end, insert);
    true
}
