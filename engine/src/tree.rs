//! A tree of nodes with a hash of all it holds. The recorder's mirror and the viewer's model are the same type, so
//! that equal content hashes equally.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::rc::Rc;

use protocol::NodeId;
use protocol::page::{Content, Shape, Space};

use crate::by_id::ById;

/// Ids are counted, so they need no mixing against collisions made on purpose: buckets are bounded by `MAX_NODES`.
#[derive(Debug, Default, Clone, Copy)]
pub struct IdHasher(u64);
impl Hasher for IdHasher {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for b in bytes {
            self.write_u32(u32::from(*b));
        }
    }
    fn write_u32(&mut self, n: u32) {
        self.0 = (self.0 ^ u64::from(n)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}
/// A map by node.
pub type ByNode<T> = HashMap<NodeId, T, BuildHasherDefault<IdHasher>>;

/// What a node is.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// Text.
    Text(String),
    /// Hidden text and its width in units of 16 px.
    Masked(u32),
    /// A shadow root.
    Shadow,
    /// A document; `true` in quirks mode.
    Document(bool),
    /// An element and the values of its shape's names.
    Element(Rc<Shape>, Vec<Box<str>>),
}

/// A node.
#[derive(Clone, Debug)]
pub struct Node {
    /// Its parent; none for the top document.
    pub parent: NodeId,
    /// What it is.
    pub kind: Kind,
    /// Its children; an element's shadow root stands first among them.
    pub children: Vec<NodeId>,
    content: u64,
    order: u64,
}

impl Node {
    /// The value of an attribute or state of an element.
    #[must_use]
    pub fn attr(&self, name: &str) -> Option<&str> {
        let Kind::Element(shape, values) = &self.kind else { return None };
        shape.attrs.iter().position(|n| &**n == name).map(|n| &*values[n])
    }
    /// Space and local name of an element.
    #[must_use]
    pub fn name(&self) -> Option<(Space, &str)> {
        match &self.kind {
            Kind::Element(shape, _) => Some((shape.space, &shape.name)),
            Kind::Text(_) | Kind::Masked(_) | Kind::Shadow | Kind::Document(_) => None,
        }
    }
}

/// The tree.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    nodes: ById<Node>,
    hash: u64,
}

pub(crate) fn mix(a: u64, b: u64) -> u64 {
    let x = (a ^ b.rotate_left(32)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    (x ^ (x >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53)
}

pub(crate) fn hash_bytes(bytes: &[u8]) -> u64 {
    let mut h = bytes.len() as u64;
    let (chunks, rest) = bytes.as_chunks::<8>();
    for c in chunks {
        h = mix(h, u64::from_le_bytes(*c));
    }
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    mix(h, u64::from_le_bytes(last))
}

/// A text by which it is known again, where the text itself may be private and is not to be kept. Of ten thousand texts two are taken
/// for one in one page of ten to the eleventh.
#[must_use]
pub fn fingerprint(text: &str) -> u64 {
    hash_bytes(text.as_bytes())
}

fn hash_attr(name: &str, value: &str) -> u64 {
    mix(hash_bytes(name.as_bytes()), hash_bytes(value.as_bytes()))
}

fn hash_content(id: NodeId, kind: &Kind) -> u64 {
    let inner = match kind {
        Kind::Text(text) => mix(1, hash_bytes(text.as_bytes())),
        Kind::Masked(units) => mix(2, u64::from(*units)),
        Kind::Shadow => 3,
        Kind::Document(quirks) => mix(4, u64::from(*quirks)),
        Kind::Element(shape, values) => {
            let attrs = shape.attrs.iter().zip(values).fold(0u64, |h, (n, v)| h.wrapping_add(hash_attr(n, v)));
            mix(mix(u64::from(shape.space.number()) + 5, hash_bytes(shape.name.as_bytes())), attrs)
        }
    };
    mix(u64::from(id.0), inner)
}

/// That `child` stands behind `before`, or first behind none. An order is the sum of these, so that what comes into the
/// midst of it changes two of them.
fn link(parent: NodeId, before: NodeId, child: NodeId) -> u64 {
    mix(mix(u64::from(parent.0), u64::from(before.0)), u64::from(child.0))
}

/// The links of children that stand behind `before`.
fn links(parent: NodeId, before: NodeId, children: &[NodeId]) -> u64 {
    let befores = std::iter::once(&before).chain(children);
    befores.zip(children).fold(0, |sum, (before, child)| sum.wrapping_add(link(parent, *before, *child)))
}

impl Tree {
    /// The hash of everything in it.
    #[must_use]
    pub const fn hash(&self) -> u64 {
        self.hash
    }
    /// How many nodes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.nodes.len()
    }
    /// Whether it is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }
    /// All ids, in no order.
    pub fn ids(&self) -> impl Iterator<Item = NodeId> + '_ {
        self.nodes.ids()
    }
    /// Whether any text in it is hidden.
    #[must_use]
    pub fn has_masked(&self) -> bool {
        self.nodes.values().any(|n| matches!(n.kind, Kind::Masked(_)))
    }
    /// What a node adds to the hash of the tree.
    #[must_use]
    pub fn hash_of(&self, id: NodeId) -> u64 {
        self.nodes.get(id).map_or(0, |n| n.content.wrapping_add(n.order))
    }
    /// A node.
    #[must_use]
    pub fn get(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(id)
    }
    /// A node's children.
    #[must_use]
    pub fn children(&self, id: NodeId) -> &[NodeId] {
        self.nodes.get(id).map_or(&[], |n| &n.children)
    }

    /// Adds a node that no list of children names yet. An id that is taken is refused with `false`.
    pub fn add(&mut self, id: NodeId, parent: NodeId, kind: Kind) -> bool {
        if self.nodes.contains(id) {
            return false;
        }
        let content = hash_content(id, &kind);
        self.hash = self.hash.wrapping_add(content);
        self.nodes.insert(id, Node { parent, kind, children: Vec::new(), content, order: 0 });
        true
    }

    /// Gives a node its list of children.
    pub fn set_children(&mut self, id: NodeId, children: Vec<NodeId>) {
        if let Some(node) = self.nodes.get_mut(id) {
            let order = links(id, NodeId::NONE, &children);
            self.hash = self.hash.wrapping_sub(node.order).wrapping_add(order);
            node.order = order;
            node.children = children;
        }
    }

    /// Puts children in front of the one at `index`, or behind all.
    pub fn insert(&mut self, id: NodeId, index: usize, more: &[NodeId]) {
        let Some(node) = self.nodes.get_mut(id) else { return };
        if more.is_empty() {
            return;
        }
        let index = index.min(node.children.len());
        let before = index.checked_sub(1).map_or(NodeId::NONE, |n| node.children[n]);
        let mut order = node.order.wrapping_add(links(id, before, more));
        if let (Some(last), Some(next)) = (more.last(), node.children.get(index)) {
            order = order.wrapping_sub(link(id, before, *next)).wrapping_add(link(id, *last, *next));
        }
        node.children.splice(index..index, more.iter().copied());
        self.hash = self.hash.wrapping_sub(node.order).wrapping_add(order);
        node.order = order;
    }

    /// Takes a node and all below it out; the parent's list is the caller's to change. Gives what went.
    pub fn remove(&mut self, id: NodeId, mut each: impl FnMut(NodeId, &Kind)) {
        let mut stack = vec![id];
        while let Some(id) = stack.pop() {
            if let Some(node) = self.nodes.remove(id) {
                self.hash = self.hash.wrapping_sub(node.content).wrapping_sub(node.order);
                stack.extend_from_slice(&node.children);
                each(id, &node.kind);
            }
        }
    }

    /// Changes what a node is and keeps the hash true.
    pub fn update<T>(&mut self, id: NodeId, change: impl FnOnce(&mut Kind) -> T) -> Option<T> {
        let node = self.nodes.get_mut(id)?;
        let out = change(&mut node.kind);
        let content = hash_content(id, &node.kind);
        self.hash = self.hash.wrapping_sub(node.content).wrapping_add(content);
        node.content = content;
        Some(out)
    }

    /// Sets an attribute or state of an element. `false` if it is no element.
    pub fn set_attr(&mut self, id: NodeId, name: &Rc<str>, value: &str) -> bool {
        self.update(id, |kind| {
            let Kind::Element(shape, values) = kind else { return false };
            match shape.attrs.iter().position(|n| n == name) {
                Some(n) => values[n] = value.into(),
                None => {
                    Rc::make_mut(shape).attrs.push(name.clone());
                    values.push(value.into());
                }
            }
            true
        })
        .unwrap_or(false)
    }

    /// Takes an attribute or state away. `false` if it was not there.
    pub fn unset_attr(&mut self, id: NodeId, name: &str) -> bool {
        self.update(id, |kind| {
            let Kind::Element(shape, values) = kind else { return false };
            let Some(n) = shape.attrs.iter().position(|a| &**a == name) else { return false };
            Rc::make_mut(shape).attrs.remove(n);
            values.remove(n);
            true
        })
        .unwrap_or(false)
    }

    /// Walks a subtree pre-order without recursion.
    pub fn walk(&self, root: NodeId, mut visit: impl FnMut(NodeId, &Node)) {
        let mut stack = vec![root];
        while let Some(id) = stack.pop() {
            if let Some(node) = self.nodes.get(id) {
                visit(id, node);
                stack.extend(node.children.iter().rev());
            }
        }
    }
}

impl Kind {
    /// Whether sheets may stand on its list.
    #[must_use]
    pub const fn is_root(&self) -> bool {
        matches!(self, Self::Shadow | Self::Document(_))
    }
    /// As wire content.
    #[must_use]
    pub fn content(&self) -> Content<'_> {
        match self {
            Self::Text(text) => Content::Text(text),
            Self::Masked(units) => Content::Masked(*units),
            Self::Shadow => Content::Shadow,
            Self::Document(quirks) => Content::Document(*quirks),
            Self::Element(shape, values) => Content::Element(shape.clone(), values.iter().map(|v| &**v).collect()),
        }
    }
    /// From wire content.
    #[must_use]
    pub fn from_content(content: &Content<'_>) -> Self {
        match content {
            Content::Text(text) => Self::Text((*text).to_owned()),
            Content::Masked(units) => Self::Masked(*units),
            Content::Shadow => Self::Shadow,
            Content::Document(quirks) => Self::Document(*quirks),
            Content::Element(shape, values) => Self::Element(shape.clone(), values.iter().map(|v| (*v).into()).collect()),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_hash_does_not_ask_how_a_list_came_about(steps in prop::collection::vec((0usize..40, 1u32..4), 0..40)) {
            let document = |children: &[NodeId]| {
                let mut tree = Tree::default();
                assert!(tree.add(NodeId::ROOT, NodeId::NONE, Kind::Document(false)));
                for id in children {
                    assert!(tree.add(*id, NodeId::ROOT, Kind::Shadow));
                }
                tree
            };
            let mut next = 2;
            let mut runs = Vec::new();
            for (index, n) in steps {
                runs.push((index, (next..next + n).map(NodeId).collect::<Vec<_>>()));
                next += n;
            }
            let all: Vec<NodeId> = (2..next).map(NodeId).collect();
            let mut grown = document(&all);
            for (index, run) in &runs {
                grown.insert(NodeId::ROOT, *index, run);
            }
            let mut given = document(&all);
            given.set_children(NodeId::ROOT, grown.children(NodeId::ROOT).to_vec());
            prop_assert_eq!(grown.hash(), given.hash());
            if all.len() > 1 {
                let mut other = grown.children(NodeId::ROOT).to_vec();
                other.swap(0, 1);
                given.set_children(NodeId::ROOT, other);
                prop_assert_ne!(grown.hash(), given.hash());
            }
        }
    }
}
