//! Writing page messages: the sender's dictionaries.

use std::collections::HashMap;
use std::rc::Rc;

use super::{Content, Head, Op, Shape, number};
use crate::{NodeId, Writer};

/// Writes messages; keeps the dictionaries of the sender's side.
#[derive(Debug, Default)]
pub struct Encoder {
    names: HashMap<Rc<str>, u32>,
    shapes: HashMap<Shape, u32>,
    next: u32,
    w: Writer,
}

impl Encoder {
    /// One that has sent nothing; it must begin with a keyframe.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
    /// Begins a message; a keyframe forgets the dictionaries.
    pub fn begin(&mut self, head: Head) {
        self.w = Writer::new();
        match head {
            Head::Keyframe(generation) => {
                self.names.clear();
                self.shapes.clear();
                self.next = 0;
                self.w.u8(number::KEYFRAME);
                self.w.var(u64::from(generation.0));
            }
            Head::Patch => self.w.u8(number::PATCH),
        }
    }
    /// Bytes of the message so far.
    #[must_use]
    pub fn len(&self) -> usize {
        self.w.len()
    }
    /// Whether the message holds nothing but its head.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.w.len() <= 1
    }
    /// Ends the message.
    pub fn finish(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.w).into_bytes()
    }

    fn name(&mut self, name: &Rc<str>) {
        if let Some(n) = self.names.get(name) {
            self.w.var(u64::from(*n));
        } else {
            self.w.var(0);
            self.w.text(name);
            #[allow(clippy::cast_possible_truncation, reason = "bounded by MAX_SHAPES shapes of MAX_ATTRS names")]
            let n = self.names.len() as u32 + 1;
            self.names.insert(name.clone(), n);
        }
    }

    /// Begins a tree operation: ids are `runs` of consecutive numbers, in pre-order. The nodes follow by [`Self::node`].
    pub fn tree(&mut self, parent: NodeId, index: u32, roots: u32, runs: &[(NodeId, u32)]) {
        self.w.u8(number::TREE);
        self.w.node(parent);
        self.w.var(u64::from(index));
        self.w.var(u64::from(roots));
        let total: u32 = runs.iter().map(|(_, n)| *n).sum();
        self.w.var(u64::from(total));
        if let [(first, len)] = runs
            && first.0 == self.next
        {
            self.w.var(0);
            self.next += len;
            return;
        }
        self.w.len_of(runs.len());
        for (first, len) in runs {
            self.w.signed(i64::from(first.0) - i64::from(self.next));
            self.w.var(u64::from(*len));
            self.next = first.0 + len;
        }
    }

    /// The next node of the tree operation.
    pub fn node(&mut self, content: &Content<'_>, children: u32) {
        match content {
            Content::Text(text) => {
                self.w.var(number::NODE_TEXT);
                self.w.text(text);
                return;
            }
            Content::Masked(units) => {
                self.w.var(number::NODE_MASKED);
                self.w.var(u64::from(*units));
                return;
            }
            Content::Shadow => self.w.var(number::NODE_SHADOW),
            Content::Document(quirks) => {
                self.w.var(number::NODE_DOCUMENT);
                self.w.u8(u8::from(*quirks));
            }
            Content::Element(shape, values) => {
                if let Some(n) = self.shapes.get(&**shape) {
                    self.w.var(u64::from(*n) + number::NODE_SHAPES);
                } else {
                    self.w.var(number::NODE_NEW_SHAPE);
                    self.w.u8(shape.space.number());
                    self.name(&shape.name);
                    self.w.len_of(shape.attrs.len());
                    for attr in &shape.attrs {
                        self.name(attr);
                    }
                    #[allow(clippy::cast_possible_truncation, reason = "bounded by MAX_SHAPES")]
                    let n = self.shapes.len() as u32;
                    self.shapes.insert((**shape).clone(), n);
                }
                for value in values {
                    self.w.text(value);
                }
            }
        }
        self.w.var(u64::from(children));
    }

    /// Any operation but a tree.
    pub fn op(&mut self, op: &Op<'_>) {
        match op {
            Op::Tree { parent, index, roots, nodes } => {
                let mut runs: Vec<(NodeId, u32)> = Vec::new();
                for node in nodes {
                    match runs.last_mut() {
                        Some((first, len)) if first.0 + *len == node.id.0 => *len += 1,
                        _ => runs.push((node.id, 1)),
                    }
                }
                self.tree(*parent, *index, *roots, &runs);
                for node in nodes {
                    self.node(&node.content, node.children);
                }
            }
            Op::Remove { parent, index, count } => {
                self.w.u8(number::REMOVE);
                self.w.node(*parent);
                self.w.var(u64::from(*index));
                self.w.var(u64::from(*count));
            }
            Op::Order { parent, order } => {
                self.w.u8(number::ORDER);
                self.w.node(*parent);
                self.w.len_of(order.len());
                let mut expected = 0i64;
                for place in order {
                    self.w.signed(i64::from(*place) - expected);
                    expected = i64::from(*place) + 1;
                }
            }
            Op::Set { node, name, value } => {
                self.w.u8(number::SET);
                self.w.node(*node);
                self.name(name);
                self.w.text(value);
            }
            Op::Unset { node, name } => {
                self.w.u8(number::UNSET);
                self.w.node(*node);
                self.name(name);
            }
            Op::Splice { node, at, remove, insert } => {
                self.w.u8(number::SPLICE);
                self.w.node(*node);
                self.w.var(u64::from(*at));
                self.w.var(u64::from(*remove));
                self.w.text(insert);
            }
            Op::MaskText { node, units } => {
                self.w.u8(number::MASK_TEXT);
                self.w.node(*node);
                self.w.var(u64::from(*units));
            }
            Op::Sheet { sheet, media, text } => {
                self.w.u8(number::SHEET);
                self.w.var(u64::from(sheet.0));
                self.w.text(media);
                self.w.text(text);
            }
            Op::Rules { sheet, index, remove, insert } => {
                self.w.u8(number::RULES);
                self.w.var(u64::from(sheet.0));
                self.w.var(u64::from(*index));
                self.w.var(u64::from(*remove));
                self.w.len_of(insert.len());
                for rule in insert {
                    self.w.text(rule);
                }
            }
            Op::Sheets { root, sheets } => {
                self.w.u8(number::SHEETS);
                self.w.node(*root);
                self.w.len_of(sheets.len());
                for sheet in sheets {
                    self.w.var(u64::from(sheet.0));
                }
            }
            Op::Viewport { width, height, ratio, bar } => {
                self.w.u8(number::VIEWPORT);
                for v in [width, height, ratio, bar] {
                    self.w.var(u64::from(*v));
                }
            }
            Op::Zoom { scale, left, top } => {
                self.w.u8(number::ZOOM);
                for v in [scale, left, top] {
                    self.w.var(u64::from(*v));
                }
            }
            Op::Info { title, origin, path } => {
                self.w.u8(number::INFO);
                for v in [title, origin, path] {
                    self.w.text(v);
                }
            }
            Op::Focus { node, visible } => {
                self.w.u8(number::FOCUS);
                self.w.node(*node);
                self.w.u8(u8::from(*visible));
            }
            Op::Select { from, from_at, to, to_at } => {
                self.w.u8(number::SELECT);
                self.w.node(*from);
                self.w.var(u64::from(*from_at));
                self.w.node(*to);
                self.w.var(u64::from(*to_at));
            }
            Op::Hash(hash) => {
                self.w.u8(number::HASH);
                self.w.u64(*hash);
            }
            Op::Merged(n) => {
                self.w.u8(number::MERGED);
                self.w.var(u64::from(*n));
            }
            Op::Behind => self.w.u8(number::BEHIND),
            Op::Mend { ranges, nodes } => {
                self.w.u8(number::MEND);
                self.w.len_of(ranges.len());
                for (first, len) in ranges {
                    self.w.var(u64::from(first.0));
                    self.w.var(u64::from(*len));
                }
                self.w.len_of(nodes.len());
                for node in nodes {
                    self.w.node(node.id);
                    #[allow(clippy::cast_possible_truncation, reason = "MAX_NODES fits")]
                    self.node(&node.content, node.children.len() as u32);
                    let mut before = i64::from(node.id.0);
                    for child in &node.children {
                        self.w.signed(i64::from(child.0) - before);
                        before = i64::from(child.0);
                    }
                }
            }
            Op::Device(facts) => {
                self.w.u8(number::DEVICE);
                self.w.var(u64::from(*facts));
            }
            Op::Boxes(boxes) => {
                self.w.u8(number::BOXES);
                self.w.len_of(boxes.len());
                for laid in boxes {
                    self.w.node(laid.node);
                    for v in laid.at {
                        self.w.signed(i64::from(v));
                    }
                }
            }
        }
    }
}
