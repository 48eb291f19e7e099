//! Page messages: keyframes and patches, as operations on a tree of nodes.
//!
//! Built for size: trees travel pre-order and their ids are implicit (a run that goes on where the last one
//! ended); element name and attribute names form a *shape* that is defined once; other ids are distances from the
//! one before. Both dictionaries live until the next keyframe. Names that start with `@` are state that has no
//! attribute in the page (see [`state`]); a page cannot send them, since the recorder drops such names.

use std::collections::HashMap;
use std::rc::Rc;

use crate::{Generation, NodeId, Reader, ResId, SheetId, WireError, Writer, limits};

/// Names of state that has no attribute.
pub mod state {
    /// What a control holds.
    pub const VALUE: &str = "@value";
    /// What a control holds is hidden; the value is how many units of 16 px wide its filler may be.
    pub const MASKED_VALUE: &str = "@hidden";
    /// `1` when ticked.
    pub const CHECKED: &str = "@checked";
    /// `1` when neither ticked nor not.
    pub const INDETERMINATE: &str = "@mixed";
    /// `1` on a chosen option.
    pub const SELECTED: &str = "@selected";
    /// `left,top` of a scroller, in CSS pixels.
    pub const SCROLL: &str = "@scroll";
    /// How an element stands in the top layer: `modal` or `popover`.
    pub const TOP: &str = "@top";
    /// `mask` or `block`.
    pub const MASK: &str = "@mask";
    /// `width,height` of an outer box that the replica must keep, in CSS pixels.
    pub const BOX: &str = "@box";
    /// The resource an image shows.
    pub const RES: &str = "@res";
    /// `1` on a link: its address stays at home.
    pub const LINK: &str = "@link";
    /// What a placeholder stands for.
    pub const PLACEHOLDER: &str = "@stands-for";
    /// `quirks` on a document in quirks mode.
    pub const MODE: &str = "@mode";
}

/// Name space of an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Space {
    /// HTML
    Html,
    /// SVG
    Svg,
    /// MathML
    MathMl,
}
impl Space {
    /// Number on the wire.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::Html => 0,
            Self::Svg => 1,
            Self::MathMl => 2,
        }
    }
    /// By number.
    #[must_use]
    pub fn from_number(n: u8) -> Option<Self> {
        [Self::Html, Self::Svg, Self::MathMl].into_iter().find(|s| s.number() == n)
    }
}

/// Element name and attribute names, in the order in which values follow.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Shape {
    /// Name space.
    pub space: Space,
    /// Local name.
    pub name: Rc<str>,
    /// Attribute and state names.
    pub attrs: Vec<Rc<str>>,
}

/// What a node is.
#[derive(Clone, Debug, PartialEq)]
pub enum Content<'a> {
    /// Text.
    Text(&'a str),
    /// Hidden text, by its width in units of 16 px.
    Masked(u32),
    /// An open shadow root (whatever its mode is at the customer).
    Shadow,
    /// A document: the top one or a frame's. `true` for quirks mode.
    Document(bool),
    /// An element and the values of its shape.
    Element(Rc<Shape>, Vec<&'a str>),
}

/// A node of a [`Op::Tree`], pre-order.
#[derive(Clone, Debug, PartialEq)]
pub struct NewNode<'a> {
    /// Its id.
    pub id: NodeId,
    /// What it is.
    pub content: Content<'a>,
    /// How many children follow.
    pub children: u32,
}

/// One operation.
#[derive(Clone, Debug, PartialEq)]
pub enum Op<'a> {
    /// Subtrees, inserted under `parent` before its child number `index`; at the root (`parent` none) the document.
    Tree {
        /// Where; none for the top document.
        parent: NodeId,
        /// Before which child.
        index: u32,
        /// How many of the nodes are direct children of `parent`.
        roots: u32,
        /// The nodes, pre-order.
        nodes: Vec<NewNode<'a>>,
    },
    /// `count` children of `parent` from `index` on are gone, with all that is in them.
    Remove {
        /// Whose.
        parent: NodeId,
        /// First.
        index: u32,
        /// How many.
        count: u32,
    },
    /// The children of `parent` stand in a new order: for each place, the number of the child that stood elsewhere.
    Order {
        /// Whose.
        parent: NodeId,
        /// A permutation.
        order: Vec<u32>,
    },
    /// An attribute or state got a value.
    Set {
        /// Element.
        node: NodeId,
        /// Name.
        name: Rc<str>,
        /// Value.
        value: &'a str,
    },
    /// An attribute or state is gone.
    Unset {
        /// Element.
        node: NodeId,
        /// Name.
        name: Rc<str>,
    },
    /// Part of a text node, or of an element's [`state::VALUE`], was replaced. Offsets are UTF-8 bytes.
    Splice {
        /// Text node or control.
        node: NodeId,
        /// Where.
        at: u32,
        /// How many bytes go.
        remove: u32,
        /// What comes.
        insert: &'a str,
    },
    /// A text node is hidden and this wide, in units of 16 px.
    MaskText {
        /// Text node.
        node: NodeId,
        /// Width.
        units: u32,
    },
    /// A sheet's rules, all of them.
    Sheet {
        /// Which.
        sheet: SheetId,
        /// `media` of its link or style element, empty for all.
        media: &'a str,
        /// Its text; resources stand in it as `url(beside:N)`.
        text: &'a str,
    },
    /// Rules of a sheet were replaced.
    Rules {
        /// Which.
        sheet: SheetId,
        /// From which rule on.
        index: u32,
        /// How many go.
        remove: u32,
        /// What comes.
        insert: Vec<&'a str>,
    },
    /// The sheets of a document or shadow root, in cascade order; sheets that are on no list any more are gone.
    Sheets {
        /// Document or shadow root.
        root: NodeId,
        /// In order.
        sheets: Vec<SheetId>,
    },
    /// The customer's viewport in CSS pixels; `ratio` is the device pixel ratio in hundredths.
    Viewport {
        /// Width.
        width: u32,
        /// Height.
        height: u32,
        /// Ratio × 100.
        ratio: u32,
    },
    /// Title and address as the policy lets them be seen.
    Info {
        /// Document title.
        title: &'a str,
        /// Origin.
        origin: &'a str,
        /// Path without query and fragment.
        path: &'a str,
    },
    /// What has the focus; none for nothing.
    Focus {
        /// Element.
        node: NodeId,
        /// Whether the customer's browser draws a ring around it.
        visible: bool,
    },
    /// What the tree must hash to now.
    Hash(u64),
    /// This message holds so many painted states in one.
    Merged(u32),
}

/// How a message begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Head {
    /// A whole document; dictionaries begin anew.
    Keyframe(Generation),
    /// What changed.
    Patch,
}

mod number {
    pub(super) const KEYFRAME: u8 = 1;
    pub(super) const PATCH: u8 = 2;

    pub(super) const TREE: u8 = 1;
    pub(super) const REMOVE: u8 = 2;
    pub(super) const ORDER: u8 = 3;
    pub(super) const SET: u8 = 4;
    pub(super) const UNSET: u8 = 5;
    pub(super) const SPLICE: u8 = 6;
    pub(super) const MASK_TEXT: u8 = 7;
    pub(super) const SHEET: u8 = 8;
    pub(super) const RULES: u8 = 9;
    pub(super) const SHEETS: u8 = 10;
    pub(super) const VIEWPORT: u8 = 11;
    pub(super) const INFO: u8 = 12;
    pub(super) const FOCUS: u8 = 13;
    pub(super) const HASH: u8 = 14;
    pub(super) const MERGED: u8 = 15;

    pub(super) const NODE_TEXT: u64 = 0;
    pub(super) const NODE_MASKED: u64 = 1;
    pub(super) const NODE_SHADOW: u64 = 2;
    pub(super) const NODE_DOCUMENT: u64 = 3;
    pub(super) const NODE_NEW_SHAPE: u64 = 4;
    pub(super) const NODE_SHAPES: u64 = 5;
}

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
            Op::Viewport { width, height, ratio } => {
                self.w.u8(number::VIEWPORT);
                for v in [width, height, ratio] {
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
            Op::Hash(hash) => {
                self.w.u8(number::HASH);
                self.w.u64(*hash);
            }
            Op::Merged(n) => {
                self.w.u8(number::MERGED);
                self.w.var(u64::from(*n));
            }
        }
    }
}

/// Reads messages; keeps the dictionaries of the receiver's side.
#[derive(Debug, Default)]
pub struct Decoder {
    names: Vec<Rc<str>>,
    shapes: Vec<Rc<Shape>>,
    next: u32,
}

impl Decoder {
    /// One that has read nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads a whole message. After an error the decoder waits for a keyframe: its dictionaries cannot be trusted.
    ///
    /// # Errors
    /// Whatever the form does not allow, every limit by name.
    pub fn decode<'a>(&mut self, bytes: &'a [u8]) -> Result<(Head, Vec<Op<'a>>), WireError> {
        let mut r = Reader::new(bytes);
        let head = match r.u8()? {
            number::KEYFRAME => {
                *self = Self::default();
                Head::Keyframe(Generation(r.var32()?))
            }
            number::PATCH => Head::Patch,
            n => return Err(WireError::Unknown("page message", u32::from(n))),
        };
        let mut ops = Vec::new();
        while !r.is_empty() {
            ops.push(self.op(&mut r)?);
        }
        Ok((head, ops))
    }

    fn name(&mut self, r: &mut Reader<'_>) -> Result<Rc<str>, WireError> {
        match r.var32()? {
            0 => {
                if self.names.len() >= limits::MAX_SHAPES {
                    return Err(WireError::TooBig("names"));
                }
                let name: Rc<str> = r.text(limits::MAX_FIELD, "name")?.into();
                self.names.push(name.clone());
                Ok(name)
            }
            n => self.names.get(n as usize - 1).cloned().ok_or(WireError::Unknown("name", n)),
        }
    }

    fn op<'a>(&mut self, r: &mut Reader<'a>) -> Result<Op<'a>, WireError> {
        Ok(match r.u8()? {
            number::TREE => self.tree(r)?,
            number::REMOVE => Op::Remove { parent: r.node()?, index: r.var32()?, count: r.var32()? },
            number::ORDER => {
                let parent = r.node()?;
                let n = r.count(limits::MAX_NODES, "children")?;
                let mut expected = 0i64;
                let mut order = Vec::with_capacity(n);
                for _ in 0..n {
                    let place = expected.checked_add(r.signed()?).ok_or(WireError::BadNumber)?;
                    order.push(u32::try_from(place).map_err(|_| WireError::BadNumber)?);
                    expected = place + 1;
                }
                Op::Order { parent, order }
            }
            number::SET => Op::Set { node: r.node()?, name: self.name(r)?, value: attr(r)? },
            number::UNSET => Op::Unset { node: r.node()?, name: self.name(r)? },
            number::SPLICE => Op::Splice { node: r.node()?, at: r.var32()?, remove: r.var32()?, insert: r.text(limits::MAX_TEXT, "text")? },
            number::MASK_TEXT => Op::MaskText { node: r.node()?, units: r.var32()? },
            number::SHEET => Op::Sheet { sheet: SheetId(r.var32()?), media: attr(r)?, text: r.text(limits::MAX_TEXT, "style sheet")? },
            number::RULES => {
                let (sheet, index, remove) = (SheetId(r.var32()?), r.var32()?, r.var32()?);
                let n = r.count(limits::MAX_RULES, "rules")?;
                let insert = (0..n).map(|_| r.text(limits::MAX_TEXT, "rule")).collect::<Result<_, _>>()?;
                Op::Rules { sheet, index, remove, insert }
            }
            number::SHEETS => {
                let root = r.node()?;
                let n = r.count(limits::MAX_SHEETS, "sheets")?;
                let sheets = (0..n).map(|_| r.var32().map(SheetId)).collect::<Result<_, _>>()?;
                Op::Sheets { root, sheets }
            }
            number::VIEWPORT => Op::Viewport { width: r.var32()?, height: r.var32()?, ratio: r.var32()? },
            number::INFO => Op::Info { title: attr(r)?, origin: attr(r)?, path: attr(r)? },
            number::FOCUS => Op::Focus { node: r.node_or_none()?, visible: r.u8()? == 1 },
            number::HASH => Op::Hash(r.u64()?),
            number::MERGED => Op::Merged(r.var32()?),
            n => return Err(WireError::Unknown("page operation", u32::from(n))),
        })
    }

    fn tree<'a>(&mut self, r: &mut Reader<'a>) -> Result<Op<'a>, WireError> {
        let parent = r.node_or_none()?;
        let (index, roots) = (r.var32()?, r.var32()?);
        let total = r.count(limits::MAX_NODES, "nodes")?;
        #[allow(clippy::cast_possible_truncation, reason = "MAX_NODES fits")]
        let mut runs = vec![(self.next, total as u32)];
        let n = r.count(limits::MAX_NODES, "runs")?;
        if n > 0 {
            runs.clear();
            let mut end = self.next;
            for _ in 0..n {
                let first = i64::from(end).checked_add(r.signed()?).ok_or(WireError::BadNumber)?;
                let first = u32::try_from(first).map_err(|_| WireError::BadNumber)?;
                let len = r.var32()?;
                end = first.checked_add(len).ok_or(WireError::BadNumber)?;
                runs.push((first, len));
            }
        }
        let mut ids = runs.iter().flat_map(|(first, len)| *first..first.saturating_add(*len));
        let mut nodes = Vec::with_capacity(total.min(r.rest().len()));
        for _ in 0..total {
            let id = NodeId(ids.next().ok_or(WireError::BadNumber)?);
            nodes.push(self.node(r, id)?);
        }
        if ids.next().is_some() {
            return Err(WireError::BadNumber);
        }
        self.next = runs.last().map_or(self.next, |(first, len)| first.saturating_add(*len));
        Ok(Op::Tree { parent, index, roots, nodes })
    }

    fn node<'a>(&mut self, r: &mut Reader<'a>, id: NodeId) -> Result<NewNode<'a>, WireError> {
        let content = match r.var()? {
            number::NODE_TEXT => {
                let content = Content::Text(r.text(limits::MAX_TEXT, "text")?);
                return Ok(NewNode { id, content, children: 0 });
            }
            number::NODE_MASKED => {
                return Ok(NewNode { id, content: Content::Masked(r.var32()?), children: 0 });
            }
            number::NODE_SHADOW => Content::Shadow,
            number::NODE_DOCUMENT => Content::Document(r.u8()? == 1),
            number::NODE_NEW_SHAPE => {
                if self.shapes.len() >= limits::MAX_SHAPES {
                    return Err(WireError::TooBig("shapes"));
                }
                let space = r.u8()?;
                let space = Space::from_number(space).ok_or(WireError::Unknown("name space", u32::from(space)))?;
                let name = self.name(r)?;
                let n = r.count(limits::MAX_ATTRS, "attributes")?;
                let attrs = (0..n).map(|_| self.name(r)).collect::<Result<_, _>>()?;
                let shape = Rc::new(Shape { space, name, attrs });
                self.shapes.push(shape.clone());
                values(shape, r)?
            }
            n => {
                let shape = usize::try_from(n - number::NODE_SHAPES).ok().and_then(|n| self.shapes.get(n));
                values(shape.ok_or(WireError::Unknown("shape", 0))?.clone(), r)?
            }
        };
        Ok(NewNode { id, content, children: r.var32()? })
    }
}

fn attr<'a>(r: &mut Reader<'a>) -> Result<&'a str, WireError> {
    r.text(limits::MAX_ATTR, "attribute")
}

fn values<'a>(shape: Rc<Shape>, r: &mut Reader<'a>) -> Result<Content<'a>, WireError> {
    let values = shape.attrs.iter().map(|_| attr(r)).collect::<Result<_, _>>()?;
    Ok(Content::Element(shape, values))
}

/// The resource a `beside:N` address names.
#[must_use]
pub fn res_of(address: &str) -> Option<ResId> {
    address.strip_prefix("beside:")?.parse().ok().map(ResId)
}
