//! Reading page messages: the receiver's dictionaries. Never panics, never recurses, every limit by name.

use std::rc::Rc;

use super::{Content, Head, Laid, Mended, NewNode, Op, Shape, Space, number};
use crate::{Generation, NodeId, Reader, SheetId, WireError, limits};

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
            number::VIEWPORT => Op::Viewport { width: r.var32()?, height: r.var32()?, ratio: r.var32()?, bar: r.var32()? },
            number::INFO => Op::Info { title: attr(r)?, origin: attr(r)?, path: attr(r)? },
            number::FOCUS => Op::Focus { node: r.node_or_none()?, visible: r.u8()? == 1 },
            number::SELECT => Op::Select { from: r.node_or_none()?, from_at: r.var32()?, to: r.node_or_none()?, to_at: r.var32()? },
            number::HASH => Op::Hash(r.u64()?),
            number::MERGED => Op::Merged(r.var32()?),
            number::BEHIND => Op::Behind,
            number::MEND => self.mend(r)?,
            number::DEVICE => Op::Device(r.var32()?),
            number::ZOOM => Op::Zoom { scale: r.var32()?, left: r.var32()?, top: r.var32()? },
            number::BOXES => {
                let n = r.count(limits::MAX_BOXES, "boxes")?;
                let mut boxes = Vec::with_capacity(n);
                for _ in 0..n {
                    let node = r.node()?;
                    let mut at = [0; 4];
                    for v in &mut at {
                        *v = i32::try_from(r.signed()?).map_err(|_| WireError::BadNumber)?;
                    }
                    boxes.push(Laid { node, at });
                }
                Op::Boxes(boxes)
            }
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

    fn mend<'a>(&mut self, r: &mut Reader<'a>) -> Result<Op<'a>, WireError> {
        let n = r.count(limits::MAX_RANGES, "ranges")?;
        let ranges = (0..n).map(|_| Ok((NodeId(r.var32()?), r.var32()?))).collect::<Result<_, _>>()?;
        let total = r.count(limits::MAX_NODES, "nodes")?;
        let mut nodes = Vec::with_capacity(total.min(r.rest().len()));
        for _ in 0..total {
            let id = r.node()?;
            let NewNode { content, children: n, .. } = self.node(r, id)?;
            if n as usize > r.rest().len() {
                return Err(WireError::TooBig("children"));
            }
            let mut children = Vec::with_capacity(n as usize);
            let mut before = i64::from(id.0);
            for _ in 0..n {
                before = before.checked_add(r.signed()?).ok_or(WireError::BadNumber)?;
                children.push(NodeId(u32::try_from(before).map_err(|_| WireError::BadNumber)?));
            }
            nodes.push(Mended { id, content, children });
        }
        Ok(Op::Mend { ranges, nodes })
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
